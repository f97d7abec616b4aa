"""Shapes of the signs of one-click pushing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from services.workflow.shapes import In, Out
from services.workflow.supervision.opinions import Alike
from services.workflow.supervision.states import ChartFormat, Group, Sign

PARTS = {
    Sign.UNOPENED: ("unopened", "materials"),
    Sign.BRIEF: ("brief", "openings"),
    Sign.SEQUENCE: ("in_sequence", "approvals"),
    Sign.REPEATED: ("repeated_texts", "texts"),
}
"""Of which two figures a sign's share is made."""


class SignsOut(Out):
    """The signs of one reviewer at one organisation, or of the organisation, since a moment; `place` goes on after them."""

    organisation_id: UUID
    account_id: UUID | None = None
    reviewer_name: str | None = None
    since: datetime
    approvals: int
    in_sequence: int
    shortest_gap_seconds: float | None
    materials: int
    unopened: int
    openings: int
    brief: int
    texts: int
    repeated_texts: int
    sequence_share: float | None
    unopened_share: float | None
    brief_share: float | None
    repeated_share: float | None
    place: str

    @classmethod
    def of(cls, found: Mapping[str, Any], since: datetime, place: str) -> Self:
        """The figures as told; those of an organisation name nobody."""
        told = dict(found)
        if "account_id" not in told:
            told["reviewer_name"] = None
        return cls(**told, **shares(found), since=since, place=place)


def shares(found: Mapping[str, Any]) -> dict[str, float | None]:
    """The share of each sign; none where there is nothing it could be of."""
    return {
        f"{sign.lower()}_share": round(found[part] / found[whole], 4) if found[whole] else None
        for sign, (part, whole) in PARTS.items()
    }


class SignsLinkIn(In):
    """A chart of the signs, of whom and since when."""

    of: Group = Group.REVIEWER
    organisation_id: UUID | None = None
    since: date | None = None
    format: ChartFormat = ChartFormat.SVG


class SignsLinkOut(Out):
    """Where to fetch it without signing in, for a short while."""

    path: str
    expires_at: datetime


class WordingOut(Out):
    """A wording that stands more than once in a meeting; not whose."""

    times: int
    experts: int
    declarations: int


class OpinionsAlikeOut(Out):
    """How many opinions of a meeting there are, and how many stand in words that came more than once."""

    meeting_id: UUID
    opinions: int
    alike: int
    wordings: list[WordingOut]

    @classmethod
    def told(cls, meeting_id: UUID, every: Sequence[Alike]) -> Self:
        """Those that came once are only counted."""
        again = [each for each in every if each.times > 1]
        return cls(
            meeting_id=meeting_id,
            opinions=sum(each.times for each in every),
            alike=sum(each.times for each in again),
            wordings=[WordingOut.model_validate(each) for each in again],
        )
