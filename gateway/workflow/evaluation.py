"""A declaration held against its criteria (评审条件逐项评估): what is met by which evidence, what is not, what a person judges."""

from datetime import date, datetime
from enum import Enum
from typing import Self
from uuid import UUID

import strawberry
from strawberry.relay import to_base64

from gateway.context import Info
from gateway.refusals import Basis
from gateway.told import Told
from gateway.words import described, listed, terms
from gateway.workflow.criteria import Criteria


@terms("How an item of the criteria was judged; NEEDS_HUMAN is what no machine can tell.")
class EvaluationVerdict(Enum):
    """A verdict."""

    MET = "符合"
    NEEDS_HUMAN = "待人工判断"
    NOT_MET = "不符合"


@terms("What is judged: a condition, a menu, or one of a menu's entries.")
class EvaluatedKind(Enum):
    """A kind of item."""

    GATE = "基本条件"
    MENU = "成果菜单"
    ENTRY = "菜单选项"


@strawberry.type(description="One kind of evidence (佐证类别), and what of the declaration shows it.")
class EvaluatedEvidence(Told):
    """Evidence."""

    kind: str = described("Its code, as the criteria name it.")
    title: str = described("Its name.")
    verdict: EvaluationVerdict = described("Whether it is there.")
    achievements: list[int] = listed("The achievements that show it, by their places in the content, from 0.")
    sections: list[str] = listed("The sections of the form that it was read from.")
    basis: list[Basis] = listed("The articles it rests on.")
    materials: strawberry.Private[list[UUID]]
    records: strawberry.Private[list[UUID]]

    @strawberry.field(
        description="Ids of the materials that show it; `materials` of the declaration tells them."
    )
    def material_ids(self) -> list[strawberry.ID]:
        """Its materials."""
        return [strawberry.ID(to_base64("Material", each)) for each in self.materials]

    @strawberry.field(description="Ids of the person's records that show it (档案信息).")
    def record_ids(self) -> list[strawberry.ID]:
        """Its records."""
        return [strawberry.ID(to_base64("PersonRecord", each)) for each in self.records]


@strawberry.type(description="What the committee's office answered where no machine can tell (人工判断).")
class EvaluationAnswer(Told):
    """An answer."""

    met: bool = described("Whether the item is met.")
    note: str = described("Why.")
    name: str = described("Who says so.")
    at: datetime = described("When.")


@strawberry.type(description="One item of the criteria, judged.")
class EvaluatedItem(Told):
    """An item."""

    code: str = described("Its code in the criteria.")
    kind: EvaluatedKind = described("What it is.")
    parent: str | None = described("The menu that an entry belongs to.")
    text: str = described("The condition.")
    verdict: EvaluationVerdict = described("How it was judged.")
    message: str = described("What there is and what is missing, in the language asked for.")
    need: float | None = described("The threshold, or how many entries of a menu.")
    have: float | None = described("What there is of it.")
    unit: str | None = described("What a threshold is counted in.")
    evidence: list[EvaluatedEvidence] = listed("What shows it, and what would.")
    answer: EvaluationAnswer | None = described("What the committee's office answered.")
    basis: list[Basis] = listed("The articles it rests on.")


@strawberry.type(
    description="A declaration held against its criteria, item by item (一（一）): as it was accepted, else as it stands."
)
class Evaluation(Told):
    """An evaluation."""

    verdict: EvaluationVerdict = described("All of it: the worst of conditions and menus.")
    round: int = described("Of which submission.")
    counted_from: date | None = described("From when achievements count (三（六）2).")
    counted_until: date = described("The last day that counts.")
    facts_on: date | None = described("The day of what was on the person's record; frozen at submission.")
    kept_at: datetime | None = described("Since when it is kept, with the acceptance.")
    items: list[EvaluatedItem] = listed("Every gate, every menu, and its entries.")
    criteria_id: strawberry.Private[UUID]

    @strawberry.field(description="The version of the criteria it was held against (评审条件).")
    def criteria(self, info: Info) -> Criteria | None:
        """The criteria."""
        return Criteria.edge(info, self.criteria_id)

    @classmethod
    async def of_declaration(cls, info: Info, declaration_id: UUID) -> Self:
        """The evaluation of a declaration."""
        return cls.of(await info.context.workflow.get(f"/v1/declarations/{declaration_id}/evaluation"))
