"""A provider's page: switch, break-glass list, save row, simulator, conflict."""
