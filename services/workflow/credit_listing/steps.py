"""Which answer leads where, who sets one aside, and under what rules."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.accounts.contract import Role
from services.kit.steps import Branch, Broken, Step, Steps, Taker, rule
from services.workflow.credit_listing.states import ListingAction, ListingState
from services.workflow.cycle.steps import provincial_officer
from services.workflow.system import BY_SYSTEM


@dataclass(frozen=True, slots=True)
class Answered:
    """What a platform says of the person: listed by which document, from when, until when."""

    listed: bool
    document: str | None = None
    begins: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ListingFacts:
    """A listing as its rules see it.

    `lineage` is the line of the declaration. `document` is the platform's of the answer before; `set_aside_by` the document
    told now, where it can be one. `own`: the caller declares, or acts for who does.
    """

    id: UUID
    state: ListingState
    version: int
    lineage: tuple[UUID, ...]
    document: str | None = None
    answer: Answered | None = None
    set_aside_by: str | None = None
    reason: str | None = None
    own: bool = False


PROVINCE: Taker[ListingFacts] = Taker(
    Role.TITLE_OFFICER, "省人力资源社会保障厅职称管理人员", provincial_officer
)


@rule(
    "SET_ASIDE_BY_DOCUMENT",
    article="credit_listed",
    zh="不予采信须有文件依据",
    en="What a platform says is set aside by a document.",
)
def document_named(case: ListingFacts) -> Broken | None:
    """What a platform says is set aside by a document (一（八）)."""
    if case.set_aside_by:
        return None
    return Broken("请填写正确的文号", "Give the number of the document.", field="document_number")


@rule(
    "SET_ASIDE_WITH_REASON",
    article="credit_listed",
    zh="不予采信须写明理由",
    en="Who sets aside what a platform says gives the reason.",
)
def reason_given(case: ListingFacts) -> Broken | None:
    """It is said why: another person of that name, corrected by the platform, taken back (一（八）)."""
    return None if case.reason else Broken("请写明理由", "Give the reason.", field="reason")


@rule(
    "SET_ASIDE_BY_ANOTHER",
    article="credit_listed",
    zh="申报人不得处理涉及本人的信用信息",
    en="Nobody sets aside what a platform says of oneself.",
)
def not_ones_own(case: ListingFacts) -> Broken | None:
    """Nobody sets aside what a platform says of oneself (一（八）)."""
    if not case.own:
        return None
    return Broken("涉及您本人或您所代理的人，应由他人处理", "It is about you, or whom you act for.")


def after_answer(case: ListingFacts) -> ListingState:
    """Where an answer leads; what was set aside stays so while the platform names the same document."""
    assert case.answer is not None, "an answer is judged"
    if not case.answer.listed:
        return ListingState.CLEAR
    if case.state is ListingState.SET_ASIDE and case.answer.document == case.document:
        return ListingState.SET_ASIDE
    return ListingState.LISTED


SAID: Branch[ListingFacts] = Branch((ListingState.CLEAR, ListingState.LISTED), after_answer)
SAID_AGAIN: Branch[ListingFacts] = Branch(
    (ListingState.CLEAR, ListingState.LISTED, ListingState.SET_ASIDE), after_answer
)
SETTING_ASIDE = (document_named, reason_given, not_ones_own)
ARTICLE = "credit_listed"

LISTING_STEPS: Steps[ListingFacts] = {
    (ListingState.ASKED, ListingAction.ASK): Step(ListingState.ASKED, BY_SYSTEM, ARTICLE),
    (ListingState.ASKED, ListingAction.ANSWER): Step(SAID, BY_SYSTEM, ARTICLE),
    (ListingState.CLEAR, ListingAction.ASK): Step(ListingState.ASKED, BY_SYSTEM, ARTICLE),
    (ListingState.LISTED, ListingAction.ASK): Step(ListingState.LISTED, BY_SYSTEM, ARTICLE),
    (ListingState.LISTED, ListingAction.ANSWER): Step(SAID, BY_SYSTEM, ARTICLE),
    (ListingState.LISTED, ListingAction.SET_ASIDE): Step(
        ListingState.SET_ASIDE, PROVINCE, ARTICLE, SETTING_ASIDE
    ),
    (ListingState.SET_ASIDE, ListingAction.ASK): Step(ListingState.SET_ASIDE, BY_SYSTEM, ARTICLE),
    (ListingState.SET_ASIDE, ListingAction.ANSWER): Step(SAID_AGAIN, BY_SYSTEM, ARTICLE),
}
