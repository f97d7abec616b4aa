"""Which titles count: what our own certificates prove while they are in force, once, with or without a record in accounts."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from services.accounts.contract import PersonStanding
from services.workflow.certificate.held import with_ours
from services.workflow.certificate.standing import Cause
from services.workflow.certificate.states import ChangeKind
from services.workflow.historic.model import HistoricImport
from tests.services.workflow.certificate.office import certified
from tests.services.workflow.certificate.standings import record
from tests.services.workflow.credential.carried import certificate
from tests.services.workflow.neighbours import standing
from tests.services.workflow.route.table import title


async def held(session, *people):
    """The titles that count, person by person."""
    async with session("workflow") as tx:
        found = await with_ours(tx, [PersonStanding.model_validate(each) for each in people])
    return [person.titles for person in found]


async def counting(session, *people):
    """The numbers of the certificates by which titles count, person by person."""
    return [[each.certificate_number for each in titles] for titles in await held(session, *people)]


async def test_a_title_counts_while_its_certificate_is_in_force(hall, season, session):
    """Recorded in accounts or not it counts once; revoked it counts for nothing, however it is typed; reinstated again."""
    issued = await certified(hall)
    number = issued["number"]
    person = UUID(issued["person_id"])
    typed = f"{number[:6]} {number[6:]}"
    own = title(issued["level"]) | {
        "series": issued["series"],
        "certificate_number": typed,
        "obtained_on": "2024-01-10",
    }
    foreign = title("MIDDLE") | {"certificate_number": "青职证〔2008〕第12号"}
    bare = standing(person, "2024-03-02")
    recorded = standing(person, "2024-03-02", titles=[own, foreign])
    early = standing(person, "2024-01-01")
    other = standing(uuid4(), "2024-03-02", titles=[own])
    everybody = (bare, recorded, early, other)
    assert await counting(session, *everybody) == [
        [number],
        [number, "青职证〔2008〕第12号"],
        [],
        [],
    ]
    await record(session, season, issued["id"], ChangeKind.REVOKED, Cause("finding", uuid4()))
    assert await counting(session, *everybody) == [[], ["青职证〔2008〕第12号"], [], []]
    await record(session, season, issued["id"], ChangeKind.REINSTATED, Cause("finding", uuid4()))
    assert (await counting(session, bare, recorded))[0] == [number]


@pytest.mark.clause("2.5.5")
async def test_the_certificate_says_what_the_title_is(season, session):
    """Of a higher level and without a limit on record: what counts is the level and the limit of the certificate, once."""
    limit = {"code": "MINORITY_LANGUAGE_PUBLISHING", "text": "限民族语言文字出版专业", "cite": "二（五）5"}
    row = certificate([season.province.id, season.hospital.id], level="MIDDLE", limits=[limit])
    person, number = row.person_id, row.number
    async with session("workflow") as tx:
        tx.add(row)
    told = title("FULL_SENIOR") | {"certificate_number": number}
    [[counted]] = await held(session, standing(person, "2024-03-02", titles=[told]))
    assert (counted.title_level, counted.limits) == ("MIDDLE", ["MINORITY_LANGUAGE_PUBLISHING"])
    assert (str(counted.record_id), counted.series) == (told["record_id"], "HEALTH")
    assert await counting(session, standing(person, "2023-03-02", titles=[told])) == [[]]


async def test_one_persons_void_takes_nobody_elses_title(season, session):
    """An old number is of two people: what befalls the certificate of one reaches his record alone."""
    line = [season.province.id]
    ours = HistoricImport(
        id=uuid4(), province="qinghai", organisation_id=line[0], organisation_name="厅", by_hrss=True, lineage=line,
        account_id=uuid4(), actor_name="专人", file_name="历史.csv", sha256="0" * 64, state="DONE",
    )  # fmt: skip
    shared = {"number": "青职证〔2008〕第12号", "origin": "IMPORTED", "import_id": ours.id}
    void, valid, told_only = (
        certificate(line, import_row=at, vouched=at < 3, **shared)
        for at in (1, 2, 3)  # who vouches for the third is no HRSS
    )
    numbers = {"his": void.person_id, "hers": valid.person_id, "unknown": uuid4()}
    unvouched = told_only.person_id
    gone = str(void.id)
    async with session("workflow") as tx:
        tx.add(ours)
        await tx.flush()
        tx.add_all([void, valid, told_only])
    told = [title("MIDDLE") | {"certificate_number": shared["number"]}]
    people = [standing(each, "2024-03-02", titles=told) for each in numbers.values()]
    everybody = [[shared["number"]]] * 3
    assert await counting(session, *people) == everybody
    [[as_recorded]] = await held(session, standing(unvouched, "2024-03-02", titles=told))
    assert as_recorded.title_level == "MIDDLE"
    await record(session, season, gone, ChangeKind.VOIDED, Cause("historic_import", uuid4()))
    assert await counting(session, *people) == [[], *everybody[1:]]
    assert await counting(session, people[2]) == everybody[2:]
