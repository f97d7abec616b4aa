"""Every test finds the database as the migrations left it: a clone per worker, emptied of what the last test wrote.

Emptying costs a few milliseconds, cloning a database for each test some thirty; apps and their connections live on.
Deleted rows leave their room behind: a table that has grown is cut to nothing, or the next test would read and plan by
what an earlier one wrote.
"""

from __future__ import annotations

import asyncpg

SCHEMAS = ("accounts", "workflow", "quota", "notifications")
GROWN_BYTES = 1 << 20
"""Beyond what the migrations left in it."""

REMEMBER = f"""
CREATE SCHEMA titles_test;
CREATE TABLE titles_test.tables (relation regclass PRIMARY KEY, copy text, columns text, most_bytes bigint);
DO $$
DECLARE t record; filled boolean; copy text;
BEGIN
    FOR t IN
        SELECT c.oid::regclass AS relation, row_number() OVER () AS number,
               (SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute a
                WHERE a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ANY ('{{{",".join(SCHEMAS)}}}') AND c.relkind = 'r'
          AND c.relname <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', t.relation) INTO filled;
        copy := CASE WHEN filled THEN 'titles_test.seed_' || t.number END;
        IF filled THEN
            EXECUTE format('CREATE TABLE %s AS SELECT %s FROM %s', copy, t.columns, t.relation);
        END IF;
        INSERT INTO titles_test.tables VALUES (t.relation, copy, t.columns, pg_relation_size(t.relation) + {GROWN_BYTES});
    END LOOP;
END $$;
DO $make$
BEGIN
    EXECUTE format($function$
        CREATE FUNCTION titles_test.reset() RETURNS void LANGUAGE plpgsql AS $$
        DECLARE grown text;
        BEGIN
            SET LOCAL lock_timeout = '5s';
            SELECT string_agg(relation::text, ', ') FROM titles_test.tables
                WHERE pg_relation_size(relation) > most_bytes INTO grown;
            IF grown IS NOT NULL THEN
                EXECUTE 'TRUNCATE ' || grown || ' CASCADE';
            END IF;
            %s
        END $$ $function$,
        (SELECT string_agg(
            format('IF EXISTS (SELECT FROM %s) THEN DELETE FROM %s; END IF;', relation, relation)
            || CASE WHEN copy IS NULL THEN '' ELSE format(
                'INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s;', relation, columns, columns, copy) END,
            E'\n') FROM titles_test.tables));
END $make$;
"""
"""What is there, and a function that names every table: its plans are kept from one call to the next."""
SILENT = {"session_replication_role": "replica"}
"""Of the connection that empties; set for each call, it would cost every plan that is kept."""


async def remember_seed(admin_url: str) -> None:
    """Keep what migrations wrote, so that `reset` can bring it back."""
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute(REMEMBER)
    finally:
        await connection.close()


async def reset(connection: asyncpg.Connection) -> None:
    """Bring every table of every service back to what the migrations left in it.

    The connection is a `SILENT` one: triggers and keys say nothing.
    """
    await connection.execute("SELECT titles_test.reset()")
