"""The whole platform on one machine: embedded PostgreSQL, roles, migrations, processes."""
