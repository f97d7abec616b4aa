"""Lists of people read and open sealed numbers only where they are asked for."""

from __future__ import annotations

import pytest
from sqlalchemy.dialects import postgresql

from services.accounts.person.projection import asked
from services.accounts.person.store import Wanted, narrowed
from services.kit.sealing import Sealer
from tests.services.accounts.world import new_resident_id, refused, token_at

SEALED = {"phone_sealed", "email_sealed"}
NOTHING = {"documents": [], "masked_resident_id": None, "masked_phone": None, "masked_email": None}


@pytest.mark.parametrize(
    ("fields", "read"),
    [(["basic"], set()), (["documents"], set()), (["masked_phone"], {"phone_sealed"}), (None, SEALED)],
)
def test_the_statement_reads_what_is_asked_for(fields, read):
    """Sealed columns are read only where something is told from them."""
    text = str(narrowed(Wanted(parts=asked(fields))).compile(dialect=postgresql.dialect()))
    assert {each for each in SEALED if each in text} == read


async def test_what_is_not_asked_for_is_neither_opened_nor_told(world, monkeypatch):
    """A list without the numbers opens none of them; one with some tells these as ever."""
    hospital = await world.hospital()
    await world.add_person(hospital, number=new_resident_id(), phone="+8613997001234")
    opened = []
    open_text = Sealer.open_text

    def counted(self, *args, **named):
        opened.append(named["context"])
        return open_text(self, *args, **named)

    monkeypatch.setattr(Sealer, "open_text", counted)
    token = token_at(hospital)
    [whole] = (await world.ask("GET", "/v1/people", token)).json()["items"]
    assert whole["masked_phone"] == "139****1234"
    assert len(opened) == 2
    opened.clear()
    [basic] = (await world.ask("GET", "/v1/people?fields=basic", token)).json()["items"]
    assert basic == whole | NOTHING
    assert opened == []
    named = "/v1/people?fields=masked_resident_id&fields=masked_email"
    [some] = (await world.ask("GET", named, token)).json()["items"]
    assert some == whole | NOTHING | {"masked_resident_id": whole["masked_resident_id"]}
    assert len(opened) == 1
    refused(await world.ask("GET", "/v1/people?fields=phone_sealed", token), 422, "REQUEST_MALFORMED")
