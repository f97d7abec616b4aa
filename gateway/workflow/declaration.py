"""Declarations (职称申报): from the draft through the chain of reviews to the committee's office (三（一）、三（二）)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.employment import AidPosting
from gateway.accounts.organisation import Organisation
from gateway.accounts.person import Person
from gateway.context import Info
from gateway.history import HistoryEntry
from gateway.quota.post_words import PostPool
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Basis
from gateway.relay import Entity, Lookup, OneByOne, completed
from gateway.told import Told
from gateway.words import described, listed
from gateway.workflow.batch import Batch
from gateway.workflow.committee import Committee
from gateway.workflow.criteria import Criteria
from gateway.workflow.cycle import Cycle
from gateway.workflow.declaration_content import DeclarationContent
from gateway.workflow.declaration_rounds import (
    DeclarationChange,
    DeclarationRound,
    DeclarationSection,
    changes_of,
    rounds_of,
)
from gateway.workflow.declaration_words import DeclarationAction, DeclarationState
from gateway.workflow.evaluation import Evaluation
from gateway.workflow.material import Material
from gateway.workflow.recommendation import Recommendation
from gateway.workflow.review_chain import ChainProgress, ReviewChain
from gateway.workflow.sending_opinion import SendingOpinion, opinions_of
from gateway.workflow.specialty import Specialty
from services.accounts.contract import Role


@strawberry.type(description="One body of the review chain (逐级审核, 三（一）).")
class ChainLink(Told):
    """A link of the chain."""

    role: Role = described("In which role it acts.")
    state: ChainProgress = described("How far it is.")
    due_on: date | None = described("By when it is to be done, where it has the declaration now (办理期限).")
    organisation_id: strawberry.Private[UUID]

    @strawberry.field(description="The reviewing body.")
    def organisation(self, info: Info) -> Organisation | None:
        """The organisation."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.type(description="A section or kind of material that a declaration needs, and on which article.")
class Asked(Told):
    """Something asked for."""

    code: str = described("What `saveDeclaration` and `requestUpload` name it by.")
    name: str = described("Its name.")
    at_least: int = described("How many are needed; 0: may be left out.")
    at_most: int | None = described("How many there may be.")
    basis: list[Basis] = listed("The articles that ask for it.")


@strawberry.type(description="What is asked of this applicant: known beforehand, and nothing else is.")
class AskedOf(Told):
    """Everything asked for."""

    sections: list[Asked] = listed("Sections to fill in.")
    materials: list[Asked] = listed("Materials to upload.")
    specialty: str | None = described(
        "The specialty that the post and the achievements are to be of (申报专业与从事专业一致, 一（五）3), where the series asks."
    )


@strawberry.type(description="Something sent back to be mended, and why (退回).")
class ReturnedItem(Told):
    """An item."""

    item: str = described("The section or material.")
    reason: str = described("What is wrong.")


@strawberry.type(description="Something in a declaration that does not count, and why.")
class DeclarationFinding(Told):
    """A finding."""

    code: str = described("Its stable name.")
    message: str = described("What does not count, in the language asked for.")
    field: str | None = described("Where it stands in the content.")
    basis: list[Basis] = listed("The articles that say so.")


@strawberry.type(description="One return: who sent what back to whom (退回).")
class DeclarationReturn(Told):
    """A return."""

    reviewer_name: str = described("Who returned it (审核人).")
    items: list[ReturnedItem] = listed("What was sent back, and why.")
    round: int = described("In which round of submission.")
    returned_at: datetime = described("When.")
    from_organisation_id: strawberry.Private[UUID]
    to_organisation_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Who returned it.")
    def from_organisation(self, info: Info) -> Organisation | None:
        """The reviewing organisation."""
        return Organisation.edge(info, self.from_organisation_id)

    @strawberry.field(description="Whom it went to; null: the applicant.")
    def to_organisation(self, info: Info) -> Organisation | None:
        """The level below."""
        return Organisation.edge(info, self.to_organisation_id)


@strawberry.type(description="What was answered to one thing that came back from above (答复).")
class AnsweredItem(Told):
    """An answer."""

    item: str = described("The section or kind of material.")
    answer: str = described("The answer.")


