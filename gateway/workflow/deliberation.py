"""What comes before a vote (三（三）): groups, hearings, recusals and opinions in writing of a review meeting."""

from datetime import datetime
from enum import Enum
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.context import Info
from gateway.told import Told
from gateway.words import described, hidden, listed, terms
from gateway.workflow.declaration import LISTED, Declaration


@terms("How an applicant is heard or tested.")
class HearingKind(Enum):
    """Kind of a hearing."""

    INTERVIEW = "面试答辩"
    PRACTICE_TEST = "实践操作"


@terms("What came of a hearing.")
class HearingOutcome(Enum):
    """Outcome of a hearing."""

    AWAITED = "已安排"
    HELD = "已进行"
    ABSENT = "申报人未到"
    WAIVED_BY_ROUTE = "按申报途径免除"
    WAIVED = "经研究决定免除"


@terms("Why a declaration was put off without a vote that counts.")
class DeferralReason(Enum):
    """Reason of a deferral."""

    NO_QUORUM = "专家回避后出席该申报表决的人数不足法定人数"
    NOT_HEARD = "应进行的面试答辩或实践操作未进行"
    NOT_VOTED = "投票结束时已投票数不足法定人数"


def expert_named(expert_id: UUID) -> strawberry.ID:
    """The id that acts name an expert by."""
    return strawberry.ID(str(relay.GlobalID("Expert", str(expert_id))))


def declaration_named(declaration_id: UUID) -> strawberry.ID:
    """The id that acts name a declaration by; an expert can look up nothing behind it."""
    return strawberry.ID(str(relay.GlobalID("Declaration", str(declaration_id))))


@strawberry.type(description="A group of a meeting's experts (评议组): it proposes, the committee votes.")
class MeetingGroup(Told):
    """A group."""

    number: int = described("Its number within the meeting.")
    name: str = described("Its name, as of a discipline (学科组、专业组).")
    experts: strawberry.Private[list[UUID]] = hidden("expert_ids")
    items: strawberry.Private[list[UUID]] = hidden("declaration_ids")

    @strawberry.field(description="Who sits in it.")
    def expert_ids(self) -> list[strawberry.ID]:
        """The experts' ids."""
        return [expert_named(each) for each in self.experts]

    @strawberry.field(description="What it prepares.")
    async def declarations(self, info: Info) -> list[Declaration] | None:
        """Its part of the agenda."""
        return await Declaration.find_each(info, self.items, LISTED)


@strawberry.type(
    description="When and where an applicant is heard or tested (面试答辩、实践操作), or why not."
)
class Hearing(Told):
    """A hearing."""

    kind: HearingKind = described("What it is.")
    starts_at: datetime | None = described("From when.")
    ends_at: datetime | None = described("Until when.")
    place: str | None = described("Where (地点).")
    outcome: HearingOutcome = described("What came of it.")
    document_number: str | None = described("Number of the decision that waives it (文号).")
    note: str | None = described("Why it is waived, or what there is to say of it; for the office.")
    declaration_id: strawberry.Private[UUID]

    @strawberry.field(description="Of which declaration.")
    def declaration(self) -> strawberry.ID:
        """The declaration's id."""
        return declaration_named(self.declaration_id)


@strawberry.type(description="One's own hearing, as the applicant is told of it: nothing of the committee.")
class OwnHearing(Told):
    """An applicant's hearing."""

    kind: HearingKind = described("What it is.")
    starts_at: datetime | None = described("From when.")
    ends_at: datetime | None = described("Until when.")
    place: str | None = described("Where (地点).")
    outcome: HearingOutcome = described("What came of it.")
    document_number: str | None = described("Number of the decision that waives it (文号).")


@strawberry.type(
    description="That an expert has stepped back (回避); for the office and those who oversee it."
)
class Recusal(Told):
    """A recusal."""

    note: str = described("Why (理由).")
    recused_at: datetime = described("When.")
    expert_id: strawberry.Private[UUID]
    declaration_id: strawberry.Private[UUID]

    @strawberry.field(description="Who.")
    def expert(self) -> strawberry.ID:
        """The expert's id."""
        return expert_named(self.expert_id)

    @strawberry.field(description="From which declaration.")
    def declaration(self, info: Info) -> Declaration | None:
        """The declaration."""
        return Declaration.edge(info, self.declaration_id, LISTED)


@strawberry.type(description="A declaration that was put off without a vote that counts (待下次评审会议).")
class MeetingDeferral(Told):
    """A deferral."""

    reason: DeferralReason = described("Why.")
    declaration_id: strawberry.Private[UUID]

    @strawberry.field(description="Which declaration.")
    def declaration(self, info: Info) -> Declaration | None:
        """The declaration."""
        return Declaration.edge(info, self.declaration_id, LISTED)


@strawberry.type(description="A version of an opinion in writing (评议意见).")
class OpinionVersion(Told):
    """A version."""

    version: int = described("Its number; `writeOpinion` takes the newest.")
    text: str = described("What it says.")


@strawberry.type(description="What the caller has written on a declaration, and what its group says.")
class OwnOpinions(Told):
    """One's own opinions."""

    own: list[OpinionVersion] = listed("The caller's versions, oldest first.")
    of_group: OpinionVersion | None = described("What the group that prepares it says now (评议组意见).")


@strawberry.type(description="A file of a declaration that an expert may open: its kind, and no name.")
class ExpertFile(Told):
    """A file."""

    item: str = described("Code of its kind (材料类别).")
    name: str = described("What the kind is called.")
    material_id: strawberry.Private[UUID] = hidden("id")

    @strawberry.field(description="What `openExpertFile` takes.")
    def id(self) -> strawberry.ID:
        """Its id."""
        return strawberry.ID(str(relay.GlobalID("Material", str(self.material_id))))


@strawberry.type(description="What was written on a declaration, without who wrote it, in no telling order.")
class Opinions(Told):
    """Opinions once the vote is closed."""

    of_group: str | None = described("The group's (评议组意见).")
    of_experts: list[str] = listed("The experts'.")
