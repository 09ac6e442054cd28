"""The main screen: tabs, draft, connection, outage banner, idle lock."""
