"""Whether a committee can be proposed as it is: jurisdiction, size, delegation."""

from services.accounts.contract import Role
from services.kit.auth import Seat
from services.kit.errors import Basis
from services.workflow.act import Act
from services.workflow.committee.errors import CommitteeTooSmall, DelegationUnknown, OutsideDelegation
from services.workflow.committee.model import Committee
from services.workflow.committee.organisations import Organisations
from services.workflow.committee.rules import RANKED, least_size, size_rule
from services.workflow.committee.schemas import CommitteeIn
from services.workflow.committee.states import CommitteeState
from services.workflow.cycle import service as cycles
from services.workflow.cycle import store as cycle_store
from services.workflow.cycle.states import Window
from services.workflow.policy import NoticePolicy


async def propose(act: Act, asked: CommitteeIn, known: Organisations) -> tuple[Committee, Seat, list[Basis]]:
    """The committee as a row not yet written, the seat that proposes it, and the basis.

    Raises:
        Refusal: the office is not the caller's, the series or a specialty does not fit, the size or the delegation
            does not.
    """
    cycle = await cycle_store.get(act.tx, asked.cycle_id)
    policy = act.policies[cycle.policy]
    act.actor.require(Role.TITLE_OFFICER, Role.COMMITTEE_OFFICE)
    window = cycles.require_window(cycle, Window.RUN, act.moment)
    for level in sorted(asked.levels):
        cycles.require_reviewed(policy, asked.series, level)
    for specialty_id in sorted(asked.specialty_ids):
        await cycles.require_specialty(act.tx, specialty_id, asked.series, policy)
    sized = require_size(asked, policy)
    basis = [policy.articles["committee_approved"], sized, *require_delegation(asked, policy), window]
    found = await known.find([asked.office_id, asked.unit_id or asked.office_id])
    line = found[asked.office_id].line
    seat = act.actor.require(Role.TITLE_OFFICER, Role.COMMITTEE_OFFICE, within=line)
    served = found[asked.unit_id].line if asked.unit_id else line[:1]
    committee = Committee(
        province=act.province,
        serves_id=served[-1],
        serves_line=served,
        levels=[level.value for level in RANKED if level in asked.levels],
        specialty_ids=sorted(asked.specialty_ids),
        state=CommitteeState.PROPOSED,
        lineage=line,
        **asked.model_dump(exclude={"unit_id", "levels", "specialty_ids"}),
    )
    return committee, seat, basis


def require_size(asked: CommitteeIn, policy: NoticePolicy) -> Basis:
    """The article on size, which the committee keeps.

    Raises:
        CommitteeTooSmall: fewer experts than its highest level asks, or an even number.
    """
    rule = size_rule(policy.committee, asked.levels)
    least = least_size(rule, asked.specialty_ids)
    basis = policy.articles[rule.article]
    if asked.size < least or (rule.odd and asked.size % 2 == 0):
        raise CommitteeTooSmall(least=least, size=asked.size, field="size", basis=[basis])
    return basis


def require_delegation(asked: CommitteeIn, policy: NoticePolicy) -> list[Basis]:
    """The article of the delegation named, which the committee keeps to.

    Raises:
        DelegationUnknown: no such delegation.
        OutsideDelegation: another series, or levels that were not delegated.
    """
    if asked.delegation is None:
        return []
    given = policy.committee.delegation(asked.delegation)
    if given is None:
        raise DelegationUnknown(code=asked.delegation, field="delegation")
    article = policy.articles[given.article]
    if asked.series != given.series or not asked.levels <= given.levels:
        raise OutsideDelegation(
            body=given.body,
            series=cycles.require_series(policy, given.series).name,
            levels="、".join(policy.series.level_names[level] for level in sorted(given.levels)),
            code=given.series,
            level_codes=", ".join(sorted(given.levels)),
            field="levels",
            basis=[article],
        )
    return [article]
