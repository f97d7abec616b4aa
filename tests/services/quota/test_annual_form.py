"""The annual review form (附件2): its table, its way through review, its versions."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.platform.tokens import mint, node, seat
from tests.services.quota.bodies import YEAR, levels
from tests.services.quota.people import Unit, ask, assert_refused, both_languages

FORMS = "/v1/annual-forms"


@pytest.mark.clause("A2", "A2.n2.vacant")
async def test_derived_cells_and_totals_follow_from_what_is_typed(quota, hospital, file):
    """Vacant, to declare and every total are worked out; a negative number is shown as it is."""
    form = await file(
        hospital,
        FULL_SENIOR=(2, 1, 0, 0),
        ASSOCIATE_SENIOR=(5, 4, 0, 1),
        MIDDLE=(10, 9, 3, 0),
        JUNIOR=(8, 6, 0, 2),
    )
    rows = {row.pop("level"): row for row in form["rows"]}
    cells = ("approved", "employed", "vacant", "qualified_not_employed", "exits", "declarable")
    assert {level: tuple(row[cell] for cell in cells) for level, row in rows.items()} == {
        "FULL_SENIOR": (2, 1, 1, 0, 0, 1),
        "ASSOCIATE_SENIOR": (5, 4, 1, 0, 1, 1),
        "MIDDLE": (10, 9, 1, 3, 0, -2),
        "JUNIOR": (8, 6, 2, 0, 2, 2),
    }
    assert tuple(form["totals"][cell] for cell in cells) == (25, 20, 5, 3, 3, 2)
    read = (await ask(quota, "GET", f"{FORMS}/{form['id']}", hospital.recommender)).json()
    assert read["totals"] == form["totals"]


@pytest.mark.clause("A2", "A2.n2.vacant")
@pytest.mark.parametrize(
    ("strange", "field", "code"),
    [
        ({"vacant": 1}, "levels.0.vacant", "DERIVED_CELL_TYPED"),
        ({"declarable": 1}, "levels.0.declarable", "DERIVED_CELL_TYPED"),
        ({"aproved": 1}, "levels.0.aproved", "CELL_UNKNOWN"),
    ],
)
async def test_a_cell_that_is_not_typed_is_refused_by_name(quota, hospital, strange, field, code):
    """Typing a derived or an unknown cell is refused, naming the cell; nothing is kept."""
    body = {"unit_id": hospital.id, "year": YEAR, "levels": levels(MIDDLE=(3, 2, 0, 0))}
    body["levels"][0] |= strange
    answer = await ask(quota, "POST", FORMS, hospital.recommender, body)
    cite = "附件2 说明2" if code == "DERIVED_CELL_TYPED" else "附件2 表"
    assert_refused(answer, 422, "RULES_BROKEN", field=field, cites={cite})
    assert [(each["code"], each["field"]) for each in answer.json()["findings"]] == [(code, field)]
    assert (await ask(quota, "GET", FORMS, hospital.recommender)).json()["total"] == 0


@pytest.mark.clause("A2")
async def test_every_fault_of_a_table_is_told_at_once(quota, hospital):
    """Typed totals, a level twice and a derived cell come back together, in both languages."""
    body = {"unit_id": hospital.id, "year": YEAR, "totals": {"approved": 9}}
    body["levels"] = [*levels(MIDDLE=(3, 2, 0, 0)), {"level": "MIDDLE", "approved": 4, "vacant": 0}]
    answer = await ask(quota, "POST", FORMS, hospital.recommender, body)
    found = {(each["code"], each["field"]) for each in answer.json()["findings"]}
    assert found == {
        ("TOTAL_TYPED", "totals"),
        ("LEVEL_TWICE", "levels.1.level"),
        ("DERIVED_CELL_TYPED", "levels.1.vacant"),
    }
    zh, en = await both_languages(quota, "POST", FORMS, hospital.recommender, body)
    assert "空缺岗位数" in zh
    assert "vacant of MIDDLE is derived" in en


@pytest.mark.clause("A2", "2.1.1")
async def test_unit_then_authority_then_hrss(hospital, file, act):
    """The form climbs one by one; each step tells its article and is kept in the history with who took it."""
    form = await file(hospital, MIDDLE=(3, 2, 0, 0))
    states, cites = [form["state"]], []
    for action, token in hospital.way_up():
        answer = (await act(form, action, token)).json()
        form = answer["record"]
        states.append(form["state"])
        cites.append(answer["basis"][0]["cite"])
    assert states == ["DRAFT", "AT_AUTHORITY", "AT_HRSS", "APPROVED"]
    assert cites == ["附件2 表", "附件2 表", "二（一）第1段"]
    assert [step["action"] for step in form["history"]] == ["CREATE", "SUBMIT", "AUTHORITY_PASS", "APPROVE"]
    above = [str(each.id) for each in hospital.lineage]
    assert [step["organisation_id"] for step in form["history"]] == [above[2], above[2], above[1], above[0]]
    assert form["available_actions"] == []


@pytest.mark.clause("A2")
async def test_without_an_authority_the_form_goes_straight_to_the_hrss(school, file, act):
    """A unit that no authority stands above deals with its same-level HRSS: the prefecture's, not the province's."""
    form = await file(school, MIDDLE=(3, 2, 0, 0))
    assert form["authority_id"] is None
    assert form["hrss_id"] == str(school.lineage[1].id)
    form = (await act(form, "SUBMIT", school.recommender)).json()["record"]
    assert form["state"] == "AT_HRSS"
    refused = await act(form, "APPROVE", school.at(0, "REVIEWER", "TITLE_OFFICER"))
    assert (refused.status_code, refused.json()["code"]) == (403, "NOT_YOUR_STEP")
    cells = [{"level": "MIDDLE", "cell": "employed", "reason": "与聘文不符"}]
    returned = (await act(form, "RETURN", school.hrss, cells=cells)).json()["record"]
    assert returned["state"] == "RETURNED"


@pytest.mark.clause("A2")
async def test_returns_go_one_level_down_with_reasons_per_cell(quota, hospital, file, act):
    """The HRSS returns to the authority, that to the unit, each naming cells; mended and submitted again it climbs."""
    form = await file(hospital, MIDDLE=(3, 2, 0, 0))
    for action, token in hospital.way_up()[:2]:
        form = (await act(form, action, token)).json()["record"]
    cells = [{"level": "MIDDLE", "cell": "approved", "reason": "与岗位设置方案不符"}]
    form = (await act(form, "RETURN", hospital.hrss, cells=cells)).json()["record"]
    assert form["state"] == "AT_AUTHORITY"
    form = (await act(form, "AUTHORITY_RETURN", hospital.authority, cells=cells)).json()["record"]
    assert form["state"] == "RETURNED"
    assert form["history"][-1]["note"] == "中级人社部门核准岗位数：与岗位设置方案不符"
    assert [(n["level"], n["cell"], n["reason"], n["organisation_id"]) for n in form["notes"]] == [
        ("MIDDLE", "approved", "与岗位设置方案不符", hospital.lineage_ids[0]),
        ("MIDDLE", "approved", "与岗位设置方案不符", hospital.lineage_ids[1]),
    ]
    body = {"version": form["version"], "levels": levels(MIDDLE=(4, 2, 0, 0))}
    mended = (await ask(quota, "PUT", f"{FORMS}/{form['id']}", hospital.recommender, body)).json()["record"]
    assert (mended["state"], mended["totals"]["declarable"]) == ("RETURNED", 2)
    again = (await act(mended, "SUBMIT", hospital.recommender)).json()["record"]
    assert again["state"] == "AT_AUTHORITY"


@pytest.mark.clause("A2", "3.1")
async def test_a_return_without_reasons_is_refused(hospital, file, act):
    """A reviewer who names no cell returns nothing."""
    form = (await act(await file(hospital, MIDDLE=(3, 2, 0, 0)), "SUBMIT", hospital.recommender)).json()[
        "record"
    ]
    answer = await act(form, "AUTHORITY_RETURN", hospital.authority, note="请修改")
    assert_refused(answer, 422, "RULES_BROKEN", field="cells", cites={"三（一）"})
    blank = [{"level": "MIDDLE", "cell": "approved", "reason": "  "}]
    assert (await act(form, "AUTHORITY_RETURN", hospital.authority, cells=blank)).status_code == 422


@pytest.mark.clause("A2")
async def test_approved_it_is_frozen_and_a_change_is_a_new_version(quota, hospital, approve, file, act):
    """An approved form takes no change; the next version says what differs and replaces it on approval."""
    first = await approve(hospital, MIDDLE=(3, 2, 0, 0))
    body = {"version": first["version"], "levels": levels(MIDDLE=(9, 0, 0, 0))}
    answer = await ask(quota, "PUT", f"{FORMS}/{first['id']}", hospital.recommender, body)
    assert (answer.status_code, answer.json()["code"]) == (409, "ACTION_NOT_AVAILABLE")
    second = await file(hospital, MIDDLE=(5, 2, 0, 0))
    assert (second["revision"], second["former_id"]) == (2, first["id"])
    assert second["changes"] == [{"level": "MIDDLE", "cell": "approved", "before": 3, "after": 5}]
    for action, token in hospital.way_up():
        second = (await act(second, action, token)).json()["record"]
    old = (await ask(quota, "GET", f"{FORMS}/{first['id']}", hospital.recommender)).json()
    assert (old["state"], old["rows"]) == ("SUPERSEDED", first["rows"])
    assert old["history"][-1]["organisation_id"] == hospital.lineage_ids[0]
    seen = (
        await ask(quota, "GET", f"/v1/availability?unit_id={hospital.id}&year={YEAR}", hospital.hrss)
    ).json()
    assert seen["approved_form_id"] == second["id"]


async def test_one_form_of_a_year_is_on_its_way_at_a_time(quota, hospital, file):
    """A second form beside an open one is refused; another unit's is not."""
    await file(hospital, MIDDLE=(3, 2, 0, 0))
    body = {"unit_id": hospital.id, "year": YEAR, "levels": levels(MIDDLE=(3, 2, 0, 0))}
    answer = await ask(quota, "POST", FORMS, hospital.recommender, body)
    assert_refused(answer, 409, "ANNUAL_FORM_OPEN", field="unit_id", cites={"附件2 表"})


