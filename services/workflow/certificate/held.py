"""Titles held by certificates of this platform: what is in force counts without a record in accounts, what is not counts for nothing.

What accounts has on record names the number of its certificate. Where that is one of ours, the certificate decides.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import HeldTitle, PersonStanding, TitleLimit
from services.kit.errors import Basis
from services.quota.contract import TitleLevel
from services.workflow.certificate import standing
from services.workflow.certificate.model import Certificate
from services.workflow.certificate.number import normalise
from services.workflow.certificate.states import Standing

LEVELS = frozenset(TitleLevel)


async def with_ours(tx: AsyncSession, people: Sequence[PersonStanding]) -> list[PersonStanding]:
    """The same people with the titles that count: two statements however many they are, and no lock."""
    found = await _certificates(tx, people)
    stands = await standing.standings(tx, [each.id for each in found])
    in_force = [each for each in found if stands[each.id] is Standing.IN_FORCE]
    gone = {each.number_key for each in found} - {each.number_key for each in in_force}
    return [
        person.model_copy(update={"titles": _counting(person, in_force, frozenset(gone))})
        for person in people
    ]


async def _certificates(tx: AsyncSession, people: Sequence[PersonStanding]) -> list[Certificate]:
    """Those of these people, and those that what accounts has on record of them names."""
    numbers = {key for person in people for title in person.titles if (key := _key(title))}
    ours = or_(
        Certificate.person_id.in_([each.person_id for each in people]), Certificate.number_key.in_(numbers)
    )
    return list(await tx.scalars(select(Certificate).where(ours)))


def _key(title: HeldTitle) -> str | None:
    return normalise(title.certificate_number) if title.certificate_number else None


def _counting(
    person: PersonStanding, in_force: Iterable[Certificate], gone: frozenset[str]
) -> list[HeldTitle]:
    """What is on record and not gone, and what our certificates add to it; newest first."""
    on_record = [each for each in person.titles if _key(each) not in gone]
    known = {_key(each) for each in on_record}
    added = [
        _title(each)
        for each in in_force
        if each.person_id == person.person_id
        and each.number_key not in known
        and _obtained_by(each, person.on)
        and each.level in LEVELS
    ]
    return sorted([*on_record, *added], key=lambda each: (each.obtained_on, each.record_id), reverse=True)


def _obtained_by(certificate: Certificate, day: date) -> bool:
    return certificate.obtained_on <= day


def _title(certificate: Certificate) -> HeldTitle:
    """The title that a certificate proves; it needs nobody's confirmation, unless no HRSS vouches for it."""
    level = TitleLevel(certificate.level)
    known = {each.value for each in TitleLimit}
    return HeldTitle(
        record_id=certificate.id,
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
