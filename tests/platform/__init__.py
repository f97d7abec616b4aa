"""What tests stand on: one PostgreSQL per run, a database per worker, tokens, the real apps over ASGI."""
