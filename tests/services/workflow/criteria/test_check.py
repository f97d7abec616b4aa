"""Criteria written in YAML are checked before they are proposed: every problem with its line and its reason."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from services.workflow.criteria.model import Criteria
from tests.services.workflow.stage import CRITERIA_TEXT as TEXT
from tests.services.workflow.stage import OCTOBER, cites, problem


def line_of(text: str, words: str) -> int:
    """The line in which some words stand first."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)


async def checked(stage, text: str, token: str | None = None, **headers: str) -> list[tuple[Any, ...]]:
    """The problems of a text, as line, path and reason."""
    answer = await stage.ask("POST", "/criteria/check", token or stage.office, {"text": text}, **headers)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["valid"], told["findings"]) == (not told["problems"], [])
    return [(each["line"], each["path"], each["reason"]) for each in told["problems"]]


@pytest.mark.clause("1.1")
async def test_the_example_is_valid_and_nothing_is_stored(stage, session):
    """The policy's own example can be proposed as it is; a check leaves nothing behind."""
    await stage.time(OCTOBER)
    assert await checked(stage, TEXT) == []
    async with session("workflow") as tx:
        assert await tx.scalar(select(func.count()).select_from(Criteria)) == 0


@pytest.mark.clause("1.1")
@pytest.mark.parametrize(
    ("old", "new", "words", "path", "reason"),
    [
        ("at_least: 5", "at_least: 五", "at_least: 五", "gates.3.at_least", "数字"),
        ("at_least: 5", "at_least: -5", "at_least: -5", "gates.3.at_least", "不得小于 0"),
        ("fact: years_in", "facts: years_in", "facts:", "gates.3.facts", "没有名为此的项目"),
        ('"2023-11-01"', "2023-02-30", "2023-02-30", "effective_from", "日期"),
        ("series: HEALTH\n", "", "level:", "series", "缺少此项"),
        ("series: HEALTH", "series: ASTROLOGY", "series:", "series", "ASTROLOGY"),
        ("level: ASSOCIATE_SENIOR", "level: MIDDLE", "level:", "level", "以考代评"),
        ("level: ASSOCIATE_SENIOR", "level: HIGH", "level:", "level", "FULL_SENIOR"),
        ("need: 2", "need: 两项", "need:", "menus.0.need", "整数"),
        ("need: 2", "need: 9", "need:", "menus.0.need", "8 项"),
        ("need: 2", "need: 8", "{code: cases", "menus.0.entries", "论文"),
        ("evidence: [LICENCE]", "evidence: [MAGIC]", "MAGIC", "gates.1.evidence.0", "MAGIC"),
        ("code: education\n", "code: ethics # again\n", "# again", "gates.2.code", "ethics"),
        ("code: licence", "code: 执照", "code: 执照", "gates.1.code", "字母"),
        ("  research_report:", "  report:", "  report:", "documents.report", "没有名为此的项目"),
        ("at_least: 5", "at_least: 5\n    fields: [医学]", "fields: [医学]", "gates.3.fields", "所学专业"),
        (
            "fact: years_in_present_title",
            "fact: degree_of_specialty",
            "at_least: 5",
            "gates.3.at_least",
            "应为 1",
        ),
        ("title: 青海", "title: 12\nlevel: MIDDLE\n# ", "title: 12", "title", "应为文字"),
    ],
)
async def test_a_problem_is_told_with_its_line(stage, old, new, words, path, reason):
    """Whatever is mistyped is found in the line where it stands, and its reason is in Chinese."""
    await stage.time(OCTOBER)
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    found = await checked(stage, text)
    (line, _, told) = next(each for each in found if each[1] == path)
    assert reason in told
    assert line == line_of(text, words), found


async def test_every_problem_is_told_at_once(stage):
    """Three mistakes, three lines, in their order."""
    await stage.time(OCTOBER)
    text = TEXT.replace("[LICENCE]", "[MAGIC]").replace("[DEGREE]", "[ALCHEMY]").replace("need: 2", "need: 9")
    assert [path for _, path, _ in await checked(stage, text)] == [
        "gates.1.evidence.0",
        "gates.2.evidence.0",
        "menus.0.need",
    ]