@pytest.mark.clause("2.1.1")
@pytest.mark.parametrize("nature", ["PRIVATE_HOSPITAL", "STATE_ENTERPRISE", "CENTRAL_UNIT"])
async def test_only_institutions_file(quota, nature):
    """A unit that is no institution has no form to file, and is told why."""
    unit = Unit((node("HRSS", "PROVINCE"), node("EMPLOYER", "COUNTY").model_copy(update={"nature": nature})))
    body = {"unit_id": unit.id, "year": YEAR, "levels": levels(MIDDLE=(3, 2, 0, 0))}
    answer = await ask(quota, "POST", FORMS, unit.recommender, body)
    assert_refused(answer, 422, "ONLY_INSTITUTIONS_FILE", field="unit_id", cites={"二（一）第1段"})


async def test_an_internal_department_files_no_form(quota, hospital):
    """An internal department is no legal person: its unit files."""
    department = Unit((*hospital.lineage, node("INTERNAL_DEPARTMENT", "PROVINCE")))
    body = {"unit_id": department.id, "year": YEAR, "levels": levels(MIDDLE=(3, 2, 0, 0))}
    answer = await ask(quota, "POST", FORMS, department.recommender, body)
    assert_refused(answer, 422, "DEPARTMENT_CANNOT_FILE", field="unit_id", cites={"附件3 一"})


