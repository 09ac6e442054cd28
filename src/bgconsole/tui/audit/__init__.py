"""The audit log: pane and tab, paging, following, filters, find, one event, export."""
