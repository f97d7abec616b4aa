"""Several declarations by their ids in one call."""

from __future__ import annotations

from uuid import uuid4

from tests.services.workflow.season import COUNTY_CLINIC, Line


async def test_each_reader_is_told_of_what_he_or_she_may_read(office, season):
    """As lists tell them; what is another's, or nobody's, is left out, and more than two hundred are not asked for."""
    person = await season.recommended()
    other = await season.recommended(Line.of(COUNTY_CLINIC, season.root))
    submitted, draft = await office.submitted(person), await office.draft(other)
    ids = [submitted["id"], draft["id"], str(uuid4())]

    async def told(token, ids=ids):
        return await office.call("POST", "/v1/declarations/lookup", token, json={"ids": ids})

    for token, seen in (
        (person.token, [submitted["id"]]),
        (other.token, [draft["id"]]),
        (person.line.token("REVIEWER", 3), [submitted["id"]]),
        (other.line.token("REVIEWER", 3), []),
    ):
        answer = (await told(token)).json()["items"]
        assert [(each["id"], each["materials"]) for each in answer] == [(each, None) for each in seen]
    for wrong in ([str(uuid4()) for _ in range(201)], ["x"]):
        assert (await told(person.token, wrong)).json()["code"] == "REQUEST_MALFORMED"
    assert (await told(None)).status_code == 401
