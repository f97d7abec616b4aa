"""Identity documents of other kinds, employments, and changes of employer.

Until 0010 code of before and of after run side by side. Triggers let each see what the other writes: a person whom the
older makes has a document and an employment, one whom the newer makes has the two columns of the resident id. So a number
known to either is refused by both, and nobody gets a second account meanwhile.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"

LIVE = "state in ('ASKED', 'CONSENTED', 'OBJECTED')"

PERSON_OF_BEFORE = """
create function person_of_before() returns trigger language plpgsql as $$
declare
    day date := (new.created_at at time zone 'Asia/Shanghai')::date;
begin
    insert into person_document (id, province, person_id, kind, number_sealed, digest, added_at) values (
        gen_random_uuid(), new.province, new.id, 'RESIDENT_ID', new.resident_id_sealed, new.resident_id_digest,
        new.created_at
    );
    insert into employment (id, province, person_id, organisation_id, department_id, kind, since, began_on) values (
        gen_random_uuid(), new.province, new.id, new.employer_id, new.department_id, new.kind, day, day
    );
    return null;
end $$"""

DOCUMENT_AS_BEFORE = """
create function document_as_before() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        update person set resident_id_sealed = null, resident_id_digest = null
        where id = old.person_id and resident_id_digest = old.digest;
    elsif new.kind = 'RESIDENT_ID' then
        update person set resident_id_sealed = new.number_sealed, resident_id_digest = new.digest
        where id = new.person_id and resident_id_digest is null;
    end if;
    return null;
end $$"""

TRIGGERS = (
    """create trigger person_of_before after insert on person
       for each row when (new.resident_id_digest is not null) execute function person_of_before()""",
    """create trigger document_as_before after insert or delete on person_document
       for each row execute function document_as_before()""",
)


def upgrade() -> None:
    """Apply."""
    create_person_document()
    alter_person()
    create_employment()
    create_employer_change()
    for statement in (PERSON_OF_BEFORE, DOCUMENT_AS_BEFORE, *TRIGGERS):
        op.execute(statement)


def create_person_document() -> None:
    """Documents beside the resident id, which is the first of them. Digests are made and sealed as before."""
    op.create_table(
        "person_document",
        *keyed(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("nationality", sa.String(3)),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.Uuid()),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="pk_person_document"),
        sa.UniqueConstraint("digest", name="uq_person_document_digest"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_person_document_person_id"),
    )
    op.create_index("ix_person_document_person_id", "person_document", ["person_id"])
    op.execute(
        "insert into person_document (id, province, person_id, kind, number_sealed, digest, added_at)"
        " select gen_random_uuid(), province, id, 'RESIDENT_ID', resident_id_sealed, resident_id_digest, created_at"
        " from person"
    )


def alter_person() -> None:
    """Without employer there is none; what went to the documents is no longer told here."""
    op.add_column("person", sa.Column("email_sealed", sa.LargeBinary()))
    for name in ("employer_id", "resident_id_sealed", "resident_id_digest"):
        op.alter_column("person", name, nullable=True)
    op.create_check_constraint(
        op.f("ck_person_2_2_1_active_at_an_employer"),
        "person",
        "(state = 'ACTIVE') = (employer_id is not null)",
    )


def create_employment() -> None:
    """Periods, the present one without end."""
    op.create_table(
        "employment",
        *keyed(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid()),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        sa.Column("ending", sa.String(40)),
        sa.Column("note", sa.Text()),
        sa.Column("contract", JSONB()),
        sa.Column("aid", JSONB()),
        sa.PrimaryKeyConstraint("id", name="pk_employment"),
        *references(
            "employment", person_id="person", organisation_id="organisation", department_id="organisation"
        ),
        check("employment_ends_after_it_begins", "ended_on >= began_on"),
        check("employment_ended_for_a_reason", "(ended_on is null) = (ending is null)"),
        check("employment_2_4_1_aid_has_a_sender", "(kind = 'AID_QINGHAI') = (aid is not null)"),
    )
    op.create_index("ix_employment_person_id_id", "employment", ["person_id", "id"])
    op.create_index("ix_employment_organisation_id", "employment", ["organisation_id"])
    op.create_index(
        "uq_employment_2_2_1_one_present",
        "employment",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("ended_on is null"),
    )
    op.execute(
        "insert into employment (id, province, person_id, organisation_id, department_id, kind, since, began_on)"
        " select gen_random_uuid(), province, id, employer_id, department_id, kind, day, day from person,"
        " lateral (select (created_at at time zone 'Asia/Shanghai')::date as day) as made"
    )


def create_employer_change() -> None:
    """Changes of employer; one live change of a person."""
    op.create_table(
        "employer_change",
        *keyed(),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid()),
        sa.Column("asker_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid()),
        sa.Column("superior_id", sa.Uuid()),
        sa.Column("document_kind", sa.String(40), nullable=False),
        sa.Column("masked_number", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("rests_on", sa.String(20)),
        sa.Column("contract", JSONB()),
        sa.Column("aid", JSONB()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_employer_change"),
        *references(
            "employer_change",
            person_id="person",
            employer_id="organisation",
            asker_id="organisation",
            department_id="organisation",
            superior_id="organisation",
        ),
    )
    index_employer_change()


def index_employer_change() -> None:
    """One live change of a person; those that are due; those in which an organisation or a person has a part."""
    op.create_index(
        "uq_employer_change_2_2_1_one_live",
        "employer_change",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text(LIVE),
    )
    op.create_index(
        "ix_employer_change_due_on",
        "employer_change",
        ["due_on"],
        postgresql_where=sa.text("due_on is not null"),
    )
    for part in ("asker_id", "employer_id", "superior_id", "person_id"):
        op.create_index(f"ix_employer_change_{part}_id", "employer_change", [part, "id"])


def keyed() -> list[sa.Column[object]]:
    """Columns of every aggregate."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    ]


def references(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    """What columns refer to."""
    return [
        sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")
        for column, to in columns.items()
    ]


def check(name: str, holds: str) -> sa.CheckConstraint:
    """A named check."""
    return sa.CheckConstraint(holds, name=f"ck_{name}")
