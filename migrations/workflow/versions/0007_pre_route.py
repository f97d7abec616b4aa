"""Which route a recommendation and a declaration take; an assessment may stand without a ground."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TABLES = ("recommendation", "declaration")
OF_RECOMMENDATIONS = """update recommendation set route = case
    when ground = 'FRONT_LINE_SKILLED' then 'SKILLED_FRONT_LINE' when ground = 'IMPORTED_TALENT' then 'IMPORTED'
    when ground = 'URGENTLY_NEEDED' then 'URGENT' when ground = 'POSTDOC' then 'POSTDOC'
    when pool = 'TARGETED' then 'TARGETED' else 'AID' end
    where ground is not null or pool = 'TARGETED' or person_kind = 'AID_QINGHAI'"""
OF_DECLARATIONS = """update declaration set route = recommendation.route from recommendation
    where recommendation.id = declaration.recommendation_id and recommendation.route <> 'NORMAL'"""
OF_DIRECT_ONES = """update declaration
    set route = case person_kind when 'FARMER_HERDER' then 'FARMER' else person_kind end
    where recommendation_id is null"""


def upgrade() -> None:
    """Apply."""
    for table in TABLES:
        normal = sa.Column("route", sa.String(40), server_default=sa.text("'NORMAL'"), nullable=False)
        op.add_column(table, normal)
    for update in (OF_RECOMMENDATIONS, OF_DECLARATIONS, OF_DIRECT_ONES):
        op.execute(update)
    op.drop_constraint(op.f("ck_recommendation_1_7_2_assessed"), "recommendation")
    assessed = "ground is null or assessment is not null"
    op.create_check_constraint(op.f("ck_recommendation_1_7_2_assessed"), "recommendation", assessed)
    claimed = "ground is null or route <> 'NORMAL'"
    op.create_check_constraint(op.f("ck_recommendation_1_5_4_1_route"), "recommendation", claimed)
