"""`cycle.yaml` and `series.yaml`: the windows of the year's run, and the national series with their levels."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import ClassVar, Self

from pydantic import Field, model_validator

from services.kit.policy import Entry, PolicyFile
from services.kit.steps import articles_used
from services.quota.contract import TitleLevel
from services.workflow.cycle.states import IN_TURN, DecidedBy, Window
from services.workflow.cycle.steps import ARRANGEMENT_STEPS, CYCLE_STEPS, EXTENSION_STEPS, SPECIALTY_STEPS


class Notice(Entry):
    """The document that the year's cites refer to where they name no other."""

    number: str
    title: str


class WindowEntry(Entry):
    """One period of the run: the first and the last day, Asia/Shanghai."""

    name: Window
    title: str
    opens: date
    closes: date
    cite: str
    summary: str

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.closes < self.opens:
            raise ValueError("closes before it opens")
        return self


class CyclePolicy(PolicyFile):
    """The year's run."""

    used: ClassVar[frozenset[str]] = frozenset(
        key for steps in (CYCLE_STEPS, SPECIALTY_STEPS, ARRANGEMENT_STEPS) for key in articles_used(steps)
    ) | {
        *articles_used(EXTENSION_STEPS),
        "cycle_managed",
        "specialty_filed",
        "specialty_featured",
        "arrangement_public",
        "decided_by_examination",
        "pass_mark_first",
    }

    notice: Notice
    windows: list[WindowEntry]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        named = [window.name for window in self.windows]
        if sorted(named) != sorted(Window):
            raise ValueError(f"name each window once: {', '.join(Window)}")
        run = next(window for window in self.windows if window.name is Window.RUN)
        if outside := [w.name for w in self.windows if w.opens < run.opens or w.closes > run.closes]:
            raise ValueError(f"outside of RUN: {', '.join(outside)}")
        last = {window.name: window.closes for window in self.windows}
        if longer := [a for a, b in pairwise(IN_TURN) if last[a] > last[b]]:
            raise ValueError(f"outlasts the next window: {', '.join(longer)}")
        return self


class SeriesLevel(Entry):
    """One level of a series: its names, and how it is obtained."""

    names: list[str] = Field(min_length=1)
    by: DecidedBy = DecidedBy.REVIEW


class SeriesEntry(Entry):
    """One national series; `recalled` marks what was not read in a public copy.

    `by_examination` names its specialties that are obtained by examination alone, whatever the level (以考代评).
    `practised`: the specialty declared is the one practised in the post, whatever the field of the degree (一（五）3).
    """

    code: str
    name: str
    levels: dict[TitleLevel, SeriesLevel]
    by_examination: tuple[str, ...] = ()
    recalled: bool = False
    practised: bool = False

    def decided_in(self, specialty: str | None) -> Mapping[TitleLevel, DecidedBy]:
        """How each level is obtained in a specialty."""
        if specialty in self.by_examination:
            return dict.fromkeys(self.levels, DecidedBy.EXAMINATION)
        return {level: told.by for level, told in self.levels.items()}


class SeriesPolicy(PolicyFile):
    """The national series."""

    level_names: dict[TitleLevel, str]
    series: list[SeriesEntry]

    @model_validator(mode="after")
    def _codes_once(self) -> Self:
        codes = [entry.code for entry in self.series]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"series named twice: {', '.join(twice)}")
        return self

    def find(self, code: str) -> SeriesEntry | None:
        """The series by its code."""
        return next((entry for entry in self.series if entry.code == code), None)
