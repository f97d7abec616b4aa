"""Which titles count: what our own certificates prove while they are in force, once, with or without a record in accounts."""

from __future__ import annotations

from uuid import UUID, uuid4

from services.accounts.contract import PersonStanding
from services.workflow.certificate.held import with_ours
from services.workflow.certificate.standing import Cause
from services.workflow.certificate.states import ChangeKind
from tests.services.workflow.certificate.office import certified
from tests.services.workflow.certificate.standings import record
from tests.services.workflow.neighbours import standing
from tests.services.workflow.route.table import title


async def counting(session, *people):
    """The numbers of the certificates by which titles count, person by person."""
    async with session("workflow") as tx:
        found = await with_ours(tx, [PersonStanding.model_validate(each) for each in people])
    return [[each.certificate_number for each in person.titles] for person in found]


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
        [typed, "青职证〔2008〕第12号"],
        [],
        [typed],
    ]
    await record(session, season, issued["id"], ChangeKind.REVOKED, Cause("finding", uuid4()))
    assert await counting(session, *everybody) == [[], ["青职证〔2008〕第12号"], [], []]
    await record(session, season, issued["id"], ChangeKind.REINSTATED, Cause("finding", uuid4()))
    assert (await counting(session, bare, recorded))[0] == [number]
