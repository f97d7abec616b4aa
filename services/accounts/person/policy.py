"""Where people of each kind get their account, and what documents they are known by, as data (附件3 四)."""

import re

from pydantic import Field, field_validator, model_validator

from services.accounts.contract import DocumentKind, OrganisationNature, PersonKind
from services.accounts.organisation.policy import Label, Place
from services.kit.policy import Entry, PolicyFile
from services.kit.words import Word


class Check(Word):
    """What is checked of a number beside its form."""

    GB_11643 = "GB_11643", "出生日期和校验码（GB 11643）"


class PersonRule(Label):
    """Where people of a kind get their account, and what is asked of them beside."""

    natures: list[OrganisationNature]
    creator: Place | None = None
    rests_on: bool = False
    contract: bool = False
    aid: bool = False
    article: str


class Form(Entry):
    """One form of a document's number; `keep` says how much of it stays the same for life."""

    pattern: str
    check: Check | None = None
    keep: int | None = Field(None, ge=1)

    @field_validator("pattern")
    @classmethod
    def _readable(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"no regular expression: {error}") from None
        return pattern


class DocumentRule(Entry):
    """A kind of document: the forms its number has had, and how they are described to who got one wrong.

    One that is `renewed` gets another number each time: a person who has one that lasts is not left without.
    """

    forms: list[Form] = Field(min_length=1)
    nationality: bool = False
    renewed: bool = False
    zh: str
    en: str
    article: str


class PeopleRules(PolicyFile):
    """people.yaml."""

    kinds: dict[PersonKind, PersonRule]
    county_rests_on: dict[str, str]
    documents: dict[DocumentKind, DocumentRule]
    documents_at_most: int = Field(ge=1)

    @model_validator(mode="after")
    def _whole(self) -> "PeopleRules":
        for enum, table in ((PersonKind, self.kinds), (DocumentKind, self.documents)):
            if missing := set(enum) - set(table):
                raise ValueError(f"nothing is said of {', '.join(sorted(missing))}")
        return self

    def named(self) -> set[str]:
        """The articles that entries name."""
        rows: list[PersonRule | DocumentRule] = [*self.kinds.values(), *self.documents.values()]
        return {row.article for row in rows} | set(self.county_rests_on.values())
