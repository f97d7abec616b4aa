"""A person's resident id is one of the documents, and stands in no column of its own any more."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply; what older code wrote meanwhile was taken along by the triggers of 0005."""
    for table, name in (("person", "person_of_before"), ("person_document", "document_as_before")):
        op.execute(f"drop trigger if exists {name} on {table}")
        op.execute(f"drop function if exists {name}()")
    op.drop_constraint("uq_person_resident_id_digest", "person")
    op.drop_column("person", "resident_id_sealed")
    op.drop_column("person", "resident_id_digest")
