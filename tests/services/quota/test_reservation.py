"""Places held for recommendations: granted inside the approved number, exempt by a clause, given back."""

from __future__ import annotations

from uuid import uuid4

import pytest

from services.quota.contract import ReservationState
from services.quota.reservation.states import Action
from services.quota.reservation.steps import STEPS
from tests.platform.tokens import mint, node, seat
from tests.services.quota.bodies import YEAR, wish
from tests.services.quota.people import ask, assert_refused, both_languages, service_token

RESERVATIONS = "/v1/reservations"


@pytest.mark.clause("2.1.1", "A2.n1")
@pytest.mark.parametrize("level", ["FULL_SENIOR", "ASSOCIATE_SENIOR", "MIDDLE"])
async def test_without_an_approved_form_nobody_is_recommended(hospital, file, act, reserve, level):
    """For middle and senior level the form of the year must be approved: none, a draft and one at the HRSS do not do."""
    form = await file(hospital, FULL_SENIOR=(1, 0, 0, 0), ASSOCIATE_SENIOR=(1, 0, 0, 0), MIDDLE=(1, 0, 0, 0))
    for action, token in hospital.way_up():
        answer = await reserve(hospital, level=level)
        assert_refused(answer, 422, "NO_APPROVED_FORM", field="unit_id", cites={"二（一）第1段"})
        form = (await act(form, action, token)).json()["record"]
    assert (await reserve(hospital, level=level)).status_code == 201
    assert (await reserve(hospital, level=level, year=1999)).json()["code"] == "YEAR_UNKNOWN"


@pytest.mark.clause("2.1.1", "A2.n2.vacant")
async def test_the_last_place_is_the_last(quota, hospital, approve, reserve):
    """One place: the first has it, the second is refused with the figures and the articles, in both languages."""
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    granted = (await reserve(hospital)).json()
    assert (granted["record"]["state"], granted["record"]["exempt_by"]) == ("HELD", None)
    assert [each["cite"] for each in granted["basis"]] == ["二（一）第1段", "附件2 说明2"]
    refused = await reserve(hospital)
    assert_refused(refused, 422, "NO_PLACE_LEFT", field="level", cites={"二（一）第1段", "附件2 说明2"})
    zh, en = await both_languages(quota, "POST", RESERVATIONS, service_token(), wish(hospital))
    assert zh == "副高级已无可申报岗位：核准 5 − 聘任 4 − 已取得资格未聘 0 = 1，已预留 1，已占用 0"
    assert en == (
        "No place is left for ASSOCIATE_SENIOR: approved 5 - employed 4 - qualified, not employed 0 = 1, held 1, used 0."
    )


@pytest.mark.clause("A2.n2.vacant")
async def test_a_negative_number_allows_no_declaration(hospital, approve, reserve):
    """More people qualified than places are vacant: nobody can be recommended."""
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 3, 0))
    answer = await reserve(hospital)
    assert_refused(answer, 422, "NO_PLACE_LEFT", field="level", cites={"二（一）第1段", "附件2 说明2"})
    assert "= -2" in answer.json()["message"]


@pytest.mark.clause("A2.n1")
@pytest.mark.parametrize("kind", ["TEMPORARY", "HOSTED"])
async def test_who_is_not_on_the_establishment_takes_no_post(hospital, approve, reserve, kind):
    """Temporary staff of an institution are exempt, form or not, and leave the place to others."""
    await assert_exempt(await reserve(hospital, person_kind=kind), "NOT_ON_ESTABLISHMENT", "附件2 说明1")
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    await assert_exempt(await reserve(hospital, person_kind=kind), "NOT_ON_ESTABLISHMENT", "附件2 说明1")
    assert (await reserve(hospital)).json()["record"]["state"] == "HELD"


@pytest.mark.clause("2.1.1")
async def test_junior_level_is_not_limited(hospital, reserve):
    """Junior titles take no post, and the answer says by which clause."""
    await assert_exempt(await reserve(hospital, level="JUNIOR"), "JUNIOR_LEVEL", "二（一）第1段")


