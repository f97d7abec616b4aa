"""What came back to a level in the middle is answered by it item by item, or returned further down (三（一）)."""

from __future__ import annotations

import pytest

from tests.services.workflow.applicants import codes, record

ITEMS = [
    {"item": "education", "reason": "学历起止时间不符"},
    {"item": "basic", "reason": "出生日期与档案不符"},
    {"item": "ACHIEVEMENT", "reason": "请核对原件"},
]
ANSWERS = [
    {"item": "education", "answer": "已向学校核实，起止时间无误"},
    {"item": "basic", "answer": "以干部档案为准，无误"},
]


@pytest.fixture
async def sent_back(office, season):
    """A declaration that the second level has sent back to the first, and one reviewer for each place of the line."""
    person = await season.recommended()
    reviewers = {n: person.line.token("REVIEWER", n) for n in range(4)}
    declaration = await office.submitted(person)
    await office.passed(declaration, reviewers[3])
    record(await office.act(declaration, "SEND_BACK", reviewers[2], items=ITEMS))
    return declaration, person, reviewers


@pytest.mark.clause("3.1")
async def test_it_is_passed_on_again_with_an_answer_to_each_item(office, sent_back):
    """A section needs words, a material a new verdict; what is missing is named, and the answers are told above."""
    declaration, person, reviewers = sent_back
    before = await office.read(declaration, reviewers[3])
    refused = await office.act(declaration, "PASS", reviewers[3])
    assert {(each["code"], each["field"]) for each in refused.json()["findings"]} == {
        ("MATERIAL_NOT_OPENED", f"materials.{achievement(declaration)}"),
        ("MATERIAL_NOT_SOUND", f"materials.{achievement(declaration)}"),
        ("RETURNED_ITEM_NOT_ANSWERED", "answers.education"),
        ("RETURNED_ITEM_NOT_ANSWERED", "answers.basic"),
    }
    await office.look_through(declaration, reviewers[3])
    refused = await office.act(declaration, "PASS", reviewers[3], answers=ANSWERS[:1])
    assert [each["field"] for each in refused.json()["findings"]] == ["answers.basic"]
    assert refused.json()["basis"][0]["cite"] == "三（一）"
    odd = [*ANSWERS, {"item": "work_history", "answer": "无误"}]
    assert codes(await office.act(declaration, "PASS", reviewers[3], answers=odd)) == [
        "ANSWER_WITHOUT_RETURN"
    ]
    assert await office.read(declaration, reviewers[3]) | {"materials": None} == before | {"materials": None}
    passed = record(await office.act(declaration, "PASS", reviewers[3], answers=ANSWERS))
    assert (passed["returned"], passed["at_organisation_id"]) == ([], str(person.line.ids[2]))
    (told,) = await listed(office, declaration, "answers", reviewers[2])
    assert (told["answers"], told["organisation_id"], told["round"]) == (ANSWERS, str(person.line.ids[3]), 1)
    history = await listed(office, declaration, "history", reviewers[2])
    assert "以干部档案为准，无误" in history[-1]["note"]


@pytest.mark.clause("3.1")
async def test_or_it_goes_further_down_with_every_item(office, sent_back):
    """Returned without a word of its own, every item reaches the applicant; the next round begins without questions."""
    declaration, person, reviewers = sent_back
    back = record(await office.act(declaration, "SEND_BACK", reviewers[3]))
    assert (back["state"], back["returned"]) == ("RETURNED", ITEMS)
    refused = await office.act(declaration, "SUBMIT", person.token)
    assert codes(refused).count("RETURNED_ITEM_NOT_MENDED") == len(ITEMS)
    assert await listed(office, declaration, "answers", person.token) == []


async def listed(office, declaration, what, token):
    """What is listed of a declaration."""
    answer = await office.call("GET", f"/v1/declarations/{declaration['id']}/{what}", token)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def achievement(declaration):
    """The material of the achievement."""
    return next(each["id"] for each in declaration["materials"] if each["item"] == "ACHIEVEMENT")


@pytest.mark.clause("3.1")
async def test_reasons_of_verdicts_are_for_those_who_review(office, season):
    """Reviewers of the chain and the office read them; others the verdict alone; the applicant what came back."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    line = person.line
    here, above = line.token("REVIEWER", 3), line.token("REVIEWER", 2)
    others = [
        line.token(role, place)
        for role, place in (("RECOMMENDER", 2), ("TITLE_OFFICER", 0), ("SUPERVISOR", 2))
    ]
    first, last = declaration["materials"][0], declaration["materials"][-1]
    for each, reason in ((first, "公章不清"), (last, "缺页")):
        record(await office.open(each, here))
        record(await office.judge(each, here, "DEFICIENT", reason=reason))

    async def reasons(token):
        whole = (await office.read(declaration, token))["materials"]
        each = [
            (await office.call("GET", f"/v1/materials/{kept['id']}", token)).json() for kept in (first, last)
        ]
        assert [kept["verdicts"] for kept in each] == [whole[0]["verdicts"], whole[-1]["verdicts"]]
        return [[found["reason"] for found in kept["verdicts"]] for kept in each]

    for token in (here, above, season.office_token):
        assert await reasons(token) == [["公章不清"], ["缺页"]]
    for token in (*others, line.token("REVIEWER", 0)):
        assert await reasons(token) == [[None], [None]]
    assert await reasons(person.token) == [[], []]
    record(await office.act(declaration, "SEND_BACK", here))
    assert await reasons(person.token) == [["公章不清"], ["缺页"]]
