"""Review meetings (评审会议): plan, draw, training and pledge of experts, the secret vote, results (三（三）、三（五）)."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.context import Info
from gateway.history import HistoryEntry
from gateway.ids import uuid_of
from gateway.relay import After, Connection, Entity, First, OneByOne, completed, page
from gateway.told import Told
from gateway.words import described, hidden, listed, terms
from gateway.workflow.committee import Committee
from gateway.workflow.cycle import Cycle
from gateway.workflow.declaration import LISTED, Declaration
from gateway.workflow.deliberation import (
    ExpertFile,
    Hearing,
    MeetingDeferral,
    MeetingGroup,
    Opinions,
    OwnOpinions,
    Recusal,
    declaration_named,
    expert_named,
)
from gateway.workflow.draw import Conflict, Draw, ExpertReplacement, PooledExpert, ReplacedOnWord
from gateway.workflow.route import RouteWaiver

OfDeclaration = Annotated[strawberry.ID, strawberry.argument(description="Of which declaration.")]


@terms("What a session is held for.")
class MeetingKind(Enum):
    """Kind of a meeting."""

    ORDINARY = "年度评审会议"
    SINGLE_CASE = "一事一议"


@terms("Where a meeting stands (三（三）).")
class MeetingState(Enum):
    """State of a meeting."""

    PREPARING = "筹备中"
    PLAN_FILED = "评审工作方案已报备"
    DRAWN = "已抽取评审专家"
    OPEN = "评审会议进行中（投票）"
    VOTED = "投票结束、已计票"
    RESULTS_PUBLIC = "评审结果公示"
    CANCELLED = "已取消"


@terms("A step of a meeting.")
class MeetingAction(Enum):
    """Action on a meeting."""

    TABLE = "列入议程"
    FILE_PLAN = "报备评审工作方案"
    POSTPONE = "延期"
    DRAW = "随机抽取专家"
    REPLACE = "递补专家"
    OPEN = "开会"
    NAME_CHAIR = "指定会议主持人"
    CLOSE_VOTE = "结束投票并计票"
    PUBLISH_RESULTS = "公示评审结果"
    CANCEL = "取消"


@strawberry.type(
    description="The ballots of a declaration counted again, beside the signed tally (计票复核)."
)
class Recount(Told):
    """A recount."""

    in_favour: int = described("Votes in favour (赞成).")
    against: int = described("Votes against (反对).")
    agrees: bool = described("Whether the signed tally says the same.")
    signature_valid: bool = described("Whether the tally's signature is good.")
    declaration_id: strawberry.Private[UUID]

    @strawberry.field(description="Which declaration.")
    def declaration(self, info: Info) -> Declaration | None:
        """The declaration."""
        return Declaration.edge(info, self.declaration_id, LISTED)


@strawberry.type(description="The plan of a meeting (评审工作方案, 三（三）).")
class MeetingPlan(Told):
    """A plan."""

    qualification_review: str | None = described("How the declarations were checked (资格审查情况).")
    preparation: str | None = described("How the meeting is prepared (评审工作准备情况).")


@strawberry.type(description="An expert drawn for a meeting.")
class MeetingExpert(Told):
    """A member."""

    name: str = described("Name (姓名); not published.")
    stratum: str | None = described("The group the draw took the expert from.")
    trained: bool = described("Whether trained for the cycle (培训).")
    pledged: bool = described("Whether the pledge is signed (承诺书).")
    present: bool = described("Whether the expert came (到会).")
    impediment: Conflict | None = described(
        "What has come up since the draw, for the office alone: the expert has to be replaced."
    )
    pseudonym: UUID | None = described("What the published draw calls him or her (化名).")
    expert_id: strawberry.Private[UUID]
    replaces_id: strawberry.Private[UUID | None] = hidden("replaces")

    @strawberry.field(description="The expert he or she came in for (递补).")
    def replaces(self) -> strawberry.ID | None:
        """The expert's own id."""
        return expert_named(self.replaces_id) if self.replaces_id else None

    @strawberry.field(description="Which expert; `recordTraining` and `recordAttendance` take it.")
    def id(self) -> strawberry.ID:
        """The expert's own id."""
        return expert_named(self.expert_id)


