"""Signs of one-click pushing: what was not opened again, hardly looked at, approved in sequence, said in the same words."""

from __future__ import annotations

from uuid import uuid4

import pytest

from services.workflow.supervision.indicator_schemas import OpinionsAlikeOut
from services.workflow.supervision.opinions import Alike
from tests.platform.tokens import mint
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.season import HOSPITAL, Line
from tests.services.workflow.supervision.scene import submitted

PATH = "/v1/supervision/signs"
LOOKS = """
    with told as (
        select o.material_id, o.declaration_id, e.endorsed_at,
            row_number() over (partition by o.declaration_id order by o.opened_at) n
        from workflow.material_opening o join workflow.review_endorsement e using (declaration_id, account_id, turn)
    )
    update workflow.material_opening o set opened_at = told.endorsed_at - make_interval(secs =>
        (array[100, 98, 38, 20])[told.n])
    from told where o.material_id = told.material_id and o.declaration_id = told.declaration_id
"""
"""Four looks: of 2, 60, 18 and 20 seconds before the approval."""
EARLIER = """
    update workflow.material_opening set turn = turn - 1 where material_id in (
        select material_id from workflow.material_opening where declaration_id = $1 order by opened_at limit 2)
"""
"""The first two of them were in the turn before."""


@pytest.fixture
async def approved(office, season, session, resetter):
    """Two declarations passed at once in the same words; of the second only half was opened in that turn."""
    line = Line.of(HOSPITAL, season.root)
    reviewer = line.token("REVIEWER", 3, sub=uuid4(), name="韩审核")
    first, second = await submitted(office, season, session, line, 2)
    for each, note in ((first, "情况属实，同意。"), (second, "情况属实 同意")):
        await office.look_through(each, reviewer)
        record(await office.act(each, "PASS", reviewer, note=note))
    await resetter.execute(LOOKS)
    await resetter.execute(EARLIER, second["id"])
    return line


async def signs(office, token, **params):
    """What somebody is told."""
    answer = await office.call("GET", PATH, token, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


@pytest.mark.clause("3.2.3")
async def test_the_signs_of_a_reviewer(office, season, approved):
    """Materials not opened again, brief looks, approvals in sequence, repeated words: each as figures and a share."""
    (told,) = await signs(office, approved.token("SUPERVISOR", 2))
    assert told["reviewer_name"] == "韩审核"
    assert (told["approvals"], told["in_sequence"], told["sequence_share"]) == (2, 1, 0.5)
    assert (told["materials"], told["unopened"], told["unopened_share"]) == (8, 2, 0.25)
    assert (told["openings"], told["brief"], told["brief_share"]) == (6, 1, 0.1667)
    assert (told["texts"], told["repeated_texts"], told["repeated_share"]) == (2, 2, 1.0)
    (department,) = await signs(office, approved.token("TITLE_OFFICER", 0), of="ORGANISATION")
    assert (department["reviewer_name"], department["materials"]) == (None, 8)
    assert await signs(office, approved.token("SUPERVISOR", 2), since="2099-01-01") == []
    assert await signs(office, Line.of(HOSPITAL, season.root).token("SUPERVISOR", 2)) == []
    assert await signs(office, approved.token("SUPERVISOR", 2), after=told["place"]) == []
    for token in (approved.token("REVIEWER", 3), mint()):
        answer = await office.call("GET", PATH, token)
        assert codes(answer, 403) == ["ROLE_MISSING"]
    answer = await office.call("GET", PATH, approved.token("SUPERVISOR", 2), params={"after": "x"})
    assert codes(answer) == ["CURSOR_UNREADABLE"]


@pytest.mark.clause("3.2.3")
async def test_the_signs_as_a_chart(office, season, approved):
    """By a link that is good by itself, of what its caller sees; of nothing it says so; altered it is none."""
    above, elsewhere = approved.token("SUPERVISOR", 1), Line.of(HOSPITAL, season.root).token("SUPERVISOR", 1)
    sizes = []
    for token in (above, elsewhere):
        made = record(await office.call("POST", f"{PATH}/links", token, json={"format": "PNG"}), 201)
        fetched = await office.http.get(made["path"])
        assert (fetched.status_code, fetched.content[:4]) == (200, b"\x89PNG"), fetched.text
        sizes.append(len(fetched.content))
    assert sizes[0] > sizes[1]
    assert (await office.http.get(made["path"][:-4] + "AAAA")).json()["code"] == "LINK_INVALID"
    refused = await office.call("POST", f"{PATH}/links", approved.token("REVIEWER", 3), json={})
    assert codes(refused, 403) == ["ROLE_MISSING"]


def test_a_wording_that_came_once_is_only_counted():
    """Opinions of a meeting are told by how often their words came, those once in the whole number alone."""
    told = OpinionsAlikeOut.told(uuid4(), [Alike(3, 2, 2), Alike(1, 1, 1), Alike(1, 1, 1)])
    assert (told.opinions, told.alike, len(told.wordings)) == (5, 3, 1)
