"""Farmers and herders, and aid-Qinghai talents, among the kinds of people."""

from alembic import op

revision = "0003"
down_revision = "0002"

PERSON_KINDS = (
    "'ON_ESTABLISHMENT', 'TEMPORARY', 'ENTERPRISE', 'HOSTED', 'SELF_EMPLOYED', 'FREELANCER',"
    " 'FARMER_HERDER', 'AID_QINGHAI'"
)


def upgrade() -> None:
    """Apply."""
    name = op.f("ck_reservation_person_kind")
    op.drop_constraint(name, "reservation")
    op.create_check_constraint(name, "reservation", f"person_kind in ({PERSON_KINDS})")
