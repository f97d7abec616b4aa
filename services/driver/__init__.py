"""What is put to asyncpg itself, past SQLAlchemy's execution: selects in whatever session, what is written to tables by name, and texts that are kept."""
