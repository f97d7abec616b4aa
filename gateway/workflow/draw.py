"""The draw of a meeting's experts (随机抽取), who is kept out (回避), and who came in for whom (递补, 三（三）)."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.relay import Known
from gateway.told import Told
from gateway.words import described, hidden, listed, terms
from gateway.workflow.deliberation import expert_named


@terms("Why an expert who was drawn is replaced before the meeting opens.")
class ReplacementGround(Enum):
    """Ground of a replacement."""

    UNAVAILABLE = "不能到会"
    CONFLICT = "应当回避"
    OUT_OF_POOL = "已暂停或退出专家库"


@terms("Why an expert is kept out of a review (回避).")
class Conflict(Enum):
    """Conflict of an expert."""

    OWN_DECLARATION = "本人申报"
    SAME_UNIT = "与申报人同一单位"
    KINSHIP = "与申报人有亲属关系"
    CO_AUTHORSHIP = "与申报人有合作关系"
    SUPERVISION = "与申报人有师生关系"
    INTEREST = "与申报人有其他利害关系"
    REVIEWED = "曾审核本次评审的申报材料"
    RECUSED = "曾就同一申报主动回避"
    ASKED_FOR = "申报人申请回避"
    OUT_OF_POOL = "已暂停、退出或聘期届满"
    NO_ACCOUNT = "账号已不可用"


@strawberry.type(
    description="Who left before the meeting opened, why, and who came in (递补); for the office and those who oversee it."
)
class ExpertReplacement(Told):
    """A replacement."""

    number: int = described("Which one of the meeting.")
    left_name: str = described("Who left (姓名); not published.")
    entered_name: str | None = described("Who came in (姓名); null for a vacant seat.")
    ground: ReplacementGround = described("Why (事由).")
    note: str = described("Why, in the office's words.")
    replaced_at: datetime = described("When.")
    left_id: strawberry.Private[UUID]
    entered_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Who left.")
    def left(self) -> strawberry.ID:
        """The expert's own id."""
        return expert_named(self.left_id)

    @strawberry.field(description="Who came in.")
    def entered(self) -> strawberry.ID | None:
        """The expert's own id."""
        return expert_named(self.entered_id) if self.entered_id else None


@strawberry.type(
    description="How many experts were replaced on the office's word alone; more than usual are a sign (三（二）)."
)
class ReplacedOnWord(Told):
    """A sign for those who oversee a meeting."""

    count: int = described("How many could not come, as the office says.")
    usual: int = described("How many are no sign of anything.")
    sign: bool = described("Whether they are more.")


@strawberry.type(description="Somebody in the pool of a draw, by a name of that meeting alone (化名).")
class Candidate(Told):
    """A candidate."""

    pseudonym: UUID = described("What this draw calls him or her; no other draw does.")
    stratum: str = described("The group the draw took from.")


@strawberry.type(
    description="Who is who in the pool of a draw; for the office and those who oversee it (备选专家)."
)
class PooledExpert(Told):
    """A candidate with the expert."""

    pseudonym: UUID = described("What the published draw calls him or her (化名).")
    stratum: str = described("The group the draw took from.")
    expert_id: strawberry.Private[UUID]

    @strawberry.field(description="Which expert.")
    def id(self) -> strawberry.ID:
        """The expert's own id."""
        return expert_named(self.expert_id)


@strawberry.type(
    description="Who left a drawn committee before it met, and who came in; why is not published."
)
class Departure(Told):
    """A replacement as it is repeated."""

    replaced_at: datetime = described("When.")
    left: UUID = described("Who left (化名).")
    entered: UUID | None = described("Who came in (化名); null for a vacant seat.")
    passed_over: list[UUID] = listed("The reserves ahead of who came in that could not (化名).")


@strawberry.type(description="What a draw is committed to from the day its meeting is prepared; public.")
class DrawCommitment(Known):
    """A commitment; its id is the meeting's."""

    named = "Meeting"

    held_on: date = described("On which day the meeting is held.")
    seed_commitment: str = described("Digest of the seed, told before pool and agenda are known.")
    of_committee: strawberry.Private[UUID] = hidden("committee_id")

    @strawberry.field(description="The committee that meets (评委会).")
    def committee_id(self) -> strawberry.ID:
        """The committee's id."""
        return strawberry.ID(str(relay.GlobalID("Committee", str(self.of_committee))))


@strawberry.type(
    description="Everything needed to repeat a draw (随机抽取) and what came after it, by pseudonyms of this meeting alone (化名)."
)
class Draw(Told):
    """A draw."""

    algorithm: str = described("How it was drawn.")
    seed_commitment: str = described("Digest of the seed, told before the pool was known.")
    seed: str = described("The seed, told after the draw.")
    size: int = described("How many were to be drawn.")
    pool: list[Candidate] = listed("Who could be drawn.")
    excluded: int = described("How many had to be left out (回避).")
    drawn_at: datetime = described("When.")
    replacements: list[Departure] = listed("Who left before the meeting opened, in order (递补).")
    drawn: list[UUID] = listed("Who was drawn (化名).")
    seated: list[UUID] = listed("Who sits after all replacements (化名).")
