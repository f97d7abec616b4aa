"""Two out, one in (退二进一): proven exits of a level inside the year's window open places where none is left."""

from __future__ import annotations

import pytest

from tests.services.quota.bodies import YEAR
from tests.services.quota.ground import by_level
from tests.services.quota.people import ask

WITHIN, AFTER = f"{YEAR}-03-01", f"{YEAR + 1}-01-05"


@pytest.fixture
async def crowded(hospital, ledger) -> list[str]:
    """Two associate senior posts, five people on them: a unit with far more qualified people than posts."""
    return await ledger(hospital, {"ASSOCIATE_SENIOR": 2}, ["ASSOCIATE_SENIOR"] * 5)


@pytest.mark.clause("A2.n3")
@pytest.mark.parametrize(("exits", "places"), [(1, 0), (2, 1), (3, 1)])
async def test_two_exits_open_one_place_where_none_is_left(
    quota, hospital, crowded, move, approve, reserve, exits, places
):
    """An odd exit is not rounded up; the form names who left, from which post, why and by which proof."""
    for place, person in enumerate(crowded[:exits]):
        await move(hospital, "RETIRED", person, name=f"人员{place}")
    form = await approve(hospital)
    assert [(each["name"], each["left_on"], each["document"]) for each in form["exits"]] == [
        (f"人员{place}", WITHIN, "青人社退〔2023〕12号") for place in range(exits)
    ]
    assert all(each["reason"].startswith("退休") and each["post"] for each in form["exits"])
    level = (await by_level(quota, hospital))["ASSOCIATE_SENIOR"]
    assert (level["exits"], level["free"]) == (exits, places)
    answers = [(await reserve(hospital)).status_code for _ in range(places + 1)]
    assert answers == [201] * places + [422]
    level = (await by_level(quota, hospital))["ASSOCIATE_SENIOR"]
    assert level["by_exits"] == places


@pytest.mark.clause("A2.n3")
async def test_the_same_exit_never_counts_twice(quota, hospital, crowded, move, file, act, approve, reserve):
    """A later version of the form rests on the same exits: the place they opened is opened once."""
    for place, person in enumerate(crowded[:2]):
        await move(hospital, "RETIRED", person, name=f"人员{place}")
    await approve(hospital)
    assert (await reserve(hospital)).status_code == 201
    second = await file(hospital)
    for action, token in hospital.way_up():
        answer = await act(second, action, token)
        assert answer.status_code == 200, answer.text
        second = answer.json()["record"]
    assert len(second["exits"]) == 2
    assert (await reserve(hospital)).json()["code"] == "NO_PLACE_LEFT"


@pytest.mark.clause("A2.n3")
async def test_exits_open_nothing_where_the_level_has_a_vacancy(quota, hospital, ledger, move, approve):
    """Two who retire leave two vacancies by themselves; no third place is opened on top."""
    people = await ledger(hospital, {"ASSOCIATE_SENIOR": 2}, ["ASSOCIATE_SENIOR"] * 2)
    for place, person in enumerate(people):
        await move(hospital, "RETIRED", person, name=f"人员{place}")
    await approve(hospital)
    level = (await by_level(quota, hospital))["ASSOCIATE_SENIOR"]
    assert (level["declarable"], level["exits"], level["free"]) == (2, 2, 2)


@pytest.mark.clause("2.1.2", "A2.n3")
async def test_exits_outside_the_window_do_not_count(quota, hospital, crowded, move, approve):
    """Of two who leave, one after the last day of the window: one exit is on the form, and it opens no place."""
    counted = await move(hospital, "RETIRED", crowded[0], name="人员0")
    late = await move(hospital, "RETIRED", crowded[1], name="人员1", on_date=AFTER)
    form = await approve(hospital)
    assert [each["movement_id"] for each in form["exits"]] == [counted["id"]]
    assert late["id"] != counted["id"]
    level = (await by_level(quota, hospital))["ASSOCIATE_SENIOR"]
    assert (level["employed"], level["exits"], level["free"]) == (3, 1, 0)


