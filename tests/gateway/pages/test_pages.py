"""The public pages over the real workflow: what they say, in both languages, to good and to bad questions."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from base64 import b64encode
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import httpx
import pytest

from gateway.pages import wording
from gateway.pages.rendering import FOLDER
from gateway.pages.verify import HASH, ONWARD
from services.accounts.contract import OrganisationNature, PersonKind
from services.kit.errors import Language
from services.neighbours.client import Neighbour
from services.quota.contract import PostPool, TitleLevel
from services.workflow.certificate.states import Way
from services.workflow.cycle.states import CycleState, DecidedBy, Window
from services.workflow.declaration.states import State
from services.workflow.declaration.steps import STEPS
from services.workflow.policy import load
from services.workflow.publicity.states import PublicityKind, PublicityState
from services.workflow.route.states import Verdict, Waiver
from tests.gateway.fakes import Down
from tests.gateway.pages.conftest import browsing
from tests.gateway.pages.scene import HOSTILE, STATES, Scene
from tests.platform.settings import POLICIES

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SPOKEN = {
    "cycle_state": CycleState,
    "window": Window,
    "level": TitleLevel,
    "decided_by": DecidedBy,
    "publicity_kind": PublicityKind,
    "publicity_state": PublicityState,
    "pool": PostPool,
    "person_kind": PersonKind,
    "nature": OrganisationNature,
    "verdict": Verdict,
    "waiver": Waiver,
    "way": Way,
    "declaration_state": State,
}
"""Kinds of words, and the vocabulary of each."""


def parsed(page: str) -> ET.Element:
    """The page as a tree: every element closed, every attribute quoted and told once."""
    return ET.fromstring(page.removeprefix("<!doctype html>"))  # noqa: S314 - our own page


def checked(answer: httpx.Response, lang: str) -> ET.Element:
    """The tree of a page that is whole: language, one heading, labels for every field, no id twice, no script."""
    tree = parsed(answer.text)
    assert (tree.get("lang"), answer.headers["content-language"]) == (lang, lang)
    ids = [each.get("id") for each in tree.iter() if each.get("id")]
    assert len(ids) == len(set(ids)), ids
    labelled = {each.get("for") for each in tree.iter("label")}
    fields = [
        each for kind in ("input", "select") for each in tree.iter(kind) if each.get("type") != "hidden"
    ]
    assert {each.get("id") for each in fields} == labelled
    assert len(list(tree.iter("h1"))) == len(list(tree.iter("main"))) == 1
    assert [each.text for each in tree.iter("script")] == ([ONWARD] if allowed(answer) else [])
    assert not [
        each for each in tree.iter() if each.get("style") or any(n.startswith("on") for n in each.attrib)
    ]
    return tree


def allowed(answer: httpx.Response) -> bool:
    """Whether the policy of a page lets its one line run, which leads QR codes of older paper on; nothing else ever may."""
    return f"; script-src 'sha256-{HASH}'" in answer.headers["content-security-policy"]


def foreign(element: ET.Element) -> list[str]:
    """The Chinese of an English page that is not marked as Chinese."""
    if (element.get("lang") or "en").startswith("zh"):
        return []
    own = [element.text, *(each.tail for each in element), element.get("aria-label")]
    found = [each for each in own if each and CHINESE.search(each)]
    return found + [each for child in element for each in foreign(child)]


async def test_every_page_is_whole_in_both_languages(web: httpx.AsyncClient, scene: Scene) -> None:
    """Valid, headed, labelled, without script; English says nothing in Chinese that it does not mark so; links lead on."""
    led: set[str] = set()
    for path in scene.paths:
        for lang, tag in (("zh", "zh-CN"), ("en", "en")):
            answer = await web.get(path, headers={"accept-language": lang})
            assert answer.status_code == 200, (path, answer.text)
            tree = checked(answer, tag)
            guard(answer)
            if lang == "en":
                assert foreign(tree.find("body")) == [], path
        led |= {each.get("href", "") for each in tree.iter("a")}
    assert "/docs" in led
    for path in sorted(each for each in led if each.startswith("/")):
        assert (await web.get(path)).status_code == 200, path


def guard(answer: httpx.Response) -> None:
    """Nothing runs, nothing is framed, nothing is guessed, and nobody is told where a reader comes from."""
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["vary"] == "accept-language"


async def test_the_language_is_the_browsers_until_another_is_chosen(web: httpx.AsyncClient) -> None:
    """A link switches it, and every link goes on in it; what is no language is none."""
    tree = checked(await web.get("/?lang=en"), "en")
    links = [each.get("href", "") for each in tree.find("body/main").iter("a")]
    assert links
    assert all(each.endswith("?lang=en") for each in links)
    checked(await web.get("/?lang=xx", headers={"accept-language": "en-GB"}), "en")
    checked(await web.get("/?lang=zh", headers={"accept-language": "en-GB"}), "zh-CN")


@pytest.mark.clause("1.1")
async def test_each_criterion_tells_its_document_and_article(web: httpx.AsyncClient, scene: Scene) -> None:
    """Where its text stands, as whoever published it wrote; what was written before without one is shown without."""
    text = (await web.get(f"/criteria/{scene.criteria}")).text
    for told in ("第七条（一）", "第九条（三）", "条款所在文件", 'title="卫生系列正高级评审条件"'):
        assert told in text, told


@pytest.mark.clause("3.6.3")
async def test_publicity_counts_down_and_tells_how_to_object(
    web: httpx.AsyncClient, site: Callable[..., Any], scene: Scene
) -> None:
    """Names as made public and no script of theirs, working days that are left, the last day; nothing of a cancelled one."""
    listed = (await web.get("/publicity")).text
    assert "卓玛" in listed
    assert HOSTILE not in listed
    assert "&lt;script&gt;" in listed
    one = await web.get(f"/publicity/{scene.result}")
    wanted = ("还剩 4 个工作日", "2024-01-17", "卫生系列", "副高级", "普通外科", str(scene.result))
    for told in (*wanted, "受理单位", "卫生系列高级评委会", "任何单位和个人", "三（六）3", 'href="/docs"'):
        assert told in one.text, told
    assert "noindex" in one.headers["x-robots-tag"]
    gone = (await web.get(f"/publicity/{scene.cancelled}")).text
    assert ("已撤销" in gone, "州医院" in gone) == (True, False)
    elsewhere = browsing(await site(application_url="https://zc.example.org/"))
    async with elsewhere as front:
        told = (await front.get(f"/publicity/{scene.result}")).text
    assert f'href="https://zc.example.org/publicity/{scene.result}"' in told


@pytest.mark.clause("1.3.3")
async def test_anybody_verifies_by_number_and_name(web: httpx.AsyncClient, scene: Scene) -> None:
    """The right pair shows the certificate with its limits; any other says the same; what is missing is asked for."""
    pair = {"number": scene.number, "name": scene.holder}
    right = await web.post("/verify", data=pair)
    checked(right, "zh-CN")
    for told in ("证书有效", "省第一医院", "本资格限基层有效", "青人社厅函〔2024〕12号"):
        assert told in right.text, told
    assert right.headers["cache-control"] == "no-store"
    for wrong in ({"name": HOSTILE}, {"number": "?"}):
        answer = await web.post("/verify", data=pair | wrong)
        checked(answer, "zh-CN")
        assert ("没有与该编号和姓名相符的证书" in answer.text, "省第一医院" in answer.text) == (True, False)
        assert HOSTILE not in answer.text
    for bad in ({}, {"number": ""}, pair | {"name": "长" * 121}, {"other": "x"}):
        answer = await web.post("/verify", data=bad)
        assert answer.status_code == 422
        assert 'role="alert"' in checked_text(answer)
    many = await web.post("/verify", data={f"field{n}": "x" for n in range(9)})
    assert many.status_code == 422
    assert "text/html" in many.headers["content-type"]


def checked_text(answer: httpx.Response) -> str:
    """The text of a page that is whole."""
    checked(answer, "zh-CN")
    return answer.text


async def test_routes_say_what_is_open_and_why_not(web: httpx.AsyncClient) -> None:
    """A private enterprise's staff: the direct route to the middle level with its conditions and articles; the rest is shut."""
    asked = {"kind": "ENTERPRISE", "nature": "PRIVATE_ENTERPRISE", "series": "ENGINEERING"}
    told = (await web.get("/routes", params=asked)).text
    middle = told.partition('id="level-MIDDLE"')[2].partition('id="level-')[0]
    open_ones, _, shut = middle.partition("<details>")
    for word in ("民营企业人才直接申报中级", "12个月", "一（五）1"):
        assert word in open_ones, word
    assert "援青人才" not in open_ones
    assert "人员类别不在该途径范围内" in shut
    assert "请选择人员类别和系列" in (await web.get("/routes", params={"kind": "FREELANCER"})).text


