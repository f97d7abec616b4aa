"""Columns, words and limits of files of historic certificates, as data: the notice gives none."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from pydantic import Field, model_validator

from services.accounts.contract import TitleLimit
from services.kit.policy import Entry, PolicyFile
from services.quota.contract import TitleLevel
from services.spreadsheet.policy import Column, ReadingLimits
from services.workflow.certificate.states import Way
from services.workflow.historic.steps import ARTICLE, IN_CHARGE_ARTICLE


class LimitTerm(Entry):
    """What narrows a title's use: how a cell tells it, and how the certificate does."""

    code: TitleLimit
    term: str
    text: str
    cite: str

    def told(self) -> dict[str, str]:
        """As the certificate bears it."""
        return {"code": self.code, "text": self.text, "cite": self.cite}


class HistoricPolicy(PolicyFile):
    """`historic.yaml` of one year; the terms are what cells may say besides the words of today."""

    used: ClassVar[frozenset[str]] = frozenset({ARTICLE, IN_CHARGE_ARTICLE})

    reading: ReadingLimits
    link_minutes: int = Field(ge=1)
    lease_seconds: int = Field(ge=5)
    keep_days: int = Field(ge=1)
    """So long a file waits that nobody goes on with; it holds resident ids."""
    earliest: date
    """Before it no title was given."""
    sample_mark: str
    columns: tuple[Column, ...]
    levels: Mapping[TitleLevel, tuple[str, ...]]
    ways: Mapping[Way, tuple[str, ...]]
    series: Mapping[str, tuple[str, ...]]
    limits: tuple[LimitTerm, ...]

    @model_validator(mode="after")
    def _terms_once(self) -> "HistoricPolicy":
        for terms in (self.levels, self.ways, self.series):
            every = [term for told in terms.values() for term in told]
            if len(set(every)) < len(every):
                raise ValueError("a term stands for one thing")
        return self