@pytest.mark.clause("A2.n2.exam")
async def test_an_examination_is_decided_before_the_form_goes_up(quota, hospital, ledger, move, file, act):
    """Whether a title by examination takes a post is decided per person; until then the form stays at the unit."""
    [person] = await ledger(hospital, {"MIDDLE": 3}, ["MIDDLE"])
    await move(
        hospital,
        "QUALIFIED",
        person,
        name="人员0",
        level="ASSOCIATE_SENIOR",
        title="高级工程师",
        by_examination=True,
    )
    form = await file(hospital)
    refused = await act(form, "SUBMIT", hospital.recommender)
    assert refused.json()["findings"][0]["code"] == "EXAMINATION_UNDECIDED"
    assert refused.json()["findings"][0]["message"] == "尚未认定是否占岗：人员0"
    await move(
        hospital,
        "POST_DECISION",
        person,
        name="人员0",
        level="ASSOCIATE_SENIOR",
        takes_post=True,
        reason="职责需要",
    )
    again = await ask(
        quota, "PUT", f"/v1/annual-forms/{form['id']}", hospital.recommender, {"version": form["version"]}
    )
    form = again.json()["record"]
    assert form["rows"][1]["qualified_not_employed"] == 1
    assert (await act(form, "SUBMIT", hospital.recommender)).status_code == 200


@pytest.mark.clause("A2.n3")
@pytest.mark.parametrize("approved_before", [False, True])
async def test_an_exit_that_is_taken_back_opens_nothing(
    quota, hospital, crowded, move, file, act, reserve, approved_before
):
    """Reversed before the approval, the form is refused; reversed after it, the place is gone and who had it flagged."""
    left = [
        await move(hospital, "RETIRED", person, name=f"人员{place}")
        for place, person in enumerate(crowded[:2])
    ]
    form = await file(hospital)
    form = (await act(form, "SUBMIT", hospital.recommender)).json()["record"]
    form = (await act(form, "AUTHORITY_PASS", hospital.authority)).json()["record"]
    if approved_before:
        assert (await act(form, "APPROVE", hospital.hrss)).status_code == 200
        assert (await reserve(hospital)).status_code == 201
    path = f"/v1/staffing/movements/{left[1]['id']}/reversal"
    taken_back = await ask(quota, "POST", path, hospital.recommender, {"reason": "误登"})
    assert taken_back.status_code == 201, taken_back.text
    if not approved_before:
        refused = await act(form, "APPROVE", hospital.hrss)
        assert refused.json()["findings"][0]["code"] == "LEDGER_MOVED"
        return
    level = (await by_level(quota, hospital))["ASSOCIATE_SENIOR"]
    assert (level["exits"], level["shortage"]) == (1, 1)
    flagged = await ask(quota, "GET", "/v1/reservations?flagged=true", hospital.recommender)
    assert flagged.json()["total"] == 1


@pytest.mark.clause("A2.n3")
async def test_who_comes_back_has_not_left(quota, hospital, crowded, move, approve):
    """Out and in and out and in again is no exit at all; out once more is one, and opens no place by itself."""
    person = crowded[0]
    for _ in range(2):
        await move(hospital, "TRANSFERRED_OUT", person, name="人员0")
        await move(
            hospital, "TRANSFERRED_IN", person, name="人员0", level="ASSOCIATE_SENIOR", title="副主任医师"
        )
    form = await approve(hospital)
    assert (form["exits"], form["rows"][1]["exits"]) == ([], 0)
    await move(hospital, "TRANSFERRED_OUT", person, name="人员0")
    form = await approve(hospital)
    assert (len(form["exits"]), form["rows"][1]["exits"]) == (1, 1)
    assert (await by_level(quota, hospital))["ASSOCIATE_SENIOR"]["free"] == 0


@pytest.mark.clause("A2.n3")
async def test_one_more_post_never_takes_a_place_away(quota, hospital, ledger, move, approve):
    """Four exits open two places; one post more is in these two, and is no reason to have fewer."""
    people = await ledger(hospital, {"ASSOCIATE_SENIOR": 1}, ["ASSOCIATE_SENIOR"] * 5)
    for place, person in enumerate(people[:4]):
        await move(hospital, "RETIRED", person, name=f"人员{place}")
    await approve(hospital)
    assert (await by_level(quota, hospital))["ASSOCIATE_SENIOR"]["free"] == 2
    await ledger(hospital, {"ASSOCIATE_SENIOR": 2})
    await approve(hospital)
    level = (await by_level(quota, hospital))["ASSOCIATE_SENIOR"]
    assert (level["declarable"], level["free"]) == (1, 2)
