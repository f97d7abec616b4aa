"""A title is recognised once, however its number is typed; it may be asked for anew once what is here of it is gone (一（六）)."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import inspect, update

from services.workflow.certificate.model import Certificate
from services.workflow.certificate.standing import Cause
from services.workflow.certificate.states import ChangeKind, Origin
from services.workflow.historic.model import HistoricImport
from services.workflow.recognition.model import Recognition
from tests.services.workflow.certificate import standings
from tests.services.workflow.recognition.parties import BY_WORK, TITLE, codes
from tests.services.workflow.stage import problem

TYPED = "陕高职（２０１９）第 00317 号"
"""The number of the title, typed otherwise."""


async def refused(parties, record_id=None):
    """What stands in the way of asking."""
    told = problem(await parties.ask(record_id=record_id or parties.title), 422, "RULES_BROKEN")
    assert codes(told) == ["TITLE_FROM_ELSEWHERE"]
    return told["findings"][0]["message"]


async def befalls(session, parties, certificate_id, kind):
    """Something is decided on a certificate."""
    await standings.record(session, parties.places, str(certificate_id), kind, Cause("finding", uuid4()))


async def test_a_number_is_one_however_it_is_typed(parties, session):
    """There is no second request beside the first, none after it, and no second confirmation of what came here meanwhile."""
    other = await parties.verified(record_id=parties.titled(certificate_number="第二本"))
    again = parties.titled(certificate_number=TYPED)
    made = await parties.verified()
    problem(await parties.ask(record_id=again), 409, "RECOGNITION_UNDER_WAY")
    await parties.did(made, "CONFIRM", parties.employer, BY_WORK)
    await refused(parties, again)
    async with session("workflow") as tx:
        key = (await tx.get_one(Recognition, UUID(made["id"]))).title_key
        late = update(Recognition).where(Recognition.id == UUID(other["id"]))
        await tx.execute(late.values(title_key=key))
    told = problem(await parties.act(other, "CONFIRM", parties.employer, BY_WORK), 422, "RULES_BROKEN")
    assert codes(told) == ["CONFIRMED_ONCE"]


async def test_a_corrected_certificate_is_followed_to_the_last_in_its_place(parties, session):
    """Superseded it still stands in the way; once the one in its place is revoked the title may be asked for anew."""
    done = await parties.did(await parties.verified(), "CONFIRM", parties.employer, BY_WORK)
    first_id = UUID(done["certificate_id"])
    await befalls(session, parties, first_id, ChangeKind.CORRECTED)
    async with session("workflow") as tx:
        first = await tx.get_one(Certificate, first_id)
        kept = {each.key: getattr(first, each.key) for each in inspect(Certificate).columns}
        second = Certificate(**kept | {"id": uuid4(), "number": "63201903100002X", "replaces_id": first_id})
        tx.add(second)
    await refused(parties)
    await befalls(session, parties, second.id, ChangeKind.REVOKED)
    assert (await parties.asked())["state"] == "UNDER_VERIFICATION"


def imported(parties):
    """An import of one certificate of the person's, by the number of the title."""
    row = HistoricImport(
        id=uuid4(),
        province="qinghai",
        organisation_id=parties.places.province.id,
        organisation_name="省人社厅",
        by_hrss=True,
        lineage=[parties.places.province.id],
        account_id=uuid4(),
        actor_name="专人",
        file_name="历史证书.xlsx",
        sha256="0" * 64,
        state="DONE",
    )
    certificate = Certificate(
        id=uuid4(),
        province="qinghai",
        origin=Origin.IMPORTED,
        number=TYPED,
        import_id=row.id,
        import_row=2,
        year=2019,
        person_id=UUID(str(parties.person.id)),
        holder_name="李医生",
        series=TITLE["series"],
        series_name="工程",
        level=TITLE["title_level"],
        way="REVIEW",
        obtained_on=date(2019, 12, 20),
        issuer_id=row.organisation_id,
        issuer_name="省人社厅",
        issued_on=date(2019, 12, 20),
        limits=[],
        lineage=[row.organisation_id],
    )
    return row, certificate


async def test_an_import_that_was_taken_back_stands_in_nobodys_way(parties, session):
    """What was imported is not confirmed beside it, and is not called ours; declared void it is another matter."""
    row, certificate = imported(parties)
    async with session("workflow") as tx:
        tx.add(row)
        await tx.flush()
        tx.add(certificate)
    assert "历史证书" in await refused(parties)
    await befalls(session, parties, certificate.id, ChangeKind.VOIDED)
    assert (await parties.asked())["state"] == "UNDER_VERIFICATION"
