"""What is put to asyncpg itself, past SQLAlchemy's execution: selects in whatever session, and statements that are kept."""
