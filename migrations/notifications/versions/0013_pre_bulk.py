"""An announcement to very many: where its copies stand is kept count of, and a copy has fewer indexes.

Each statement that writes copies of what goes to many adds what it changed to its own connection's row of the count, so that
writers never wait for each other and whoever asks reads a few rows. A copy that goes out by itself, as nearly all do, is
found by its key: only what goes out with another one is in the index of bundles. Dead rows of the table are taken away long
before a fifth of it is dead.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

COPY, TALLY = "delivery_copy", "delivery_tally"
OPEN = "sent_at is null and handed_on_at is null and dead_at is null and withdrawn_at is null"
STATES = ("waiting", "sent", "dead", "withdrawn")
TO_MANY = "priority >= 2"
VACUUM = "autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 10000"
SETTINGS = "autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold"
STANDING = f"""
    ({OPEN})::int as waiting, (sent_at is not null)::int as sent,
    (dead_at is not null)::int as dead, (withdrawn_at is not null)::int as withdrawn
"""
SUMS = ", ".join(f"sum({each})" for each in STATES)
CHANGED = " or ".join(f"sum({each}) <> 0" for each in STATES)
ADDED = ", ".join(f"{each} = {TALLY}.{each} + excluded.{each}" for each in STATES)
AFTER = f"select dispatch_id, {STANDING} from after_rows where {TO_MANY}"  # noqa: S608 - pieces of this module
BEFORE = f"""
    select dispatch_id, -waiting, -sent, -dead, -withdrawn
    from (select dispatch_id, {STANDING} from before_rows where {TO_MANY}) b
"""  # noqa: S608 - pieces of this module
COUNTS = """
create function {name}() returns trigger language plpgsql set search_path from current as $$
begin
    insert into {tally} (dispatch_id, writer, {states})
    select dispatch_id, pg_backend_pid(), {sums} from ({rows}) changed
    group by dispatch_id having {changed} order by dispatch_id
    on conflict (dispatch_id, writer) do update set {added};
    return null;
end $$"""
GROWS, FOLLOWS = f"{TALLY}_grows", f"{TALLY}_follows"
TRIGGERS = (
    f"""create trigger {GROWS} after insert on {COPY}
        referencing new table as after_rows for each statement execute function {GROWS}()""",
    f"""create trigger {FOLLOWS} after update on {COPY}
        referencing old table as before_rows new table as after_rows
        for each statement execute function {FOLLOWS}()""",
)
SO_FAR = f"""
    insert into {TALLY} (dispatch_id, writer, {", ".join(STATES)})
    select dispatch_id, 0, {SUMS} from (
        select dispatch_id, {STANDING} from {COPY} where {TO_MANY}
    ) there group by dispatch_id
"""  # noqa: S608 - pieces of this module


def upgrade() -> None:
    """Apply."""
    op.create_table(
        TALLY,
        sa.Column(
            "dispatch_id", sa.Uuid(), sa.ForeignKey("dispatch.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("writer", sa.Integer(), primary_key=True),
        *(sa.Column(each, sa.Integer(), nullable=False) for each in STATES),
    )
    op.execute(f"alter table {TALLY} set (fillfactor = 50)")
    op.execute(SO_FAR)
    for name, rows in ((GROWS, AFTER), (FOLLOWS, f"{AFTER} union all {BEFORE}")):
        told = {"name": name, "tally": TALLY, "states": ", ".join(STATES), "sums": SUMS, "rows": rows}
        op.execute(COUNTS.format(**told, changed=CHANGED, added=ADDED))
    for trigger in TRIGGERS:
        op.execute(trigger)
    op.drop_index(f"ix_{COPY}_open", COPY)
    _index_bundles(f"{OPEN} and id <> bundle_id")
    op.execute(f"alter table {COPY} set ({VACUUM})")


def _index_bundles(which: str) -> None:
    op.drop_index(f"ix_{COPY}_bundle", COPY)
    op.create_index(f"ix_{COPY}_bundle", COPY, ["bundle_id"], postgresql_where=sa.text(which))


def downgrade() -> None:
    """Take back."""
    op.execute(f"alter table {COPY} reset ({SETTINGS})")
    _index_bundles(OPEN)
    op.create_index(f"ix_{COPY}_open", COPY, ["dispatch_id"], postgresql_where=sa.text(OPEN))
    for name in (GROWS, FOLLOWS):
        op.execute(f"drop trigger {name} on {COPY}")
        op.execute(f"drop function {name}()")
    op.drop_table(TALLY)
