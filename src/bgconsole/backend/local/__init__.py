"""The backend on a database of this machine: SQLAlchemy Core, sync, in threads.

`backend.py` holds no logic: each call runs a plain function of another module in a thread. What
takes a token goes through `access`, which authorises; what changes anything goes through
`transaction`, which writes it together with its events or not at all.
"""