@pytest.mark.clause("1.3.1")
async def test_a_regions_text_is_held_against_the_provincial_criteria(stage):
    """What falls short is told at its own line; what is missing, where it should stand."""
    await stage.time(OCTOBER)
    await stage.criteria()
    token = stage.places.token("TITLE_OFFICER", stage.places.prefecture)
    own = TEXT + f"serves_id: {stage.places.prefecture.id}\n"
    assert await checked(stage, own, token) == []
    low = own.replace("at_least: 5", "at_least: 4").replace("code: ethics", "code: morals")
    found = await checked(stage, low, token)
    assert [(line, path) for line, path, _ in found] == [
        (line_of(low, "code: morals"), "gates.ethics"),
        (line_of(low, "at_least: 4"), "gates.seniority.at_least"),
    ]
    elsewhere = TEXT + f"serves_id: {stage.places.hospital.id}\n"
    assert [path for _, path, _ in await checked(stage, elsewhere, token)] == ["serves_id"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("评审条件", 1),
        ("- a\n- b\n", 1),
        ("series: HEALTH\ngates: [\n", 2),
        ("series: HEALTH\nseries: HEALTH\n", 2),
        ("a: &a [x]\nb: *a\n", 2),
        ("a: " + "[" * 40 + "]" * 40, 1),
        ("a: " + "[" * 60_000, 1),
        ("a: !!python/object:os.system x\n", 1),
        ("series: HEALTH\ntitle: !!bool x\n", 2),
        ("title: !!int ''\n", 1),
        ("title: !!timestamp x\n", 1),
        ("? [a, b]\n: c\n", 1),
        ('title: "a\\0b"\n', 1),
        ("a: \x07\n", 1),
        ("gates: [{at_least: .nan}]\n", 1),
        ("effective_from: !!timestamp 2023-02-30\n", 1),
        ("a: " + "9" * 5_000, 1),
    ],
)
async def test_what_is_no_criteria_at_all_is_told_too(stage, text, line):
    """Broken, empty, repeated, deep or self-referring texts: an answer with a line, never a failure."""
    await stage.time(OCTOBER)
    found = await checked(stage, text)
    assert found
    assert line in {each[0] for each in found}


@pytest.mark.clause("1.1")
async def test_after_the_day_they_are_due_no_text_is_valid(stage):
    """Until it ends it is; afterwards the answer names the article, and the problems of the text as before."""
    await stage.time("2023-12-31T23:00+08:00")
    assert await checked(stage, TEXT) == []
    await stage.time("2024-01-01T00:00+08:00")
    answer = await stage.ask("POST", "/criteria/check", stage.office, {"text": TEXT})
    told = answer.json()
    (late,) = told["findings"]
    assert (told["valid"], told["problems"], late["code"], cites(late)) == (
        False,
        [],
        "PROPOSAL_LATE",
        {"一（一）"},
    )


async def test_the_language_asked_for(stage):
    """English for who asks for it."""
    await stage.time(OCTOBER)
    text = TEXT.replace("need: 2", "need: 9")
    ((_, _, told),) = await checked(stage, text, **{"accept-language": "en"})
    assert told == "The menu achievements asks for 9 achievements and lists 8."


@pytest.mark.parametrize("role", ["APPLICANT", "RECOMMENDER", "REVIEWER"])
async def test_only_who_may_propose_checks(stage, role):
    """Others are refused; a text too long is malformed."""
    token = stage.places.token(role, stage.places.hospital)
    problem(await stage.ask("POST", "/criteria/check", token, {"text": TEXT}), 403, "ROLE_MISSING")
    answer = await stage.ask("POST", "/criteria/check", stage.office, {"text": "a" * 200_001})
    problem(answer, 422, "REQUEST_MALFORMED")