@strawberry.type(
    description="What the ballots on a declaration came to (表决结果); how anybody voted is nowhere."
)
class MeetingResult(Told):
    """A result."""

    present: int = described("Experts present (出席).")
    in_favour: int = described("Votes in favour (赞成).")
    against: int = described("Votes against (反对).")
    passed: bool = described("Whether that is two thirds (通过).")
    signature: str | None = described("The tally as a signed JWS, which anybody can check.")
    declaration_id: strawberry.Private[UUID]

    @strawberry.field(description="Which declaration.")
    def declaration(self, info: Info) -> Declaration | None:
        """The declaration."""
        return Declaration.edge(info, self.declaration_id, LISTED)


@strawberry.type(
    description="A declaration as an expert of the meeting sees it: no name, no unit, no identity number."
)
class AgendaItem(Told):
    """An item of the agenda."""

    number: str = described("Its number (申报编号).")
    series: str = described("Code of the series (系列).")
    waives: list[RouteWaiver] = listed("What is not asked of the applicant (免除, 二（四）1（3）).")
    voted: bool = described("Whether the caller's ballot is in.")
    in_my_group: bool = described("Whether the caller's group prepares it (评议组).")
    hearings: list[Hearing] = listed("When the applicant is heard (面试答辩、实践操作).")
    declaration_id: strawberry.Private[UUID]
    meeting_id: strawberry.Private[UUID]

    @strawberry.field(description="What `castBallot` names it by.")
    def id(self) -> strawberry.ID:
        """The declaration's id."""
        return declaration_named(self.declaration_id)

    @strawberry.field(
        description="What was declared, with everything hidden that tells who it is; read for each item."
    )
    async def content(self, info: Info) -> strawberry.scalars.JSON:
        """The content."""
        path = f"/v1/meetings/{self.meeting_id}/agenda/{self.declaration_id}"
        return strawberry.scalars.JSON((await info.context.workflow.get(path))["content"])


@strawberry.type(description="The pledge that an expert signs (承诺书, 三（五）).")
class Pledge(Told):
    """A pledge."""

    text: str = described("Its text.")
    text_sha256: str = described(
        "Digest of the text; `signPledge` takes it, so that what was read is what is signed."
    )
    signed_at: datetime | None = described("When the caller signed it.")