@pytest.mark.clause("2.1.1")
@pytest.mark.parametrize(
    "nature", ["PRIVATE_ENTERPRISE", "STATE_ENTERPRISE", "PRIVATE_HOSPITAL", "CENTRAL_UNIT"]
)
async def test_units_that_are_no_institutions_are_not_limited(hospital, reserve, nature):
    """Enterprises and the like recommend without a form and without a number."""
    for _ in range(3):
        answer = await reserve(hospital, unit_nature=nature, person_kind="ENTERPRISE")
        await assert_exempt(answer, "NOT_AN_INSTITUTION", "二（一）第1段")


async def test_an_unknown_nature_is_no_exemption(hospital, reserve):
    """Where nobody says what a unit is, it is limited like an institution."""
    assert (await reserve(hospital, unit_nature=None)).json()["code"] == "NO_APPROVED_FORM"


async def test_the_same_question_has_the_same_answer(quota, hospital, approve):
    """A caller whose answer was lost asks again and gets the reservation made the first time."""
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    asked = wish(hospital)
    first, again = [await ask(quota, "POST", RESERVATIONS, service_token(), asked) for _ in range(2)]
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    listed = (await ask(quota, "GET", f"{RESERVATIONS}?unit_id={hospital.id}", hospital.recommender)).json()
    assert (listed["total"], listed["items"]) == (1, [first.json()["record"]])


@pytest.mark.parametrize(
    ("other", "field"),
    [({"level": "MIDDLE"}, "level"), ({"person_id": str(uuid4())}, "person_id")],
)
async def test_a_recommendation_has_one_reservation(quota, hospital, approve, other, field):
    """Asking for something else under the same recommendation is refused, naming what differs."""
    await approve(hospital, ASSOCIATE_SENIOR=(9, 4, 0, 0), MIDDLE=(9, 1, 0, 0))
    asked = wish(hospital)
    await ask(quota, "POST", RESERVATIONS, service_token(), asked)
    answer = await ask(quota, "POST", RESERVATIONS, service_token(), {**asked, **other})
    assert_refused(answer, 409, "ANOTHER_RESERVATION", field=field, cites=set())


@pytest.mark.clause("2.1.1")
async def test_a_place_given_back_goes_to_the_next(quota, hospital, approve, reserve):
    """Released, and released again, the place is free once; its recommendation cannot come back for it."""
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    asked = wish(hospital)
    held = (await ask(quota, "POST", RESERVATIONS, service_token(), asked)).json()["record"]
    path = f"{RESERVATIONS}/{held['id']}/release"
    answers = [await ask(quota, "POST", path, service_token(), {"reason": "推荐已撤回"}) for _ in range(2)]
    assert [a.json()["record"]["state"] for a in answers] == ["RELEASED", "RELEASED"]
    assert answers[0].json() == answers[1].json()
    assert (await reserve(hospital)).status_code == 201
    assert (await reserve(hospital)).json()["code"] == "NO_PLACE_LEFT"
    refused = await ask(quota, "POST", RESERVATIONS, service_token(), asked)
    assert_refused(refused, 409, "RESERVATION_RELEASED", field="recommendation_id", cites=set())


async def test_only_services_give_a_place_back(quota, hospital, approve, reserve):
    """A person cannot free the place under a live recommendation; an unknown place is not found."""
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    held = (await reserve(hospital)).json()["record"]
    for token in (hospital.recommender, hospital.hrss):
        answer = await ask(quota, "POST", f"{RESERVATIONS}/{held['id']}/release", token, {"reason": "x"})
        assert (answer.status_code, answer.json()["code"]) == (403, "SERVICE_ONLY")
    answer = await ask(quota, "POST", f"{RESERVATIONS}/{uuid4()}/release", service_token(), {"reason": "x"})
    assert (answer.status_code, answer.json()["code"]) == (404, "RESERVATION_NOT_FOUND")
    assert (await reserve(hospital)).json()["code"] == "NO_PLACE_LEFT"


