"""A route judged again before each later step: by what accounts has on record then, not by what it had at first."""

from dataclasses import dataclass, replace
from uuid import UUID

from services.kit.errors import Finding, Unavailable
from services.neighbours.client import Neighbour
from services.workflow.act import Act
from services.workflow.policy import NoticePolicy
from services.workflow.route import rules, service
from services.workflow.route.case import Case
from services.workflow.route.standing import facts_of
from services.workflow.route.states import Verdict


@dataclass(frozen=True, slots=True)
class Taken:
    """A route that was taken: by whom, for what, and to which unit or county the person belonged then."""

    route: str
    person_id: UUID
    belongs_to: UUID
    case: Case


async def against(accounts: Neighbour, act: Act, policy: NoticePolicy, taken: Taken) -> tuple[Finding, ...]:
    """The conditions that are no longer met, or no longer confirmed; asked as the service, and before any lock.

    Who has left meanwhile finishes what is under way (二（二）1): nothing is asked of an employment that is over.

    Raises:
        Unavailable: accounts does not answer.
    """
    route = policy.routes.find(taken.route)
    person = await facts_of(accounts, taken.person_id, policy.year)
    assert route is not None, "a notice keeps its routes"
    if person is None:
        raise Unavailable(part="accounts")
    belongs = person.employer_id == taken.belongs_to
    case = taken.case
    if belongs:
        case = replace(case, kind=person.kind, nature=person.employer_nature)
    checks = service.checks_of(policy, case, route)
    if not belongs:
        checks = tuple(each for each in checks if each.fact not in rules.OF_EMPLOYMENT)
    case = await service.informed(accounts, act, case, [each.fact for each in checks], person)
    judged = service.judge(policy, case, route, checks)
    return tuple(each.finding for each in judged if each.verdict is not Verdict.MET)
