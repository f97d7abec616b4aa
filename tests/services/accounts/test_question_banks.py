"""Versions of the questions: imported whole or not at all, published one in place of another, never changed under a paper."""

from __future__ import annotations

import asyncio
import io
import time
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
import xlsxwriter
from sqlalchemy import text

from services.kit.auth import Principal
from tests.platform.tokens import bearer, mint
from tests.services.accounts.test_learning import begin, hand_in
from tests.services.accounts.world import World, cites, refused, seat_at, token_at

HEADINGS = ("编号", "题型", "主题", "题目", "选项", "答案", "依据", "解析")
TOPICS = ("ACCOUNTS",) * 3 + ("POSTS",) * 2 + ("DECLARING",) * 3 + ("CONDITIONS", "DISCIPLINE")


def question(place: int, **more: Any) -> dict[str, Any]:
    """A question that can be asked."""
    return {
        "id": f"n{place:02}",
        "topic": TOPICS[place % len(TOPICS)],
        "text": f"第{place}题？",
        "options": {"a": "是", "b": "否", "c": "不一定"},
        "answer": "b",
        "cite": "二（三）",
        "explanation": "见通知。",
    } | more


def questions(count: int = 10, **more: Any) -> list[dict[str, Any]]:
    """As many as a paper has."""
    return [question(place, **more) for place in range(count)]


