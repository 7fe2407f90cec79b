"""The ledger in a database: SQLite by default, PostgreSQL by URL. `ledger.py` is the port, the rest serves it."""
