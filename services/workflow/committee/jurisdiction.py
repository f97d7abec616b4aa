"""Whether a committee may still take a declaration: its authority may have ended since it was chosen (一（三）1)."""

from collections.abc import Sequence
from uuid import UUID

from services.quota.contract import TitleLevel
from services.workflow.committee.model import Committee
from services.workflow.committee.policy import CommitteePolicy
from services.workflow.committee.states import CommitteeState, Lack
from services.workflow.declaration.model import Declaration


def first_covering(chosen: Sequence[Committee], specialty_id: UUID | None) -> Committee | None:
    """The first of the committees chosen that still stands and reviews the specialty."""
    covering = (each for each in chosen if not each.specialty_ids or specialty_id in each.specialty_ids)
    return next((each for each in covering if each.state == CommitteeState.APPROVED), None)


def lacking(committee: Committee, declaration: Declaration, policy: CommitteePolicy) -> Lack | None:
    """What the committee lacks to take the declaration now; None: it is competent."""
    if committee.state != CommitteeState.APPROVED:
        return Lack.WITHDRAWN
    if committee.office_id != declaration.office_id:
        return Lack.ANOTHER_OFFICE
    if not _of_subject(committee, declaration):
        return Lack.ANOTHER_SUBJECT
    if committee.serves_id not in declaration.lineage:
        return Lack.ANOTHER_PLACE
    return None if _still_delegated(committee, declaration, policy) else Lack.DELEGATION_ENDED


def _of_subject(committee: Committee, declaration: Declaration) -> bool:
    named = committee.specialty_ids
    fits = (committee.series, declaration.level in committee.levels) == (declaration.series, True)
    return fits and (not named or declaration.specialty_id in named)


def _still_delegated(committee: Committee, declaration: Declaration, policy: CommitteePolicy) -> bool:
    if committee.delegation is None:
        return True
    given = policy.delegation(committee.delegation)
    return (
        given is not None
        and given.series == declaration.series
        and TitleLevel(declaration.level) in given.levels
    )
