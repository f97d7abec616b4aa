"""What the planner knows of a schema's tables; tests share a database, and one may have let it look at another's rows."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

FORGETTING = (
    "select pg_clear_relation_stats(schemaname, tablename) from pg_tables where schemaname = current_schema()",
    """select pg_clear_attribute_stats(schemaname, tablename, attname, inherited) from pg_stats
    where schemaname = current_schema()""",
)


async def forget(tx: AsyncSession) -> None:
    """Within this transaction the planner knows as little as of tables that were just made."""
    for each in FORGETTING:
        await tx.execute(text(each))
