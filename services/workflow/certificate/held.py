"""Titles held by certificates of this platform: what is in force counts without a record in accounts, what is not counts for nothing.

What accounts has on record names the number of its certificate. Where that is one of ours, the certificate decides: whether the
title counts, what it is, and where alone it is valid.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import HeldTitle, PersonStanding, TitleLimit
from services.kit.errors import Basis
from services.quota.contract import TitleLevel
from services.workflow.certificate import standing
from services.workflow.certificate.model import Certificate
from services.workflow.certificate.number import normalise
from services.workflow.certificate.states import Origin, Standing

LEVELS = frozenset(TitleLevel)


@dataclass(frozen=True, slots=True)
class Ours:
    """The certificates that were found, by number and by holder, and which of them are in force."""

    by_number: Mapping[str, Sequence[Certificate]]
    by_person: Mapping[UUID, Sequence[Certificate]]
    in_force: frozenset[UUID]


async def with_ours(tx: AsyncSession, people: Sequence[PersonStanding]) -> list[PersonStanding]:
    """The same people with the titles that count: two statements however many they are, and no lock."""
    found = await _certificates(tx, people)
    stands = await standing.standings(tx, [each.id for each in found])
    by_number, by_person = (
        defaultdict[str, list[Certificate]](list),
        defaultdict[UUID, list[Certificate]](list),
    )
    for each in found:
        by_number[each.number_key].append(each)
        if each.person_id is not None:
            by_person[each.person_id].append(each)
    in_force = frozenset(each for each, now in stands.items() if now is Standing.IN_FORCE)
    ours = Ours(by_number, by_person, in_force)
    return [person.model_copy(update={"titles": _counting(person, ours)}) for person in people]


async def _certificates(tx: AsyncSession, people: Sequence[PersonStanding]) -> list[Certificate]:
    """Those of these people, and those that what accounts has on record of them names."""
    numbers = {key for person in people for title in person.titles if (key := _key(title))}
    ours = or_(
        Certificate.person_id.in_([each.person_id for each in people]), Certificate.number_key.in_(numbers)
    )
    return list(await tx.scalars(select(Certificate).where(ours)))


def _key(title: HeldTitle) -> str | None:
    return normalise(title.certificate_number) if title.certificate_number else None


def _counting(person: PersonStanding, ours: Ours) -> list[HeldTitle]:
    """What is on record and counts, and what our certificates add to it; newest first."""
    judged = [_on_record(person, each, ours) for each in person.titles]
    on_record = [each for each in judged if each is not None]
    known = {_key(each) for each in on_record}
    added = [
        _title(each, each.id)
        for each in ours.by_person.get(person.person_id, ())
        if each.id in ours.in_force and each.number_key not in known and _counts(each, person.on)
    ]
    return sorted([*on_record, *added], key=lambda each: (each.obtained_on, each.record_id), reverse=True)


def _on_record(person: PersonStanding, title: HeldTitle, ours: Ours) -> HeldTitle | None:
    """What a record counts as; None: for nothing.

    The person's own certificate says what the title is, whatever the record says. One of somebody else is no proof, and
    takes nothing away: a number that was given here is nobody else's, an old one may have been given by another body too.
    One whose holder nobody knows, or for which no HRSS vouches, leaves the record as it is while it is in force.
    """
    named = ours.by_number.get(_key(title) or "", ())
    own = [each for each in named if each.person_id == person.person_id]
    valid = next((each for each in own if each.id in ours.in_force), None)
    if valid is not None and valid.vouched:
        return _title(valid, title.record_id) if _counts(valid, person.on) else None
    unlinked = [each for each in named if each.person_id is None]
    if own or unlinked:
        return title if any(each.id in ours.in_force for each in (*own, *unlinked)) else None
    return None if any(each.origin != Origin.IMPORTED for each in named) else title


def _counts(certificate: Certificate, day: date) -> bool:
    return certificate.obtained_on <= day and certificate.level in LEVELS


def _title(certificate: Certificate, record_id: UUID) -> HeldTitle:
    """The title that a certificate proves; it needs nobody's confirmation, unless no HRSS vouches for it."""
    level = TitleLevel(certificate.level)
    known = {each.value for each in TitleLimit}
    return HeldTitle(
        record_id=record_id,
        certificate_number=certificate.number,
        series=certificate.series,
        specialty=certificate.specialty_name,
        title_level=level,
        title_name=f"{certificate.series_name}{level.zh}",
        obtained_on=certificate.obtained_on,
        limits=[TitleLimit(each["code"]) for each in certificate.limits if each["code"] in known],
        confirmed=certificate.vouched,
        basis=[Basis(each["cite"], each["text"]) for each in certificate.limits],
    )
