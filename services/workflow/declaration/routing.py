"""The route of a declaration, judged again before it is submitted: by unit's recommendation, or directly."""

from dataclasses import replace

from services.accounts.contract import OrganisationNature, PersonKind, PersonStanding
from services.kit.errors import Finding
from services.quota.contract import TitleLevel
from services.workflow.cycle import store as cycle_store
from services.workflow.declaration.call import Call
from services.workflow.declaration.model import Declaration
from services.workflow.recommendation import store as recommendations
from services.workflow.recommendation.routing import taken_by
from services.workflow.route.again import Taken, against
from services.workflow.route.case import Case


async def closed(call: Call, declaration: Declaration, known: PersonStanding) -> tuple[Finding, ...]:
    """What of the conditions of its route is no longer met, by what is known of the applicant today.

    Raises:
        Unavailable: accounts does not answer, so nothing can be submitted now.
    """
    taken = await _taken(call, declaration)
    taken = replace(taken, case=replace(taken.case, standing=known))
    return await against(call.accounts, call, call.policy(declaration), taken)


async def _taken(call: Call, declaration: Declaration) -> Taken:
    if declaration.recommendation_id is not None:
        return await taken_by(call.tx, await recommendations.get(call.tx, declaration.recommendation_id))
    specialty = declaration.specialty_id and await cycle_store.specialty(call.tx, declaration.specialty_id)
    case = Case(
        kind=PersonKind(declaration.person_kind),
        nature=OrganisationNature(declaration.unit_nature) if declaration.unit_nature else None,
        series=declaration.series,
        specialty=specialty.name if specialty else None,
        level=TitleLevel(declaration.level),
        pass_mark=await cycle_store.pass_mark(
            call.tx, declaration.cycle_id, declaration.series, declaration.level
        ),
    )
    return Taken(declaration.route, declaration.person_id, declaration.lineage[-1], case)
