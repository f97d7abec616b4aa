"""Criteria that were read from a text are held against what a proposal would be, without proposing them."""

from collections.abc import Iterator
from uuid import UUID

from services.kit.auth import Seat
from services.kit.errors import Language, Refusal
from services.workflow.act import Act
from services.workflow.criteria.model import Criteria
from services.workflow.criteria.reading import Problem, Written
from services.workflow.criteria.rules import faults
from services.workflow.criteria.schemas import CriteriaIn
from services.workflow.criteria.service import lower_than_provincial, served_by
from services.workflow.cycle.service import require_reviewed, require_specialty
from services.workflow.policy import NoticePolicy


async def problems(written: Written, act: Act, seat: Seat, language: Language) -> list[Problem]:
    """Everything that is wrong with a text, by line."""
    found = list(written.problems)
    if (asked := written.asked) is not None:
        refused = [*_alone(asked, act.policies.latest), *await _beside_others(asked, act)]
        found += [written.at(each.field or "", each.message(language)) for each in refused]
        try:
            serves_id = served_by(seat, asked.serves_id, act.policies.latest)
        except Refusal as refusal:
            found.append(written.at("serves_id", refusal.message(language)))
        else:
            short = await lower_than_provincial(act.tx, _row(asked, serves_id), act.moment.today)
            english = language is Language.EN
            found += [written.at(each.field or "", each.en if english else each.zh) for each in short]
    return sorted(found, key=lambda each: each.line)


def _alone(asked: CriteriaIn, policy: NoticePolicy) -> Iterator[Refusal]:
    try:
        require_reviewed(policy, asked.series, asked.level)
    except Refusal as refusal:
        yield refusal
    yield from faults(asked, policy)


async def _beside_others(asked: CriteriaIn, act: Act) -> list[Refusal]:
    if asked.specialty_id is None:
        return []
    try:
        await require_specialty(act.tx, asked.specialty_id, asked.series, act.policies.latest)
    except Refusal as refusal:
        return [refusal]
    return []


def _row(asked: CriteriaIn, serves_id: UUID | None) -> Criteria:
    """The criteria as they would be kept; the row is never written."""
    told = asked.model_dump(mode="json", include={"gates", "menus"})
    which = asked.model_dump(include={"series", "specialty_id", "level", "effective_from"})
    return Criteria(serves_id=serves_id, **which, **told)