async def test_small_numbers_are_told_nobody(web: httpx.AsyncClient, scene: Scene) -> None:
    """Two that did not pass are not told, nor the next larger number, by which they could be worked out; others by fives."""
    figures = (await web.get("/figures")).text
    assert sum(STATES.values()) == 41
    assert "<strong>40</strong>" in figures
    table = figures.partition("按所处环节")[2]
    rows = dict(re.findall(r'<th scope="row">([^<]+)</th>\s*<td class="number">([^<]+)</td>', table))
    assert rows == {
        "填报中": "5", "逐级审核中": "5", "已受理": "5", "已备案发证": "10",
        "评审未通过": "不足以公布", "评委会办事机构受理审核": "不足以公布",
    }  # fmt: skip
    process = parsed((await web.get("/process")).text)
    drawn = [each.text for each in process.iter() if each.tag.endswith("text")]
    assert ("逐级审核中" in drawn, "5 件" in drawn, "不足以公布" in drawn, "2 件" in drawn) == (
        *(True, True, True), False,
    )  # fmt: skip


async def test_the_same_is_told_over_graphql(web: httpx.AsyncClient, scene: Scene) -> None:
    """Strangers ask which routes are open to whom, how many declarations there are, and how one goes on; typed, with articles."""
    asked = """query($cycle: ID!, $kind: PersonKind!, $series: String! = "ENGINEERING") {
      routesOpenTo(kind: $kind, nature: PRIVATE_ENTERPRISE, series: $series) {
        year items { level open routes { code verdict conditions { verdict basis { cite } } } } entitlements { title } }
      seasonFigures(cycleId: $cycle) { total toldFrom states { name number } cycle { year } }
      declarationProcess { state name steps { action leadsTo basis { cite } } } }"""
    cycle = b64encode(f"Cycle:{scene.season.cycle_id}".encode()).decode()

    async def ask(**given: Any) -> Any:
        answer = await web.post("/graphql", json={"query": asked, "variables": {"cycle": cycle} | given})
        return answer.json()

    told = (await ask(kind="ENTERPRISE"))["data"]
    levels = {each["level"]: each for each in told["routesOpenTo"]["items"]}
    (direct,) = [each for each in levels["MIDDLE"]["routes"] if each["code"] == "PRIVATE_DIRECT"]
    assert (told["routesOpenTo"]["year"], direct["verdict"]) == (scene.season.year, "UNKNOWN")
    assert all(each["basis"] for each in direct["conditions"])
    assert (told["seasonFigures"]["total"], told["seasonFigures"]["toldFrom"]) == (40, 5)
    assert {"name": "评审未通过", "number": None} in told["seasonFigures"]["states"]
    assert told["seasonFigures"]["cycle"] == {"year": scene.season.year}
    process = {each["state"]: each for each in told["declarationProcess"]}
    assert set(process) == set(State)
    assert {"PASSED", "NOT_PASSED"} <= {
        to for step in process["IN_MEETING"]["steps"] for to in step["leadsTo"]
    }
    assert all(step["basis"] for each in process.values() for step in each["steps"])
    for wrong, code in (({"series": "MAGIC"}, "SERIES_UNKNOWN"), ({"cycle": "?"}, "ID_OF_ANOTHER_KIND")):
        refused = (await ask(kind="ENTERPRISE", **wrong))["errors"]
        assert [each["extensions"]["code"] for each in refused] == [code]