async def test_a_unit_under_nobody_cannot_file(quota):
    """Without an HRSS above, nobody could approve."""
    unit = Unit((node("EMPLOYER", "COUNTY"),))
    body = {"unit_id": unit.id, "year": YEAR, "levels": levels(MIDDLE=(3, 2, 0, 0))}
    answer = await ask(quota, "POST", FORMS, unit.recommender, body)
    assert_refused(answer, 422, "NO_HRSS_ABOVE", field="unit_id", cites={"二（一）第1段"})


@pytest.mark.parametrize(
    ("bent", "field"),
    [
        ({"levels": []}, "levels"),
        ({"levels": [{"level": "MIDDLE", "approved": -1}]}, "levels.0.approved"),
        ({"levels": [{"level": "MIDDLE", "approved": 10**12}]}, "levels.0.approved"),
        ({"levels": [{"level": "DOCTOR"}]}, "levels.0.level"),
        ({"levels": [{"level": "MIDDLE", "employed": 1.5}]}, "levels.0.employed"),
        ({"year": 1999}, "year"),
        ({"unit_id": "x"}, "unit_id"),
    ],
)
async def test_bad_input_is_refused_naming_the_field(quota, hospital, bent, field):
    """What is malformed is told by field, and nothing is kept."""
    body = {"unit_id": hospital.id, "year": YEAR, "levels": levels(MIDDLE=(3, 2, 0, 0)), **bent}
    answer = await ask(quota, "POST", FORMS, hospital.recommender, body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert (await ask(quota, "GET", FORMS, hospital.recommender)).json()["total"] == 0


async def test_strangers_find_nothing(quota, hospital, file, act):
    """A form out of sight and one that does not exist are refused alike, in reading, filling in and acting."""
    form = await file(hospital, MIDDLE=(3, 2, 0, 0))
    stranger = mint([seat("REVIEWER", node("HRSS", "PROVINCE"))])
    for form_id in (form["id"], str(uuid4())):
        body = {"version": 1, "levels": levels(MIDDLE=(3, 2, 0, 0))}
        answers = [
            await ask(quota, "GET", f"{FORMS}/{form_id}", stranger),
            await ask(quota, "PUT", f"{FORMS}/{form_id}", stranger, body),
            await act({"id": form_id, "version": 1}, "APPROVE", stranger),
        ]
        assert {(a.status_code, a.json()["code"]) for a in answers} == {(404, "ANNUAL_FORM_NOT_FOUND")}
    assert (await ask(quota, "GET", FORMS, stranger)).json()["total"] == 0
    applicant = hospital.at(2, "APPLICANT")
    assert (await ask(quota, "GET", f"{FORMS}/{form['id']}", applicant)).status_code == 404


async def test_only_the_units_recommender_files(quota, hospital):
    """Reviewers, other roles of the unit and people above it cannot file for it."""
    body = {"unit_id": hospital.id, "year": YEAR, "levels": levels(MIDDLE=(3, 2, 0, 0))}
    for token in (
        hospital.hrss,
        hospital.authority,
        hospital.at(2, "REVIEWER"),
        hospital.at(1, "RECOMMENDER"),
    ):
        answer = await ask(quota, "POST", FORMS, token, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "ROLE_MISSING")


async def test_a_stale_page_changes_nothing(quota, hospital, file, act):
    """Who acts on an old version is told so; the form stays as the faster one left it."""
    form = await file(hospital, MIDDLE=(3, 2, 0, 0))
    body = {"version": form["version"], "levels": levels(MIDDLE=(4, 2, 0, 0))}
    path = f"{FORMS}/{form['id']}"
    assert (await ask(quota, "PUT", path, hospital.recommender, body)).status_code == 200
    for answer in (
        await ask(quota, "PUT", path, hospital.recommender, body),
        await act(form, "SUBMIT", hospital.recommender),
    ):
        assert_refused(answer, 409, "STALE_VERSION", field="version", cites=set())
    kept = (await ask(quota, "GET", path, hospital.recommender)).json()
    assert (kept["state"], kept["totals"]["approved"]) == ("DRAFT", 4)


async def test_a_repeated_key_gives_the_same_form(quota, hospital):
    """The same Idempotency-Key files one form; with another body it is refused."""
    body = {"unit_id": hospital.id, "year": YEAR, "levels": levels(MIDDLE=(3, 2, 0, 0))}
    key = {"Idempotency-Key": "form-of-the-year"}
    first = await ask(quota, "POST", FORMS, hospital.recommender, body, **key)
    again = await ask(quota, "POST", FORMS, hospital.recommender, body, **key)
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    other = {**body, "levels": levels(MIDDLE=(9, 2, 0, 0))}
    refused = await ask(quota, "POST", FORMS, hospital.recommender, other, **key)
    assert refused.json()["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_each_finds_what_awaits_them(quota, hospital, school, file, act):
    """`awaiting=me` shows a form to the one whose step it is, and to nobody else; pages do not overlap."""
    form = await file(hospital, MIDDLE=(3, 2, 0, 0))
    await file(school, MIDDLE=(3, 2, 0, 0))
    everyone = {"unit": hospital.recommender, "authority": hospital.authority, "hrss": hospital.hrss}
    seen = []
    for action, token in [*hospital.way_up(), (None, None)]:
        waiting = {
            name: (await ask(quota, "GET", f"{FORMS}?awaiting=me", each)).json()["total"]
            for name, each in everyone.items()
        }
        seen.append({name for name, total in waiting.items() if total})
        if action:
            form = (await act(form, action, token)).json()["record"]
    assert seen == [{"unit"}, {"authority"}, {"hrss"}, set()]


async def test_lists_come_in_pages(quota, node):
    """The cursor walks through every form once, newest first."""
    province = node("HRSS", "PROVINCE")
    units = [Unit((province, node("EMPLOYER", "PROVINCE"))) for _ in range(5)]
    for unit in units:
        body = {"unit_id": unit.id, "year": YEAR, "levels": levels(MIDDLE=(3, 2, 0, 0))}
        await ask(quota, "POST", FORMS, unit.recommender, body)
    found, cursor = [], ""
    while cursor is not None:
        page = (
            await ask(quota, "GET", f"{FORMS}?first=2{cursor and '&after=' + cursor}", units[0].hrss)
        ).json()
        assert page["total"] == 5
        found += [each["unit_id"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert found == [unit.id for unit in reversed(units)]
