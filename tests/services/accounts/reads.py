"""What a transaction has read, counted by the database: rows, not time, those for the checks of foreign keys included."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

READ = """
select relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as rows
from pg_stat_xact_user_tables where schemaname = current_schema()
"""
"""What this connection was given of each table and has not told the server's statistics yet: within a transaction it grows."""

Reads = dict[str, int]


async def so_far(tx: Any) -> Reads:
    """What was read until now."""
    return {row.relname: row.rows for row in await tx.execute(text(READ))}


def since(before: Reads, now: Reads) -> Reads:
    """What was read in between, of the tables of which anything was."""
    told = {name: rows - before.get(name, 0) for name, rows in now.items()}
    return {name: rows for name, rows in told.items() if rows}