async def test_bad_questions_get_friendly_pages(web: httpx.AsyncClient, scene: Scene) -> None:
    """What is not there is 404, what is not understood 422, each as a page; a program still gets a problem."""
    nothing = uuid4()
    for path in ("/nowhere", f"/publicity/{nothing}", "/criteria/not-an-id", f"/arrangements/{scene.draft}"):
        answer = await web.get(path)
        assert (answer.status_code, "没有找到" in checked_text(answer)) == (404, True), path
    assert (await web.get("/arrangements?year=1999")).status_code == 404
    wrong = ("/publicity?kind=x", "/publicity?after=%00", "/criteria?level=9", "/arrangements?year=abcd",
             "/routes?kind=%3Cscript%3E&series=HEALTH", "/publicity?after=nonsense", f"/routes?specialty={'长' * 200}")  # fmt: skip
    for path in wrong:
        answer = await web.get(path)
        assert answer.status_code == 422, path
        checked(answer, "zh-CN")
    assert (await web.put("/figures")).status_code == 405
    for elsewhere in ("//elsewhere.test/a", "/%5Celsewhere.test/a"):
        tree = checked(await web.get(f"http://gateway.test{elsewhere}"), "zh-CN")
        links = {each.get("href", "") for kind in ("a", "link") for each in tree.iter(kind)}
        assert not {each for each in links if each[1:2] in {"/", "\\"}}, links
    program = await web.get("/nowhere", headers={"accept": "application/json"})
    assert program.json()["code"] == "NOT_FOUND"