@pytest.mark.clause("2.1.1")
async def test_nobody_exempts_the_own_unit(quota, hospital, reserve):
    """What exempts is told by workflow, which heard it of accounts: no person asks for a place, whatever the seat."""
    for token in (hospital.recommender, hospital.hrss, hospital.at(2, "APPLICANT", "REVIEWER")):
        answer = await reserve(hospital, by=token, unit_nature="PRIVATE_ENTERPRISE")
        assert (answer.status_code, answer.json()["code"]) == (403, "SERVICE_ONLY")
    assert (await ask(quota, "GET", RESERVATIONS, service_token())).json()["total"] == 0


async def test_the_lineage_ends_at_the_unit(hospital, approve, reserve):
    """A place is held for the unit that stands last in its line."""
    await approve(hospital, ASSOCIATE_SENIOR=(9, 4, 0, 0))
    answer = await reserve(hospital, lineage_ids=hospital.lineage_ids[:2])
    assert_refused(answer, 422, "LINEAGE_UNFIT", field="lineage_ids", cites=set())


@pytest.mark.parametrize(
    ("bent", "field"),
    [
        ({"level": "DOCTOR"}, "level"),
        ({"person_kind": "ROBOT"}, "person_kind"),
        ({"unit_nature": "CLUB"}, "unit_nature"),
        ({"recommendation_id": "x"}, "recommendation_id"),
        ({"lineage_ids": []}, "lineage_ids"),
    ],
)
async def test_bad_input_is_refused_naming_the_field(quota, hospital, reserve, bent, field):
    """What is malformed is told by field, and nothing is held."""
    answer = await reserve(hospital, **bent)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert (await ask(quota, "GET", RESERVATIONS, service_token())).json()["total"] == 0


async def test_reservations_are_seen_from_above_alone(quota, hospital, approve, reserve):
    """The unit and those above it see a reservation; strangers and applicants find nothing."""
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    held = (await reserve(hospital)).json()["record"]
    for token in (hospital.recommender, hospital.authority, hospital.hrss):
        assert (await ask(quota, "GET", f"{RESERVATIONS}/{held['id']}", token)).json() == held
    stranger = mint([seat("REVIEWER", node("HRSS", "PROVINCE"))])
    for token in (stranger, hospital.at(2, "APPLICANT")):
        assert (await ask(quota, "GET", f"{RESERVATIONS}/{held['id']}", token)).status_code == 404
        assert (await ask(quota, "GET", RESERVATIONS, token)).json()["total"] == 0


@pytest.mark.clause("2.1.1")
async def test_a_new_version_cannot_take_away_places_that_are_taken(hospital, approve, reserve, file, act):
    """Approving fewer places than live recommendations hold is refused with the figures; the old form stays."""
    await approve(hospital, ASSOCIATE_SENIOR=(6, 4, 0, 0))
    for _ in range(2):
        assert (await reserve(hospital)).status_code == 201
    form = await file(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    for action, token in hospital.way_up()[:-1]:
        form = (await act(form, action, token)).json()["record"]
    answer = await act(form, "APPROVE", hospital.hrss)
    assert_refused(answer, 422, "RULES_BROKEN", field="ASSOCIATE_SENIOR.declarable", cites={"二（一）第1段"})
    assert "副高级申报数 1，已推荐 2 人，缺 1 个岗位" in answer.json()["message"]
    assert (await reserve(hospital)).json()["code"] == "NO_PLACE_LEFT"


def test_the_table_of_steps():
    """An exempt reservation never moves, a taken place is only given back."""
    expected = {("HELD", "CONFIRM"), ("HELD", "RELEASE"), ("CONFIRMED", "RELEASE"), ("RELEASED", "RECLAIM")}
    assert {(str(state), str(action)) for state, action in STEPS} == expected
    assert len(ReservationState) * len(Action) == 12


async def assert_exempt(answer, code: str, cite: str) -> None:
    """The recommendation takes no post, by this case and its article."""
    told = answer.json()
    assert answer.status_code == 201, answer.text
    assert (told["record"]["state"], told["record"]["exempt_by"]) == ("EXEMPT", code)
    assert [each["cite"] for each in told["basis"]] == [cite]
    assert told["record"]["year"] == YEAR