def sheet_of(*rows: tuple[Any, ...], headings: tuple[str, ...] = HEADINGS) -> bytes:
    """A workbook."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate((headings, *rows)):
            page.write_row(number, 0, row)
    return made.getvalue()


@pytest.fixture
def office(world: World) -> str:
    """The provincial title officer."""
    return token_at(world.root, "TITLE_OFFICER", name="省厅")


async def take_in(world: World, token: str, asked: list[dict[str, Any]], cycle: int = 2023):
    """Import questions."""
    return await world.ask(
        "POST", "/v1/question-banks", token, {"cycle": cycle, "title": "新版试题", "questions": asked}
    )


async def made(world: World, token: str, asked: list[dict[str, Any]]) -> dict[str, Any]:
    """A draft."""
    answer = await take_in(world, token, asked)
    assert answer.status_code == 201, answer.text
    return answer.json()["record"]


async def act(world: World, token: str, bank: dict[str, Any], action: str):
    """Publish or retire."""
    body = {"version": bank["version"], "note": "更新"}
    return await world.ask("POST", f"/v1/question-banks/{bank['id']}/actions/{action}", token, body)


async def send(world: World, token: str, data: bytes) -> httpx.Response:
    """Import a sheet."""
    params = {"cycle": "2023", "title": "表格导入"}
    return await world.http.post(
        "/v1/question-banks/sheet", params=params, content=data, headers=bearer(token)
    )


async def versions(world: World, token: str) -> list[tuple[int, str, str]]:
    """Number, source and state of each version."""
    told = (await world.ask("GET", "/v1/question-banks?cycle=2023", token)).json()
    return [(each["number"], each["source"], each["state"]) for each in told["items"]]


async def test_the_policy_files_questions_are_the_first_version(world, office):
    """They are listed without questions, and read with their answers by the title office."""
    assert await versions(world, office) == [(1, "POLICY", "PUBLISHED")]
    [told] = (await world.ask("GET", "/v1/question-banks?cycle=2023", office)).json()["items"]
    assert "questions" not in told
    whole = (await world.ask("GET", f"/v1/question-banks/{told['id']}", office)).json()
    assert len(whole["questions"]) == 24
    assert all(each["answer"] and each["cite"] for each in whole["questions"])


@pytest.mark.clause("2.3")
async def test_a_new_version_is_imported_published_and_used(world, office, taker, session):
    """A draft changes nothing; published it replaces the one in use, with history, audit and events."""
    draft = await made(world, office, questions())
    assert (draft["number"], draft["state"], draft["available_actions"]) == (
        2,
        "DRAFT",
        ["PUBLISH", "RETIRE"],
    )
    assert await versions(world, office) == [(2, "IMPORT", "DRAFT"), (1, "POLICY", "PUBLISHED")]
    done = (await act(world, office, draft, "PUBLISH")).json()
    assert (done["record"]["state"], cites(done)) == ("PUBLISHED", ["二（三）"])
    assert [(line["action"], line["note"]) for line in done["record"]["history"]] == [
        ("IMPORT", None),
        ("PUBLISH", "更新"),
    ]
    assert await versions(world, office) == [(2, "IMPORT", "PUBLISHED"), (1, "POLICY", "RETIRED")]
    attempt = await begin(world, taker[1])
    assert attempt["bank_number"] == 2
    assert {each["id"] for each in attempt["questions"]} == {each["id"] for each in questions()}
    async with session("accounts") as tx:
        told = await tx.scalars(
            text(
                "select data->>'state' from outbox where type = 'titles.accounts.questions.moved.v1' order by seq"
            )
        )
        assert list(told) == ["PUBLISHED", "DRAFT", "RETIRED", "PUBLISHED"]
        logged = "select count(*) from audit_log where action like 'question_bank.%'"
        assert await tx.scalar(text(logged)) == 4


@pytest.mark.clause("2.3")
async def test_a_paper_is_judged_by_the_version_it_was_drawn_from(world, office, taker, answers):
    """Published meanwhile, new questions touch neither an open paper nor a judged one."""
    _, token = taker
    attempt = await begin(world, token)
    await act(world, office, await made(world, office, questions()), "PUBLISH")
    assert await begin(world, token) == attempt
    done = (await hand_in(world, token, attempt, answers(attempt, wrong=3))).json()["record"]
    assert (done["bank_number"], done["score"], len(done["wrong"])) == (1, 70, 3)
    again = (await world.ask("GET", f"/v1/learning/attempts/{attempt['id']}", token)).json()
    assert again["questions"] == attempt["questions"]
    assert (await begin(world, token))["bank_number"] == 2


async def test_an_earlier_version_is_taken_back_into_use(world, office):
    """Where the new questions prove bad; the one in use cannot just be retired."""
    second = (await act(world, office, await made(world, office, questions()), "PUBLISH")).json()["record"]
    problem = refused(await act(world, office, second, "RETIRE"), 422, "RULES_BROKEN")
    assert [each["code"] for each in problem["findings"]] == ["ONE_IN_USE"]
    [_, first] = (await world.ask("GET", "/v1/question-banks?cycle=2023", office)).json()["items"]
    assert (await act(world, office, first, "PUBLISH")).status_code == 200
    assert await versions(world, office) == [(2, "IMPORT", "RETIRED"), (1, "POLICY", "PUBLISHED")]


async def test_a_draft_is_dropped(world, office):
    """Retired without having been used."""
    draft = await made(world, office, questions())
    assert (await act(world, office, draft, "RETIRE")).json()["record"]["state"] == "RETIRED"
    assert (2, "IMPORT", "RETIRED") in await versions(world, office)


@pytest.mark.parametrize(
    ("bend", "code", "field"),
    [
        ({"answer": "z"}, "ANSWER_AMONG_OPTIONS", "questions.3"),
        ({"answer": ["a", "b"]}, "ANSWER_AMONG_OPTIONS", "questions.3"),
        ({"answer": []}, "ANSWER_AMONG_OPTIONS", "questions.3"),
        ({"options": {"b": "只有一个"}}, "ANSWER_AMONG_OPTIONS", "questions.3"),
        ({"kind": "TRUE_FALSE"}, "ANSWER_AMONG_OPTIONS", "questions.3"),
        ({"cite": " "}, "QUESTION_WHOLE", "questions.3"),
        ({"explanation": ""}, "QUESTION_WHOLE", "questions.3"),
        ({"options": {"a": "", "b": "否"}}, "QUESTION_WHOLE", "questions.3"),
        ({"id": "n01"}, "QUESTION_IDS_UNIQUE", "questions"),
        ({"topic": "ACCOUNTS"}, "ENOUGH_QUESTIONS", "questions"),
    ],
)
async def test_questions_that_cannot_be_asked_are_refused(world, office, bend, code, field):
    """The finding names rule and question; nothing is taken in."""
    asked = questions()
    asked[3] = asked[3] | bend
    problem = refused(await take_in(world, office, asked), 422, "RULES_BROKEN")
    assert (problem["findings"][0]["code"], problem["findings"][0]["field"]) == (code, field)
    assert cites(problem) == ["二（三）"]
    assert await versions(world, office) == [(1, "POLICY", "PUBLISHED")]


async def test_too_few_questions_and_none_twice(world, office):
    """Fewer than a paper has are refused, and so are the very same again."""
    problem = refused(await take_in(world, office, questions(9)), 422, "RULES_BROKEN")
    assert {each["code"] for each in problem["findings"]} == {"ENOUGH_QUESTIONS"}
    await made(world, office, questions())
    refused(await take_in(world, office, questions()), 409, "SAME_QUESTIONS")
    refused(await take_in(world, office, questions(), cycle=1999), 404, "NO_SUCH_CYCLE")
    assert len(await versions(world, office)) == 2


async def test_a_sheet_is_read(world, office, taker):
    """Numbers, several answers and true or false as people type them; several right options are all to be chosen."""
    rows = [
        (place, "单选题", TOPICS[place], f"第{place}题", "A. 是\nB、否", "B", "二（三）", "见通知")
        for place in range(8)
    ]
    rows += [
        ("m8", "多选题", "CONDITIONS", "选几项？", "a. 甲\nb. 乙\nc. 丙", "a，c", "一（五）", "甲和丙"),
        ("t9", "判断题", "DISCIPLINE", "对吗？", "", "错误", "一（八）", "不对"),
        ("",) * 8,
    ]
    answer = await send(world, office, sheet_of(*rows))
    assert answer.status_code == 201, answer.text
    bank = answer.json()["record"]
    told = {each["id"]: each for each in bank["questions"]}
    assert (told["0"]["options"], told["0"]["answer"]) == (
        [{"id": "A", "text": "是"}, {"id": "B", "text": "否"}],
        ["B"],
    )
    assert (told["m8"]["kind"], told["m8"]["answer"]) == ("MULTIPLE", ["a", "c"])
    assert (told["t9"]["kind"], told["t9"]["answer"]) == ("TRUE_FALSE", ["b"])
    assert (await act(world, office, bank, "PUBLISH")).status_code == 200
    attempt = await begin(world, taker[1])
    right: dict[str, Any] = {each["id"]: told[each["id"]]["answer"] for each in attempt["questions"]}
    half = await hand_in(world, taker[1], attempt, right | {"m8": ["a"]})
    assert (half.json()["record"]["score"], half.json()["record"]["wrong"][0]["question_id"]) == (90, "m8")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "SHEET_UNREADABLE"),
        (b"PK\x03\x04 no workbook", "SHEET_UNREADABLE"),
        (sheet_of(headings=("编号", "题目")), "SHEET_UNREADABLE"),
        (sheet_of(("编 号", "单选题", "", "x", "a. y", "a", "z", "z")), "ROWS_UNREADABLE"),
        (sheet_of(("a1", "问答题", "", "x", "a. y", "a", "z", "z")), "ROWS_UNREADABLE"),
    ],
)
async def test_a_sheet_that_cannot_be_read_says_why(world, office, data, code):
    """Not a fault, and nothing taken in; a row that is no question is named by its number."""
    answer = await send(world, office, data)
    problem = refused(answer, 422, code)
    if code == "ROWS_UNREADABLE":
        assert problem["findings"][0]["field"].startswith("rows.2.")
    assert await versions(world, office) == [(1, "POLICY", "PUBLISHED")]


def a_sheet(text_: str = "题") -> bytes:
    """A sheet that is taken in."""
    rows = [
        (f"s{place}", "单选题", TOPICS[place], f"第{place}{text_}", "a. 是\nb. 否", "b", "二（三）", "见通知")
        for place in range(10)
    ]
    return sheet_of(*rows)


async def link_for(world: World, token: str, cycle: int = 2023) -> httpx.Response:
    """Ask for a link to send a sheet to."""
    return await world.ask("POST", "/v1/question-banks/links", token, {"cycle": cycle, "title": "表格导入"})


async def test_a_sheet_is_sent_by_a_link(world, office, session):
    """Without a token: whoever asked for the link has taken it in, once; the audit names both where one stands in for another."""
    principal = Principal(id=UUID(int=7), name="请假人")
    seat = seat_at(world.root, "TITLE_OFFICER").model_copy(update={"on_behalf_of": principal})
    answer = await link_for(world, mint([seat], name="代办人"))
    told = answer.json()["record"]
    assert (answer.status_code, cites(answer.json()), told["limit_bytes"]) == (200, ["二（三）"], 1_048_576)
    sent = await world.http.put(told["upload_url"], content=a_sheet())
    assert (sent.status_code, sent.json()["record"]["title"]) == (201, "表格导入"), sent.text
    assert [line["actor_name"] for line in sent.json()["record"]["history"]] == ["代办人（代请假人）"]
    assert (2, "IMPORT", "DRAFT") in await versions(world, office)
    refused(await world.http.put(told["upload_url"], content=a_sheet()), 409, "SAME_QUESTIONS")
    other = a_sheet("道题")
    assert (await world.http.put(told["upload_url"], content=other)).status_code == 201


async def test_a_link_that_is_none_takes_nothing_in(world, office, monkeypatch):
    """Invented, altered, of an import, over: refused, as are a sheet that is none or larger than a body may be."""
    url = (await link_for(world, office)).json()["record"]["upload_url"]
    begun = {"kind": "ORGANISATIONS", "organisation_id": world.root["id"], "file_name": "a.xlsx"}
    of_import = (await world.ask("POST", "/v1/imports", token_at(world.root), begun)).json()["record"][
        "upload_url"
    ]
    wrong = ("/v1/question-files/x", url[:-2] + "AA", of_import.replace("import-files", "question-files"))
    for each in (*wrong, "/v1/question-files/%E9%A2%98"):
        refused(await world.http.put(each, content=a_sheet()), 404, "LINK_INVALID")
    refused(
        await world.http.put(url.replace("question-files", "import-files"), content=a_sheet()),
        404,
        "LINK_INVALID",
    )
    refused(await world.http.put(url, content=b"none"), 422, "SHEET_UNREADABLE")
    refused(await world.http.put(url, content=b"x" * 1_048_577), 413, "BODY_TOO_LARGE")
    later = time.time() + 86_400
    with monkeypatch.context() as patched:
        patched.setattr("services.files.links.time", SimpleNamespace(time=lambda: later))
        refused(await world.http.put(url, content=a_sheet()), 404, "LINK_INVALID")
    assert await versions(world, office) == [(1, "POLICY", "PUBLISHED")]


async def test_a_link_is_the_title_offices_alone_and_of_a_year_that_is(world, office, taker):
    """Nobody else gets one, and none is given for a year without a policy or for no title."""
    for token in (token_at(world.root), token_at(await world.hospital(), "TITLE_OFFICER"), taker[1]):
        refused(await link_for(world, token), 403, "ROLE_MISSING")
    refused(await link_for(world, office, 1999), 404, "NO_SUCH_CYCLE")
    asked = {"cycle": 2023, "title": " "}
    refused(await world.ask("POST", "/v1/question-banks/links", office, asked), 422, "REQUEST_MALFORMED")


async def test_questions_are_the_provincial_title_offices_alone(world, office, taker):
    """No other role, no other place, no applicant reads or changes them: they hold the answers."""
    draft = await made(world, office, questions())
    prefecture, hospital = await world.prefecture(), await world.hospital()
    strangers = [
        token_at(world.root),
        token_at(prefecture, "TITLE_OFFICER"),
        token_at(hospital, "TITLE_OFFICER", "REVIEWER"),
        taker[1],
    ]
    for token in strangers:
        refused(await world.ask("GET", "/v1/question-banks?cycle=2023", token), 403, "ROLE_MISSING")
        refused(await world.ask("GET", f"/v1/question-banks/{draft['id']}", token), 403, "ROLE_MISSING")
        refused(await take_in(world, token, questions()), 403, "ROLE_MISSING")
        refused(await act(world, token, draft, "PUBLISH"), 403, "ROLE_MISSING")
        refused(await send(world, token, b"x"), 403, "ROLE_MISSING")
    unknown = dict(draft, id=world.root["id"])
    refused(await act(world, office, unknown, "PUBLISH"), 404, "QUESTION_BANK_NOT_FOUND")
    assert (2, "IMPORT", "DRAFT") in await versions(world, office)


async def test_publishing_at_once_leaves_one_in_use(world, office):
    """64 publications of two drafts: one version in use at the end, each act once."""
    drafts = [await made(world, office, questions(text=f"{n}？")) for n in range(2)]
    done = await asyncio.gather(*(act(world, office, drafts[n % 2], "PUBLISH") for n in range(64)))
    assert sorted(each.status_code for each in done) == [200] * 2 + [409] * 62
    states = [state for _, _, state in await versions(world, office)]
    assert sorted(states) == ["PUBLISHED", "RETIRED", "RETIRED"]


async def test_importing_at_once_numbers_each_version_once(world, office):
    """64 imports of as many different lists get as many numbers."""
    done = await asyncio.gather(*(take_in(world, office, questions(text=f"第{n}版？")) for n in range(64)))
    numbers = sorted(each.json()["record"]["number"] for each in done)
    assert numbers == list(range(2, 66))
