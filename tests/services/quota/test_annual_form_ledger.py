"""The annual form of a unit that keeps a staffing ledger: its figures, its exits, the people recommended, who signed."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.services.quota.bodies import YEAR, levels
from tests.services.quota.people import ask, assert_refused

FORMS = "/v1/annual-forms"
PLANS = {"ASSOCIATE_SENIOR": 5, "MIDDLE": 3}
PEOPLE = ["ASSOCIATE_SENIOR"] * 4 + ["MIDDLE"] * 2


@pytest.mark.clause("A2")
async def test_the_figures_are_the_ledgers(hospital, file, ledger):
    """Nothing is typed: approved posts, people employed and what follows from them come out of the ledger."""
    await ledger(hospital, PLANS, PEOPLE)
    rows = {row["level"]: row for row in (await file(hospital))["rows"]}
    associate = rows["ASSOCIATE_SENIOR"]
    assert (associate["approved"], associate["employed"], associate["declarable"]) == (5, 4, 1)
    assert (rows["MIDDLE"]["vacant"], rows["JUNIOR"]["approved"]) == (1, 0)


@pytest.mark.clause("A2")
async def test_typed_cells_that_disagree_with_the_ledger_are_named(quota, hospital, ledger, file):
    """Each cell that differs is told with both figures; nothing is filed; what agrees may be typed."""
    await ledger(hospital, PLANS, PEOPLE)
    typed = levels(ASSOCIATE_SENIOR=(5, 3, 0, 0), MIDDLE=(4, 2, 0, 0))
    body = {"unit_id": hospital.id, "year": YEAR, "levels": typed}
    refused = await ask(quota, "POST", FORMS, hospital.recommender, body)
    assert_refused(refused, 422, "RULES_BROKEN", field="levels.0.employed", cites={"附件2 表"})
    told = {each["field"]: each["message"] for each in refused.json()["findings"]}
    assert told == {
        "levels.0.employed": "副高级“人员聘任数”填写 3，台账为 4",
        "levels.1.approved": "中级“人社部门核准岗位数”填写 4，台账为 3",
    }
    assert (await ask(quota, "GET", FORMS, hospital.recommender)).json()["total"] == 0
    assert (await file(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0)))["rows"][2]["approved"] == 3


async def test_without_a_ledger_figures_are_typed(quota, hospital):
    """A unit that keeps none and types none is told what to do."""
    body = {"unit_id": hospital.id, "year": YEAR}
    refused = await ask(quota, "POST", FORMS, hospital.recommender, body)
    assert_refused(refused, 422, "FIGURES_MISSING", field="levels", cites={"附件2 表"})


async def test_totals_alone_are_refused_too(quota, hospital, ledger):
    """What may not be typed is refused also where the table itself is left out."""
    await ledger(hospital, PLANS, PEOPLE)
    body = {"unit_id": hospital.id, "year": YEAR, "totals": {"approved": 1}}
    refused = await ask(quota, "POST", FORMS, hospital.recommender, body)
    assert_refused(refused, 422, "RULES_BROKEN", field="totals", cites={"附件2 表"})


@pytest.mark.clause("A2")
async def test_a_form_that_the_ledger_has_left_behind_does_not_go_up(quota, hospital, ledger, file, act):
    """Posts recorded after the form was filled in: it is filled in again before it is submitted."""
    await ledger(hospital, PLANS, PEOPLE)
    form = await file(hospital)
    await ledger(hospital, {"FULL_SENIOR": 2}, ["FULL_SENIOR"])
    refused = await act(form, "SUBMIT", hospital.recommender)
    assert_refused(refused, 422, "RULES_BROKEN", field="FULL_SENIOR.approved", cites={"附件2 表"})
    again = await ask(
        quota, "PUT", f"{FORMS}/{form['id']}", hospital.recommender, {"version": form["version"]}
    )
    form = again.json()["record"]
    assert (form["rows"][0]["approved"], form["rows"][0]["employed"]) == (2, 1)
    assert (await act(form, "SUBMIT", hospital.recommender)).status_code == 200


@pytest.mark.clause("A2", "A2.n1")
async def test_the_people_recommended_are_listed_from_live_recommendations(
    quota, hospital, ledger, approve, reserve
):
    """Staff on the establishment, by level, with what the ledger knows of them; temporary staff are not on the form."""
    people = await ledger(hospital, PLANS, PEOPLE)
    form = await approve(hospital)
    await reserve(hospital, level="MIDDLE", person_name="乙")
    await reserve(hospital, person_id=people[-1], person_name="甲")
    await reserve(hospital, person_kind="TEMPORARY", person_name="丙")
    told = (await ask(quota, "GET", f"{FORMS}/{form['id']}/recommended", hospital.hrss)).json()
    assert told["counts"] == {"FULL_SENIOR": 0, "ASSOCIATE_SENIOR": 1, "MIDDLE": 1}
    first, second = told["people"]
    assert (first["name"], first["level"], first["employed_title"]) == ("甲", "ASSOCIATE_SENIOR", "现任职称")
    assert first["employed_on"] is not None
    assert (second["name"], second["employed_title"]) == ("乙", None)
    stranger = await ask(quota, "GET", f"{FORMS}/{form['id']}/recommended", hospital.at(2, "APPLICANT"))
    assert stranger.status_code == 404
    assert (await ask(quota, "GET", f"{FORMS}/{uuid4()}/recommended", hospital.hrss)).status_code == 404


@pytest.mark.clause("A2")
async def test_signatures_stand_until_a_return_takes_them_away(hospital, file, act):
    """Institution, authority and HRSS sign by their steps; a return takes away the signatures of those it passes."""
    form = await file(hospital, MIDDLE=(3, 2, 0, 0))
    signed = []
    reason = [{"level": "MIDDLE", "cell": "approved", "reason": "核准数有误"}]
    for action, token, more in (
        ("SUBMIT", hospital.recommender, {}),
        ("AUTHORITY_PASS", hospital.authority, {}),
        ("RETURN", hospital.hrss, {"cells": reason}),
        ("AUTHORITY_RETURN", hospital.authority, {"cells": reason}),
        ("SUBMIT", hospital.recommender, {}),
        ("AUTHORITY_PASS", hospital.authority, {}),
        ("APPROVE", hospital.hrss, {}),
    ):
        form = (await act(form, action, token, **more)).json()["record"]
        signed.append([each["party"] for each in form["signatures"]])
    assert signed == [
        ["UNIT"],
        ["UNIT", "AUTHORITY"],
        ["UNIT"],
        [],
        ["UNIT"],
        ["UNIT", "AUTHORITY"],
        ["UNIT", "AUTHORITY", "HRSS"],
    ]
