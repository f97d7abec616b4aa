"""Shapes of records over HTTP."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.accounts.contract import HonourLevel, RecordKind, RecordState
from services.accounts.contract.records import PersonRecord, PersonStanding
from services.accounts.record.bodies import AnyBody, Day, Line, Number, Prose
from services.accounts.record.states import RecordAction
from services.accounts.sign_in.schemas import Asked
from services.kit.errors import Basis

MOST_PEOPLE = 100
Digest = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[0-9A-Fa-f]{64}$")]
Live = Literal[RecordState.DECLARED, RecordState.REFUSED, RecordState.CONFIRMED]
TakenByCall = Literal[RecordAction.CONFIRM, RecordAction.REFUSE, RecordAction.WITHDRAW, RecordAction.REVOKE]
People = Annotated[list[UUID], Field(max_length=MOST_PEOPLE)]


class EvidenceIn(Asked):
    """What proves it: issued by whom and when; `sha256` binds the file that is sent for it."""

    document_number: Number | None = None
    issuer: Line
    issued_on: Day
    note: Prose | None = None
    sha256: Digest | None = None


class RecordIn(Asked):
    """A fact to put on record; with `supersedes_id` it is the new version of a confirmed one."""

    body: AnyBody
    evidence: EvidenceIn
    supersedes_id: UUID | None = None


class AgainIn(Asked):
    """A refused record as it is told now; `version` is what the caller has read."""

    body: AnyBody
    evidence: EvidenceIn
    version: int | None = Field(None, ge=1)


class ActIn(Asked):
    """Why, and which version the caller has read."""

    note: Prose | None = None
    version: int | None = Field(None, ge=1)


class RecordOut(PersonRecord):
    """A record, with what its reader may do."""

    available_actions: list[str]


class LookupIn(Asked):
    """Whose records; of which kinds, in which states, holding on which day."""

    person_ids: People
    kinds: Annotated[list[RecordKind], Field(max_length=len(RecordKind))] | None = None
    states: Annotated[list[Live], Field(max_length=3)] | None = None
    on: Day | None = None


class IdsIn(Asked):
    """Ids of records to look up."""

    ids: list[UUID] = Field(max_length=200)


class RecordsOut(BaseModel):
    """Records found; people who are unknown, or not the caller's to see, are left out."""

    items: list[PersonRecord]


class RecordsLookedUp(BaseModel):
    """Records found; those that are unknown, or not the caller's to see, are left out."""

    items: list[RecordOut]


class StandingIn(Asked):
    """Whose standing, and on which day."""

    person_ids: People
    on: Day


class StandingsOut(BaseModel):
    """Standings found; people who are unknown, or not the caller's to see, are left out."""

    items: list[PersonStanding]


class CodeOut(BaseModel):
    """A code of the policy, in both languages, with its article."""

    code: str
    zh: str
    en: str
    counts_as: str | None = None
    level: HonourLevel | None = None
    basis: list[Basis] = []


class KindOut(BaseModel):
    """What is kept of records of a kind."""

    kind: RecordKind
    zh: str
    confirmed_by: str
    at_most: int
    basis: list[Basis]


class RulesOut(BaseModel):
    """The codes that records take, as the year's policy has them."""

    year: int
    earliest: date
    kinds: list[KindOut]
    education_levels: list[CodeOut]
    technical_classes: list[CodeOut]
    honours: list[CodeOut]
