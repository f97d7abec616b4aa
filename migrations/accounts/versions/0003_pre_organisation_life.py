"""What happens to organisations after they are created, the names they had, and the closure that finds subtrees.

A subtree is a range of its closure's key, so that a page of it costs the same however large the subtree is; the array of
a lineage, with its inverted index, had to be read whole. Triggers keep the closures: they follow the lineages, whoever
writes these (creation, import in bulk, a move of thousands), in the same statement.

A name is found by its characters and their pairs. Under a locale of the "C" kind the extension `pg_trgm` makes no trigrams
of Chinese at all, and nowhere does a trigram index find a part of two characters, which most searched words are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

NAME_KEY = r"""
create function name_key(name text) returns text language sql immutable strict parallel safe as $$
    select lower(regexp_replace(normalize(name, NFKC), '\s', '', 'g'))
$$"""
"""What two spellings of a name share: no blanks, no capitals, no full-width forms."""

NAME_GRAMS = """
create function name_grams(name text) returns text[] language sql immutable strict parallel safe cost 5000 as $$
    select coalesce(array_agg(distinct gram), array[]::text[])
    from (select lower(regexp_replace(normalize(name, NFKC), '\\s', '', 'g'))) as spelled (key),
         generate_series(1, length(key)) as place,
         lateral (values (substr(key, place, 1)), (substr(key, place, 2))) as told (gram)
$$"""
"""The characters of a name's key, and every two that stand side by side. The cost keeps plans to the index of it."""

AFTER_INSERT = """
create function {table}_closure_grows() returns trigger language plpgsql as $$
begin
    insert into {table}_closure (ancestor_id, descendant_id) select unnest(lineage), id from after_rows;
    return null;
end $$"""

AFTER_UPDATE = """
create function {table}_closure_follows() returns trigger language plpgsql as $$
begin
    execute 'with before_links as (
        select unnest(before_rows.lineage) as ancestor_id, id as descendant_id
        from before_rows join after_rows using (id) where before_rows.lineage <> after_rows.lineage
    ), after_links as (
        select unnest(after_rows.lineage) as ancestor_id, id as descendant_id
        from before_rows join after_rows using (id) where before_rows.lineage <> after_rows.lineage
    ), gone as (
        delete from {table}_closure as link
        using (select * from before_links except select * from after_links) as old
        where link.ancestor_id = old.ancestor_id and link.descendant_id = old.descendant_id
    )
    insert into {table}_closure (ancestor_id, descendant_id)
    select * from after_links except select * from before_links';
    return null;
end $$"""
"""Planned anew each time: a plan that is kept from a statement of one row takes minutes for one of thousands."""

TRIGGERS = (
    """create trigger {table}_closure_grows after insert on {table}
       referencing new table as after_rows for each statement execute function {table}_closure_grows()""",
    """create trigger {table}_closure_follows after update on {table}
       referencing old table as before_rows new table as after_rows
       for each statement execute function {table}_closure_follows()""",
)


def upgrade() -> None:
    """Apply."""
    op.execute(NAME_KEY)
    op.execute(NAME_GRAMS)
    add_life()
    create_former_names()
    index_search()
    for table in ("organisation", "person"):
        create_closure(table)


def add_life() -> None:
    """Where a merged one went, and how an organisation is reached."""
    for column in (
        sa.Column("name_key", sa.Text(), sa.Computed("name_key(name)", persisted=True), nullable=False),
        sa.Column(
            "successor_id", sa.Uuid(), sa.ForeignKey("organisation.id", name="fk_organisation_successor_id")
        ),
        sa.Column("address", sa.String(200)),
        sa.Column("postcode", sa.String(6)),
        sa.Column("telephone", sa.String(40)),
        sa.Column("email", sa.String(120)),
        sa.Column("person_in_charge_id", sa.Uuid()),
    ):
        op.add_column("organisation", column)
    op.create_check_constraint(
        "ck_organisation_merged_has_a_successor",
        "organisation",
        "(state = 'MERGED') = (successor_id is not null)",
    )
    op.create_check_constraint(
        "ck_organisation_a3_2_1_root_stays", "organisation", "parent_id is not null or state = 'ACTIVE'"
    )


def create_former_names() -> None:
    """The names that organisations had, and until when."""
    op.create_table(
        "organisation_name",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("name_key", sa.Text(), sa.Computed("name_key(name)", persisted=True), nullable=False),
        sa.Column("since", sa.Date()),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation_name"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_organisation_name_organisation_id"
        ),
    )
    op.create_index("ix_organisation_name_organisation_id", "organisation_name", ["organisation_id"])
    op.create_index(
        "ix_organisation_name_grams",
        "organisation_name",
        [sa.text("name_grams(name)")],
        postgresql_using="gin",
    )


def index_search() -> None:
    """By name, by the beginning of a code, and by kind and region in the order of pages."""
    op.create_index(
        "ix_organisation_grams", "organisation", [sa.text("name_grams(name)")], postgresql_using="gin"
    )
    op.create_index(
        "ix_organisation_uscc_begins",
        "organisation",
        ["uscc"],
        postgresql_ops={"uscc": "varchar_pattern_ops"},
    )
    op.create_index("ix_organisation_kind_id", "organisation", ["kind", "id"])
    op.create_index("ix_organisation_region_code_id", "organisation", ["region_code", "id"])
    op.drop_index("ix_organisation_region_code", "organisation")


def create_closure(table: str) -> None:
    """Whatever lies below an organisation, by the organisation and its own key; it takes the place of the lineage's index."""
    op.create_table(
        f"{table}_closure",
        sa.Column("ancestor_id", sa.Uuid(), nullable=False),
        sa.Column("descendant_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("ancestor_id", "descendant_id", name=f"pk_{table}_closure"),
    )
    op.execute(f"insert into {table}_closure select unnest(lineage), id from {table}")  # noqa: S608 - our own name
    for statement in (AFTER_INSERT, AFTER_UPDATE, *TRIGGERS):
        op.execute(statement.format(table=table))
    op.drop_index(f"ix_{table}_lineage", table)