@strawberry.type(
    description="A review meeting of a committee (评审会议, 三（三）), as far as the caller may see it."
)
class Meeting(Entity):
    """A meeting."""

    source = OneByOne("workflow", "/v1/meetings")

    id: relay.NodeID[UUID]
    kind: MeetingKind = described("What it is held for: a year's declarations, or one applicant (一事一议).")
    held_on: date = described("On which day it is held.")
    state: MeetingState = described("Where it stands.")
    plan_filed_on: date | None = described("When its plan was filed; at least ten days ahead (三（三）).")
    version: int = described("Its version.")
    plan: MeetingPlan | None = completed("Its plan.")
    size: int | None = completed("How many experts sit in it.")
    quorum: int | None = completed("How many have to be present.")
    seed_commitment: str | None = completed(
        "Digest of the seed of the draw, told when the meeting was prepared."
    )
    seed: str | None = completed("The seed; told once the draw is made.")
    experts: list[MeetingExpert] | None = completed("The experts drawn; an expert sees him- or herself only.")
    replacements: list[ExpertReplacement] | None = completed(
        "Who left before it opened and who came in, for the office and those who oversee it (递补)."
    )
    replaced_on_word: ReplacedOnWord | None = completed(
        "How many were replaced on the office's word alone, for the office and those who oversee it."
    )
    excluded: strawberry.scalars.JSON | None = completed(
        "How many the draw left out, by reason, for the office and those who oversee it (回避)."
    )
    results: list[MeetingResult] | None = completed("The results, once the vote is closed.")
    deferred: list[MeetingDeferral] | None = completed("What was put off without a vote that counts.")
    ballots_missing: int | None = completed("How many ballots are still to come.")
    voted_on: date | None = completed("When the vote was closed.")
    available_actions: list[MeetingAction] | None = completed("What the caller may try now.")
    agenda_ids: strawberry.Private[list[UUID] | None] = hidden("agenda")
    committee_id: strawberry.Private[UUID]
    cycle_id: strawberry.Private[UUID]
    office_id: strawberry.Private[UUID | None]

    @property
    def from_list(self) -> bool:
        """Lists tell little of a meeting."""
        return self.available_actions is None

    @strawberry.field(description="Of which committee (评委会).")
    def committee(self, info: Info) -> Committee | None:
        """The committee."""
        return Committee.edge(info, self.committee_id)

    @strawberry.field(description="Of which year.")
    def cycle(self, info: Info) -> Cycle | None:
        """The cycle."""
        return Cycle.edge(info, self.cycle_id)

    @strawberry.field(description="The committee's office (办事机构).")
    def office(self, info: Info) -> Organisation | None:
        """The office."""
        return Organisation.edge(info, self.office_id)

    @strawberry.field(
        description="The declarations on the agenda (议程), for the office and those who oversee it."
    )
    async def declarations(self, info: Info) -> list[Declaration] | None:
        """What is on the agenda."""
        whole = await Meeting.find(info, self.id) if self.from_list else self
        return await Declaration.find_each(info, whole.agenda_ids or [], LISTED) if whole else None

    @strawberry.field(description="What an expert of the meeting votes on, once trained and pledged.")
    async def agenda(self, info: Info, first: First, after: After = None) -> Connection[AgendaItem] | None:
        """The agenda, for an expert."""
        path = f"/v1/meetings/{self.id}/agenda"
        return await page(info.context.workflow, path, AgendaItem.of, first, after)

    @strawberry.field(description="The pledge the caller, an expert of the meeting, is to sign.")
    async def pledge(self, info: Info) -> Pledge | None:
        """The pledge."""
        return Pledge.of(await info.context.workflow.get(f"/v1/meetings/{self.id}/pledge"))

    @strawberry.field(description="The draw, so that anybody can repeat it; an error before it is made.")
    async def draw(self, info: Info) -> Draw | None:
        """The draw."""
        return Draw.of(await info.context.workflow.get(f"/v1/meetings/{self.id}/draw"))

    @strawberry.field(description="Who is who in its draw, for the office and those who oversee it.")
    async def draw_experts(self, info: Info) -> list[PooledExpert] | None:
        """The pool with who each is."""
        return PooledExpert.each(await info.context.workflow.get(f"/v1/meetings/{self.id}/draw/experts"))

    @strawberry.field(description="Its groups (评议组), for the office and those who oversee it.")
    async def groups(self, info: Info) -> list[MeetingGroup] | None:
        """The groups."""
        return MeetingGroup.each(await info.context.workflow.get(f"/v1/meetings/{self.id}/groups"))

    @strawberry.field(description="Its hearings by time, for the office and those who oversee it.")
    async def hearings(self, info: Info) -> list[Hearing] | None:
        """The hearings."""
        return Hearing.each(await info.context.workflow.get(f"/v1/meetings/{self.id}/hearings"))

    @strawberry.field(description="Who has stepped back (回避), for the office and those who oversee it.")
    async def recusals(self, info: Info) -> list[Recusal] | None:
        """The recusals."""
        return Recusal.each(await info.context.workflow.get(f"/v1/meetings/{self.id}/recusals"))

    @strawberry.field(
        description="What was written on a declaration, for the office and the HRSS once it is voted."
    )
    async def opinions(self, info: Info, declaration_id: OfDeclaration) -> Opinions | None:
        """The opinions, without authors."""
        return Opinions.of(await info.context.workflow.get(self._opinions(declaration_id)))

    @strawberry.field(description="What the caller, an expert, has written on a declaration.")
    async def own_opinions(self, info: Info, declaration_id: OfDeclaration) -> OwnOpinions | None:
        """The caller's opinions."""
        return OwnOpinions.of(await info.context.workflow.get(f"{self._opinions(declaration_id)}/mine"))

    @strawberry.field(description="The files of a declaration that the caller, an expert, may open.")
    async def files(self, info: Info, declaration_id: OfDeclaration) -> list[ExpertFile] | None:
        """The files."""
        declaration = uuid_of(declaration_id, "Declaration", field="declaration_id")
        path = f"/v1/meetings/{self.id}/agenda/{declaration}/files"
        return ExpertFile.each(await info.context.workflow.get(path))

    def _opinions(self, declaration_id: strawberry.ID) -> str:
        declaration = uuid_of(declaration_id, "Declaration", field="declaration_id")
        return f"/v1/meetings/{self.id}/opinions/{declaration}"

    @strawberry.field(description="The ballots counted again, for the office and those who oversee it.")
    async def recount(self, info: Info) -> list[Recount] | None:
        """A recount of every declaration."""
        return Recount.each(await info.context.workflow.get(f"/v1/meetings/{self.id}/recount"))

    @strawberry.field(description="Its timeline (办理记录), for the office and those who oversee it.")
    async def history(self, info: Info) -> list[HistoryEntry] | None:
        """Its steps."""
        return HistoryEntry.each(await info.context.workflow.get(f"/v1/meetings/{self.id}/history"))
