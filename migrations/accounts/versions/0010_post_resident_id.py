"""A person's resident id is one of the documents, and stands in no column of its own any more."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply; what older code wrote meanwhile is taken along first."""
    op.execute(
        "insert into person_document (id, province, person_id, kind, number_sealed, digest, added_at)"
        " select gen_random_uuid(), province, id, 'RESIDENT_ID', resident_id_sealed, resident_id_digest, created_at"
        " from person where resident_id_digest is not null on conflict do nothing"
    )
    op.drop_constraint("uq_person_resident_id_digest", "person")
    op.drop_column("person", "resident_id_sealed")
    op.drop_column("person", "resident_id_digest")
