"""What the notice says of the staffing ledger, as data."""

from collections.abc import Mapping
from datetime import date

from pydantic import model_validator

from services.kit.policy import Entry, PolicyFile
from services.quota.contract import PostPool, TitleLevel
from services.quota.contract import StaffingCause as Cause
from services.quota.staffing.states import EXITS


class Window(Entry):
    """The days, both included, within which exits count, and the causes that do (二（一）第2段, 附件2 说明3)."""

    first: date
    last: date
    causes: frozenset[Cause]
    article: str

    @model_validator(mode="after")
    def _makes_sense(self) -> "Window":
        if self.first > self.last:
            raise ValueError(f"begins on {self.first} after it ends on {self.last}")
        if strange := sorted(self.causes - set(EXITS)):
            raise ValueError(f"counts what is no exit: {', '.join(strange)}")
        return self

    def covers(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day <= self.last


class StaffingFile(PolicyFile):
    """What one year's notice says of the staffing ledger."""

    exits_window: Window
    pool_levels: Mapping[PostPool, frozenset[TitleLevel]]

    @model_validator(mode="after")
    def _names_what_is_there(self) -> "StaffingFile":
        if self.exits_window.article not in self.articles:
            raise ValueError(f"names an article that is not there: {self.exits_window.article}")
        if missing := sorted(set(PostPool) - set(self.pool_levels)):
            raise ValueError(f"tells no levels of {', '.join(missing)}")
        return self
