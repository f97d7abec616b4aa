"""`recognition.yaml`: which titles from elsewhere are recognised, and within how many days each party answers."""

from typing import ClassVar, Self

from pydantic import Field, model_validator

from services.accounts.contract import TitleLimit
from services.kit.errors import Basis
from services.kit.policy import Entry, PolicyFile
from services.kit.steps import articles_used
from services.quota.contract import TitleLevel
from services.workflow.recognition.rules import FIT
from services.workflow.recognition.states import RecognitionState
from services.workflow.recognition.steps import RECOGNITION_STEPS


class AnswerDays(Entry):
    """Within how many working days the HRSS verifies, and the employer confirms."""

    cite: str
    verify: int = Field(ge=1)
    confirm: int = Field(ge=1)

    def given(self, state: RecognitionState) -> int | None:
        """For a state in which a body has to answer; None in any other."""
        return {
            RecognitionState.UNDER_VERIFICATION: self.verify,
            RecognitionState.AT_EMPLOYER: self.confirm,
        }.get(state)


class Qualification(Entry):
    """A state vocational qualification (国家职业资格) and the title that it corresponds to."""

    code: str = Field(pattern=r"^[A-Z][A-Z0-9_]{0,39}$")
    name: str
    series: str
    level: TitleLevel
    cite: str

    def basis(self) -> Basis:
        """What the correspondence rests on."""
        return Basis(self.cite, f"{self.name}对应的职称系列和层级")


class KeptLimit(Entry):
    """A limit that a recognised qualification keeps, as the certificate bears it, and its article."""

    code: TitleLimit
    text: str
    article: str


class RecognitionPolicy(PolicyFile):
    """What the notice says of titles from elsewhere, and the province's own figures and tables."""

    used: ClassVar[frozenset[str]] = frozenset(
        articles_used(RECOGNITION_STEPS)
        | {each.article for each in FIT}
        | {"mutual_recognition", "formal_online", "used_inside"}
    )

    days: AnswerDays
    places_cite: str
    places: dict[str, str]
    qualifications: tuple[Qualification, ...]
    limits: tuple[KeptLimit, ...]

    @model_validator(mode="after")
    def _told_once(self) -> Self:
        codes = [each.code for each in self.qualifications]
        if len(set(codes)) < len(codes):
            raise ValueError("qualifications: a code is given twice")
        if unknown := sorted(each.article for each in self.limits if each.article not in self.articles):
            raise ValueError(f"limits: no article {', '.join(unknown)}")
        return self

    def qualification(self, code: str | None) -> Qualification | None:
        """The qualification of that code."""
        return next((each for each in self.qualifications if each.code == code), None)

    def kept(self, limits: list[str]) -> list[dict[str, str]]:
        """The limits of a title, as its certificate bears them."""
        return [
            {"code": each.code, "text": each.text, "cite": self.articles[each.article].cite}
            for each in self.limits
            if each.code in limits
        ]