@strawberry.type(description="With what a body passed on what had come back to it from above (答复).")
class DeclarationAnswer(Told):
    """The answers of one body."""

    reviewer_name: str = described("Who answered (审核人).")
    answers: list[AnsweredItem] = listed("What was answered, item by item.")
    round: int = described("In which round of submission.")
    answered_at: datetime = described("When.")
    organisation_id: strawberry.Private[UUID]

    @strawberry.field(description="For which body.")
    def organisation(self, info: Info) -> Organisation | None:
        """The reviewing organisation."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.type(
    description="One approval: who answers for the declaration at which body (审核意见, 三（一）)."
)
class DeclarationEndorsement(Told):
    """An approval."""

    reviewer_name: str = described("Who answers for it (审核人).")
    action: DeclarationAction = described("By which step: the first opinion, passing on, or accepting.")
    round: int = described("In which round of submission.")
    endorsed_at: datetime = described("When.")
    organisation_id: strawberry.Private[UUID]

    @strawberry.field(description="For which body.")
    def organisation(self, info: Info) -> Organisation | None:
        """The reviewing organisation."""
        return Organisation.edge(info, self.organisation_id)


LARGE = ("chain", "returned", "aid", "available_actions")
"""Fields that lists tell only where they are asked for."""
WRITTEN = ("content", "materials", "asked", "findings", "sections")
"""Fields that lists leave out."""
LISTED = Lookup("workflow", "/v1/declarations/lookup")
"""Many by their ids in one call, as lists tell them, and with what these leave out where it is asked for."""
HISTORY, RETURNS, ANSWERS, ENDORSEMENTS, CHAIN = (
    Lookup.below("workflow", "/v1/declarations", each)
    for each in ("history", "returns", "answers", "endorsements", "chain")
)


@strawberry.type(description="One person's declaration in one cycle (职称申报).")
class Declaration(Entity):
    """A declaration."""

    source = OneByOne("workflow", "/v1/declarations")
    larger = LISTED

    id: relay.NodeID[UUID]
    number: str = described("Its number (申报编号).")
    series: str = described("Code of the series (系列).")
    level: TitleLevel = described("The level (层级).")
    pool: PostPool = described(
        "From which stock of posts it was recommended (岗位类别); a targeted title is valid at grass roots only."
    )
    route: str = described("Code of the route (申报途径); `routes` tells them.")
    state: DeclarationState = described("Where it stands.")
    strict_reason: str | None = described(
        "Why two persons look at it at each level (破格、绿色通道, 三（二）): a code of the notice; null: one does."
    )
    aid: AidPosting | None = described(
        "Who sends an aid-Qinghai talent, and for how long, as it was when the unit recommended (援青, 二（四）1)."
    )
    round: int = described("How often it was submitted.")
    chain: list[ChainLink] = listed(
        "The bodies that review it in turn, the committee's office last (三（一）)."
    )
    returned: list[ReturnedItem] = listed("What was sent back, and why.")
    claimed_by_name: str | None = described("Who of its reviewers has it in hand now (领取人).")
    claimed_until: datetime | None = described("When that lapses by itself.")
    version: int = described("Its version; an act names the one that was read.")
    created_at: datetime | None = described("When it was begun.")
    submitted_at: datetime | None = described("When it was submitted last.")
    moved_at: datetime | None = described("When it changed hands last.")
    ground_ended_at: datetime | None = described(
        "Since when a draft waits for the new employer's recommendation (二（二）1); all that was written is kept."
    )
    available_actions: list[DeclarationAction] = listed("What the caller may try now.")
    content: DeclarationContent | None = completed("What the applicant wrote.")
    materials: list[Material] | None = completed("Its materials.")
    asked: AskedOf | None = completed("What is asked of this applicant.")
    findings: list[DeclarationFinding] | None = completed(
        "What does not count and why; it hinders nothing by itself."
    )
    sections: list[DeclarationSection] | None = completed(
        "For the applicant: each section with what to save over (分项保存)."
    )
    cycle_id: strawberry.Private[UUID]
    batch_id: strawberry.Private[UUID | None]
    person_id: strawberry.Private[UUID]
    unit_id: strawberry.Private[UUID | None]
    recommendation_id: strawberry.Private[UUID | None]
    specialty_id: strawberry.Private[UUID | None]
    criteria_id: strawberry.Private[UUID | None]
    committee_id: strawberry.Private[UUID | None]
    at_organisation_id: strawberry.Private[UUID | None]

    @property
    def from_list(self) -> bool:
        """Lists leave what was written out, and one that is asked for alone what nobody asks for."""
        return any(getattr(self, each) is None for each in WRITTEN)

    @strawberry.field(description="Of which year.")
    def cycle(self, info: Info) -> Cycle | None:
        """The cycle."""
        return Cycle.edge(info, self.cycle_id)

    @strawberry.field(
        description="The batch of the region that it is in (申报批次, 一（四）2); null in most."
    )
    def batch(self, info: Info) -> Batch | None:
        """The batch."""
        return Batch.edge(info, self.batch_id)

    @strawberry.field(description="Who declares (申报人).")
    def person(self, info: Info) -> Person | None:
        """The applicant."""
        return Person.edge(info, self.person_id)

    @strawberry.field(
        description="The unit that recommended (用人单位); null where declared directly (二（二）2)."
    )
    def unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.unit_id)

    @strawberry.field(description="The recommendation it rests on; null where declared directly.")
    def recommendation(self, info: Info) -> Recommendation | None:
        """The recommendation."""
        return Recommendation.edge(info, self.recommendation_id)

    @strawberry.field(description="For which specialty (专业).")
    def specialty(self, info: Info) -> Specialty | None:
        """The specialty."""
        return Specialty.edge(info, self.specialty_id)

    @strawberry.field(description="The criteria it is judged by (评审条件).")
    def criteria(self, info: Info) -> Criteria | None:
        """The criteria."""
        return Criteria.edge(info, self.criteria_id)

    @strawberry.field(description="The committee it goes to (评委会).")
    def committee(self, info: Info) -> Committee | None:
        """The committee."""
        return Committee.edge(info, self.committee_id)

    @strawberry.field(description="Who has it now; null while it is with the applicant or decided.")
    def at_organisation(self, info: Info) -> Organisation | None:
        """Where it is."""
        return Organisation.edge(info, self.at_organisation_id)

    @strawberry.field(
        description="Held against its criteria, item by item; a draft too, so that it tells what is missing (一（一）)."
    )
    async def evaluation(self, info: Info) -> Evaluation | None:
        """Its evaluation."""
        return await Evaluation.of_declaration(info, UUID(str(self.id)))

    @strawberry.field(description="Its timeline (办理记录): who did what when, why, and on which article.")
    async def history(self, info: Info) -> list[HistoryEntry] | None:
        """Its steps."""
        told = await HISTORY.one(info.context, self.id)
        return HistoryEntry.each(told["items"])

    @strawberry.field(
        description="Its chain with dates: when it came and went and who answered, and by when the next at the latest."
    )
    async def review_chain(self, info: Info) -> ReviewChain | None:
        """The chain."""
        return ReviewChain.of(await CHAIN.one(info.context, self.id))

    @strawberry.field(description="Every return with its items and reasons, oldest first (退回记录).")
    async def returns(self, info: Info) -> list[DeclarationReturn] | None:
        """Its returns."""
        told = await RETURNS.one(info.context, self.id)
        return DeclarationReturn.each(told["items"])

    @strawberry.field(
        description="What bodies answered to what had come back to them, oldest first (答复记录)."
    )
    async def answers(self, info: Info) -> list[DeclarationAnswer] | None:
        """The answers to its returns."""
        told = await ANSWERS.one(info.context, self.id)
        return DeclarationAnswer.each(told["items"])

    @strawberry.field(
        description="Every approval by name, level by level and round by round, oldest first (审核意见)."
    )
    async def endorsements(self, info: Info) -> list[DeclarationEndorsement] | None:
        """Who answers for it."""
        told = await ENDORSEMENTS.one(info.context, self.id)
        return DeclarationEndorsement.each(told["items"])

    @strawberry.field(
        description="What the side that sends an aid-Qinghai talent said, oldest first (派出单位审核意见, 二（四）1（1）)."
    )
    async def sending_opinions(self, info: Info) -> list[SendingOpinion] | None:
        """Its opinions."""
        return await opinions_of(info, self.id)

    @strawberry.field(description="As it was at each submission, oldest first (历次提交).")
    async def rounds(self, info: Info) -> list[DeclarationRound] | None:
        """Its rounds."""
        return await rounds_of(info, self.id)

    @strawberry.field(description="What changed from one submission to another (修改对照).")
    async def changes(
        self,
        info: Info,
        from_round: Annotated[int, strawberry.argument(description="The earlier round.")],
        to_round: Annotated[int, strawberry.argument(description="The later round.")],
    ) -> list[DeclarationChange] | None:
        """What changed."""
        return await changes_of(info, self.id, from_round, to_round)