async def test_a_browser_keeps_a_page(web: httpx.AsyncClient) -> None:
    """The tag of a page that has not changed answers without it; another language has another; HEAD has no body."""
    first = await web.get("/criteria")
    assert first.headers["cache-control"] == "public, no-cache", (
        "here nothing is kept, so a browser asks each time"
    )
    again = await web.get("/criteria", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    english = {"if-none-match": first.headers["etag"], "accept-language": "en"}
    assert (await web.get("/criteria", headers=english)).status_code == 200
    sheet = await web.get("/pages/site.css")
    assert sheet.headers["content-type"].startswith("text/css")
    assert (await web.head("/")).status_code == 200


async def test_with_workflow_down_the_rest_works(
    site: Callable[..., Any], stack: AsyncExitStack, scene: Scene
) -> None:
    """A page that needs it says so, politely and with 503; the start, the form and the style sheet are there."""
    web = await stack.enter_async_context(browsing(await site(down=True)))
    for path in ("/publicity", "/figures", "/process", "/routes", f"/criteria/{scene.criteria}"):
        answer = await web.get(path)
        assert (answer.status_code, "服务暂时不可用" in checked_text(answer)) == (503, True), path
        assert answer.headers["retry-after"]
        assert answer.headers["cache-control"] == "no-store"
    sent = await web.post("/verify", data={"number": "1", "name": "甲"})
    assert sent.status_code == 503
    for path in ("/", "/verify", "/pages/site.css"):
        assert (await web.get(path)).status_code == 200


async def test_pages_ask_as_nobody_and_once_for_many(
    site: Callable[..., Any], stack: AsyncExitStack, scene: Scene
) -> None:
    """A reader's token, good or bad, changes nothing; what was just told is not asked for again."""
    app = await site(public_seconds=60)
    web = await stack.enter_async_context(browsing(app))
    bad = {"authorization": "Bearer forged"}
    assert (await web.get(f"/arrangements/{scene.draft}", headers=bad)).status_code == 404
    told = await web.get("/criteria", headers=bad)
    assert (told.status_code, told.headers["cache-control"]) == (200, "no-store")
    app.state.neighbours["workflow"] = Neighbour("workflow", "http://workflow.test", transport=Down())
    assert (await web.get("/criteria")).status_code == 200


async def test_a_flood_of_fresh_questions_is_slowed_down(
    site: Callable[..., Any], stack: AsyncExitStack, scene: Scene
) -> None:
    """Whoever asks for what nobody asked before has so much of it in a while; what is kept is there for all the same."""
    limits = {"page_cost": 100, "cost_bucket": 1000, "max_cost": 1000, "cost_per_second": 1}
    web = await stack.enter_async_context(browsing(await site(public_seconds=60, **limits)))
    told = [(await web.get(f"/criteria/{uuid4()}")) for _ in range(12)]
    assert [each.status_code for each in told] == [404] * 10 + [429] * 2
    assert "查询过于频繁" in checked_text(told[-1])
    assert int(told[-1].headers["retry-after"]) > 1
    assert (await web.post("/verify", data={"number": "1", "name": "甲"})).status_code == 429

    kept = await stack.enter_async_context(browsing(await site(public_seconds=60, **limits)))
    assert {(await kept.get("/criteria")).status_code for _ in range(20)} == {200}


def test_no_word_is_missing() -> None:
    """Every text a template names and every code a service tells has Chinese and English; neither is the other."""
    told = wording.catalogue()
    for pair in [
        *told["texts"].values(),
        *(pair for kind in told["words"].values() for pair in kind.values()),
    ]:
        zh, en = pair
        assert zh.strip()
        assert en.strip()
    for zh, en in (pair for kind in told["words"].values() for pair in kind.values()):
        assert CHINESE.search(zh)
        assert not CHINESE.search(en)
    named = {
        key
        for file in (FOLDER / "templates").glob("*.html")
        for key in re.findall(r'\bt\("(\w+)"[,)]', file.read_text(encoding="utf-8"))
    }
    assert named <= set(told["texts"])
    assert len(named) > 50
    for kind, words in SPOKEN.items():
        assert set(words) == set(wording.codes(kind)), kind
    policy = load(POLICIES, "qinghai").latest
    assert {each.code for each in policy.series.series} == set(wording.codes("series"))
    assert {each.code for each in policy.routes.routes} == set(wording.codes("route"))
    moving = {action for (state, action), step in STEPS.items() if step.to is not state}
    assert set(wording.codes("action")) <= moving
    assert wording.word(Language.EN, "route", "LATER_ONE", "后来的") == "Later one"
    assert wording.word(Language.ZH, "route", "LATER_ONE", "后来的") == "后来的"
