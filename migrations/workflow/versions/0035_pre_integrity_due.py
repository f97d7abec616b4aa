"""By when a case of misconduct is acted on, who investigates, and when its being late was told; whom it is about may come later.

An imported certificate's holder is told once: two columns may be written, and a trigger refuses all but that. What came in its place
by a correction is of the same row.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

CASE, RECORD = "integrity_case", "integrity_record"
LATE, CONCERNED = f"ix_{CASE}_overdue", f"ck_{CASE}_1_8_concerned"
NEW = (
    ("number", sa.String(160)),
    ("number_key", sa.Text()),
    ("holder_name", sa.String(160)),
    ("handler_id", sa.Uuid()),
    ("due_on", sa.Date()),
    ("escalated_on", sa.Date()),
)

ROW = "uq_certificate_import_row"
UNKNOWN, NOBODY = f"ix_{CASE}_certificate", f"ck_{RECORD}_1_8_reversal_bars_nobody"
ONCE = """
create function certificate_holder_once() returns trigger language plpgsql as $$
begin
    if old.origin <> 'IMPORTED' or old.person_id is not null or new.person_id is null then
        raise exception 'the holder of a certificate is told once, of an imported one' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$
"""


def upgrade() -> None:
    """Apply."""
    for name, kind in NEW:
        op.add_column(CASE, sa.Column(name, kind))
    untold = sa.text("escalated_on is null and due_on is not null")
    op.create_index(LATE, CASE, ["id"], postgresql_where=untold)
    op.alter_column(CASE, "person_id", nullable=True)
    op.alter_column(CASE, "person_name", nullable=True)
    op.alter_column(RECORD, "person_id", nullable=True)
    known = "num_nonnulls(person_id, certificate_id) > 0 or state in ('RECEIVED', 'NOT_TAKEN_UP')"
    op.create_check_constraint(op.f(CONCERNED), CASE, known)
    nobody = sa.text("certificate_id is not null and person_id is null")
    op.create_index(UNKNOWN, CASE, ["certificate_id"], postgresql_where=nobody)
    _bars("kind <> 'REVERSED' or bar_from is null")
    _rows("import_id is not null and replaces_id is null")
    op.execute(ONCE)
    op.execute(
        "create trigger certificate_holder_once before update on certificate"
        " for each row execute function certificate_holder_once()"
    )
    op.execute("grant update (person_id, account_id) on certificate to workflow")


def _rows(which: str) -> None:
    op.drop_index(ROW, "certificate")
    key = ["import_id", "import_row"]
    op.create_index(ROW, "certificate", key, unique=True, postgresql_where=sa.text(which))


def _bars(who: str) -> None:
    op.drop_constraint(op.f(NOBODY), RECORD)
    op.create_check_constraint(op.f(NOBODY), RECORD, who)


def downgrade() -> None:
    """Take back."""
    op.execute("revoke update (person_id, account_id) on certificate from workflow")
    op.execute("drop trigger certificate_holder_once on certificate")
    op.execute("drop function certificate_holder_once")
    _rows("import_id is not null")
    _bars("kind = 'FOUND' or bar_from is null")
    op.drop_index(UNKNOWN, CASE)
    op.drop_constraint(op.f(CONCERNED), CASE)
    op.alter_column(RECORD, "person_id", nullable=False)
    op.alter_column(CASE, "person_name", nullable=False)
    op.alter_column(CASE, "person_id", nullable=False)
    op.drop_index(LATE, CASE)
    for name, _ in reversed(NEW):
        op.drop_column(CASE, name)
