"""The providers tab: set-up, check, order, removal."""
