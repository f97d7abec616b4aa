"""A roster: its rows as a model takes them, the people they make, and what is wrong with which row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, StringConstraints, ValidationError

from services.kit.errors import Basis, Finding
from services.quota.contract import PostPool, TitleLevel
from services.quota.staffing.bulk import Opening, OpeningPost, OpeningQualification
from services.quota.staffing_import.states import Answer, RosterStanding
from services.spreadsheet.columns import Cells, Terms, misfits, read, terms_by
from services.spreadsheet.policy import Column

TERMS: Terms = {
    "standing": terms_by(RosterStanding),
    "level": terms_by(TitleLevel),
    "pool": terms_by(PostPool),
    "by_examination": terms_by(Answer),
    "takes_post": terms_by(Answer),
}
ONE_POST = ("ROW_TWICE", "在名册中重复", "is there twice")


def _text(longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


class RosterRow(BaseModel):
    """One row of a roster."""

    name: Annotated[str, _text(60)]
    document_tail: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{4}$")] | None = None
    standing: RosterStanding
    level: TitleLevel
    pool: PostPool = PostPool.GENERAL
    title: Annotated[str, _text(60)] | None = None
    post_grade: Annotated[str, _text(60)] | None = None
    employed_on: date | None = None
    by_examination: Answer | None = None
    takes_post: Answer | None = None
    reason: Annotated[str, _text(400)] | None = None
    document: Annotated[str, _text(200)] | None = None

    def post(self) -> OpeningPost:
        """The post that it says the person holds."""
        return OpeningPost(
            level=self.level,
            pool=self.pool,
            title=self.title,
            post_grade=self.post_grade,
            employed_on=self.employed_on,
        )

    def qualification(self) -> OpeningQualification:
        """The title on which it says the person is not employed."""
        return OpeningQualification(
            level=self.level,
            pool=self.pool,
            title=self.title,
            by_examination=self.by_examination is Answer.YES,
            takes_post=None if self.takes_post is None else self.takes_post is Answer.YES,
            reason=self.reason,
        )


Refusal = dict[str, Any]
"""A finding with the number of its row: {row_no, code, zh, en, field, basis}."""


def refusal(row_no: int, found: Finding) -> Refusal:
    """A finding as it is kept."""
    basis = [{"cite": each.cite, "summary": each.summary} for each in found.basis]
    return {
        "row_no": row_no,
        "code": found.code,
        "zh": found.zh,
        "en": found.en,
        "field": found.field,
        "basis": basis,
    }


@dataclass(slots=True)
class Person:
    """The rows of one name."""

    name: str
    tail: str | None = None
    rows: dict[RosterStanding, tuple[int, RosterRow]] = field(default_factory=dict)

    @property
    def row_no(self) -> int:
        """The first of its rows."""
        return min(number for number, _ in self.rows.values())

    def opening(self, person_id: UUID | None) -> Opening:
        """The same as the ledger takes it."""
        post, qualified = (self.rows.get(standing) for standing in RosterStanding)
        documents = [row.document for _, row in self.rows.values() if row.document]
        return Opening(
            name=self.name,
            person_id=person_id,
            post=post[1].post() if post else None,
            qualified=qualified[1].qualification() if qualified else None,
            document=documents[0] if documents else None,
        )


@dataclass(frozen=True, slots=True)
class Roster:
    """The people of a roster, and what could not be read of it."""

    people: Sequence[Person]
    refusals: Sequence[Refusal]


def roster_of(rows: Iterable[tuple[int, Cells]], columns: Sequence[Column], basis: Basis) -> Roster:
    """People by name, in the order of the file; one row at most for each of the two standings."""
    people: dict[str, Person] = {}
    refusals: list[Refusal] = []
    for number, cells in rows:
        row, found = _row(cells, columns, basis)
        refusals += [refusal(number, each) for each in found]
        if row is None:
            continue
        person = people.setdefault(row.name, Person(row.name))
        if row.standing in person.rows:
            code, zh, en = ONE_POST
            told = Finding(code, f"“{row.name}”{zh}", f"{row.name} {en}.", "name", (basis,))
            refusals.append(refusal(number, told))
            continue
        person.rows[row.standing] = (number, row)
        person.tail = person.tail or row.document_tail
    return Roster(list(people.values()), refusals)


def _row(cells: Cells, columns: Sequence[Column], basis: Basis) -> tuple[RosterRow | None, list[Finding]]:
    reading = read(cells, columns, TERMS, basis)
    if reading.findings:
        return None, reading.findings
    try:
        return RosterRow.model_validate(reading.values), []
    except ValidationError as error:
        return None, misfits(error, columns, basis)


@dataclass(frozen=True, slots=True)
class Account:
    """One of the unit's people as accounts knows them: the last four of each document."""

    person_id: UUID
    name: str
    tails: frozenset[str]


def matched(people: Iterable[Person], accounts: Iterable[Account]) -> Mapping[str, UUID]:
    """The account of each name of which there is exactly one, by the document's last four where they are told."""
    by_name: dict[str, list[Account]] = {}
    for each in accounts:
        by_name.setdefault(each.name, []).append(each)
    found: dict[str, UUID] = {}
    for person in people:
        fitting = [
            each
            for each in by_name.get(person.name, ())
            if person.tail is None or person.tail.upper() in each.tails
        ]
        if len(fitting) == 1:
            found[person.name] = fitting[0].person_id
    return found
