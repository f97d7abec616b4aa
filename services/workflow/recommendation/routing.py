"""The route of a recommendation, as it is judged when somebody is recommended and at each later step."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OrganisationNature, PersonKind
from services.quota.contract import TitleLevel
from services.workflow.cycle import store as cycle_store
from services.workflow.recommendation.model import Recommendation
from services.workflow.route.again import Taken
from services.workflow.route.case import Case, Nomination


async def taken_by(tx: AsyncSession, row: Recommendation) -> Taken:
    """The route that the recommendation took, and for what."""
    specialty = row.specialty_id and await cycle_store.specialty(tx, row.specialty_id)
    case = Case(
        kind=PersonKind(row.person_kind),
        nature=OrganisationNature(row.unit_nature) if row.unit_nature else None,
        series=row.series,
        specialty=specialty.name if specialty else None,
        level=TitleLevel(row.level),
        assessment=row.assessment,
        pass_mark=await cycle_store.pass_mark(tx, row.cycle_id, row.series, row.level),
        nominations=tuple(
            Nomination(each["name"], each["name"] == row.person_name) for each in row.nominators
        ),
    )
    return Taken(row.route, row.person_id, row.unit_id, case)
