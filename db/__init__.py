"""The database: tables, engine, migrations, search index, backups.

SQLite (through `sqlcipher3`, the only SQLite in the process) on a laptop, PostgreSQL in an office,
by URL and with the same code.
"""
