"""What the bench measures for docs/performance.md finds its place there, and its drawings can be read."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree as ET

import aiohttp
import asyncpg
import orjson
import pytest

from bench import processes, replicas, tools
from bench.executor import server
from bench.growth.operations import CONTROL
from bench.growth.run import Cost
from bench.page.load import HANDFUL, Answer, Failing, Taken, one_round
from bench.page.peers import PeerMissing
from bench.performance import PARTS
from bench.report import sections
from bench.report.drawing import Bar, bars, curves
from bench.report.page import PAGE, Section, Table, write
from bench.transitions import ours
from bench.transitions.rivals import Pgbench, RivalFailed
from bench.tree import Curve
from services.kit.db import Database


@pytest.mark.parametrize("part", PARTS)
def test_each_part_has_its_place_on_the_page(part: str):
    """Its marks are there, once and in order."""
    page = PAGE.read_text(encoding="utf-8")
    assert page.count(f"<!-- {part}:begin -->") == page.count(f"<!-- {part}:end -->") == 1
    assert page.index(f"<!-- {part}:begin -->") < page.index(f"<!-- {part}:end -->")


def test_what_was_measured_stands_between_its_marks_and_nothing_else_changes(tmp_path, monkeypatch):
    """Written twice it stands there once, with its drawing beside the page."""
    page = tmp_path / "performance.md"
    page.write_text("before\n<!-- tree:begin -->\nold\n<!-- tree:end -->\nafter\n", encoding="utf-8")
    monkeypatch.setattr("bench.report.page.PAGE", page)
    monkeypatch.setattr("bench.report.page.DRAWINGS", tmp_path / "drawings")
    section = Section("tree", (Table(("what", "ms"), [("a", "1")]),), ("Said.",), {"tree": "<svg/>"})
    for _ in range(2):
        write(section)
    table = "| what | ms |\n| --- | ---: |\n| a | 1 |"
    told = f"<!-- tree:begin -->\n{table}\n\n![tree](performance/tree.svg)\n\nSaid.\n<!-- tree:end -->"
    assert page.read_text(encoding="utf-8") == f"before\n{told}\nafter\n"
    assert (tmp_path / "drawings" / "tree.svg").read_text(encoding="utf-8") == "<svg/>"
    with pytest.raises(LookupError):
        write(Section("growth", ()))


def test_what_a_question_to_the_tree_costs_is_told_with_its_ratio():
    """At each size, and at the largest over the smallest."""
    section = sections.tree([Curve("subtree check", {1_000: 2.0, 10_000: 3.0})])
    assert [[*each] for each in section.tables[0].rows] == [["subtree check", "2.00", "3.00", "1.50"]]
    assert "subtree check" in section.drawings["tree"]


def test_what_an_operation_costs_is_told_at_each_size_with_its_ratio():
    """Processors and pages each, and beside what grows by nothing; of fewer than ten pages at the smallest size no ratio is told."""
    still, same = Cost({"gateway": 4.0, "database": 0.0}, 0.0), Cost({"gateway": 2.0, "database": 0.0}, 0.0)
    small, large = Cost({"gateway": 1.0, "database": 1.0}, 9.9), Cost({"gateway": 1.0, "database": 2.0}, 30.0)
    person, people = replace(small, pages=10.0), replace(large, pages=20.0)
    section = sections.growth(
        {
            10_000: {CONTROL: same, "worklist": large, "person": people},
            1_000: {CONTROL: still, "worklist": small, "person": person},
        }
    )
    paid, looked = ([[*row] for row in table.rows] for table in section.tables)
    assert paid == [
        [CONTROL, "4.0 (0.0)", "2.0 (0.0)", "0.50", "1.00"],
        ["worklist", "2.0 (1.0)", "3.0 (2.0)", "1.50", "3.00"],
        ["person", "2.0 (1.0)", "3.0 (2.0)", "1.50", "3.00"],
    ]
    assert looked == [[CONTROL, "0", "0", ""], ["worklist", "10", "30", ""], ["person", "10", "20", "2.00"]]
    assert "worklist" in section.drawings["growth"]
    nothing = {CONTROL: Cost({"gateway": 0.0, "database": 0.0}, 10.0)}
    assert [*sections.growth({10: nothing, 100: nothing}).tables[0].rows[0]][-2:] == ["1.00", "1.00"]
    assert "worklist" not in section.drawings["growth-pages"]
    assert "person" in section.drawings["growth-pages"]


def test_two_of_each_are_told_beside_one_of_each():
    """By answers a second, and by what an answer costs all its replicas, less what they use with nothing to do."""
    paid = {"gateway 0": 1.0, "gateway 1": 1.0, "PostgreSQL": 2.0}
    one = Taken([10.0], [0.1] * 100, paid, lasted=10.0, metered=20.0)
    two = Taken([15.0], [0.1] * 100, paid, lasted=5.0, metered=5.0)
    taken = {(replicas.PAGE, replicas.ONE): one, (replicas.PAGE, replicas.TWO): two}
    busy = {each: Taken(paid=paid, metered=took.lasted) for each, took in taken.items()}
    section = sections.doubled(replicas.Measured(taken, busy, {"PostgreSQL": 0.01}, 2))
    first, second = ([*row] for row in section.tables[0].rows)
    assert first[1:] == ["10.0", "100", "100", "20.0", "0.0", "18.0", "0.0", "0.0", "38.0", "0.40 of 2", "0"]
    assert second[-2] == "0.80 of 2"
    assert section.words == ["Two of each answer the page 1.50 times as often as one of each."]


@pytest.mark.parametrize("failing", [HANDFUL, HANDFUL + 1])
async def test_answers_that_fail_count_in_no_figure_and_more_than_a_handful_end_the_bench(failing: int):
    """Neither in the rate nor in the times."""

    async def fails(_: aiohttp.ClientSession) -> Answer:
        return Answer(b"nothing", good=False)

    async def tells(_: aiohttp.ClientSession) -> Answer:
        return Answer(b"told", good=True)

    taken = Taken()
    asks = iter([fails] * failing + [tells] * 3)
    if failing > HANDFUL:
        with pytest.raises(Failing, match="nothing"):
            await one_round(asks, taken, 1)
    else:
        await one_round(asks, taken, 1)
        assert (len(taken.seconds), taken.failed, taken.size) == (3, HANDFUL, len(b"told"))
        assert taken.rates == [3 / taken.lasted]


def test_without_a_program_a_part_leaves_a_line_and_the_others_are_measured(monkeypatch, capsys):
    """The line says what to install, also where a part finds it out by itself, and the end is not that of success."""
    measured = []

    def finds_out() -> None:
        raise PeerMissing("npm cannot install it here")

    parts = {"replicas": lambda: measured.append("replicas"), "page": finds_out}
    parts["tree"] = lambda: measured.append("tree")
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert tools.measure(parts, {"replicas": tools.HAPROXY}) == 1
    assert measured == ["tree"]
    told = ["replicas: install haproxy (apt install haproxy)", "page: npm cannot install it here"]
    assert capsys.readouterr().err.splitlines() == told
    assert tools.measure({"tree": parts["tree"]}, {}) == 0


@pytest.mark.parametrize("way", ["strawberry", "strawberry-plans", "graphql-core", "plans"])
async def test_every_way_of_the_executor_tells_of_its_errors(way: str):
    """As JSON, so that who measures it finds them."""
    answers = server.ways()[way]()
    asked = {"query": "query Page($id: ID!) { declaration(id: $id) { id } }"}
    told = orjson.loads(orjson.dumps(await answers({**asked, "variables": {}})))
    assert "$id" in told["errors"][0]["message"]
    assert await answers({**asked, "variables": {"id": "declaration-1"}}) == {
        "data": {"declaration": {"id": "declaration-1"}}
    }


async def test_a_transition_that_found_nothing_to_move_is_not_counted(fresh_database: str, tmp_path):
    """A rival counts every statement of pgbench: here it has no rows, and nothing has a history; nor may ours tell of more than there is."""
    async with Database(
        fresh_database.replace("postgresql://", "postgresql+asyncpg://"), pool_size=1
    ) as base:
        there = ours.Thing()
        await ours.prepared(base, [there])
        async with asyncpg.create_pool(fresh_database, min_size=0, max_size=1) as pool:
            await ours.guarded(base, [there])(0)
            await ours.checked(pool, [there])
            there.version += 1
            with pytest.raises(ours.Miscounted):
                await ours.checked(pool, [there])
        with pytest.raises(ours.Miscounted):
            await Pgbench(fresh_database, tmp_path).rate(1, 1)


async def test_pgbench_that_fails_is_told_by_its_own_words(fresh_database: str, tmp_path):
    """Its tables are not there."""
    with pytest.raises(RivalFailed, match="thing"):
        await Pgbench(fresh_database, tmp_path).rate(1, 1)


def test_what_a_process_had_in_memory_is_not_what_its_parent_had():
    """A small one that a large one starts is small."""
    large = b"x" * (200 << 20)
    small = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.3)"])
    seconds, megabytes = processes.ended(small)
    assert small.returncode == 0
    assert seconds > 0
    assert 1 < megabytes < len(large) >> 21


def test_drawings_are_xml_in_which_more_is_longer_and_higher():
    """The longest bar is the widest; a line that grows goes up, and nothing leaves the field."""
    found = ET.fromstring(bars("a < b", [Bar("one & two", 1.0, "1"), Bar("three", 4.0, "4")]))  # noqa: S314
    widths = [float(each.attrib["width"]) for each in found.iter() if each.tag.endswith("rect")][1:]
    assert widths[1] == 4 * widths[0]
    drawn = curves("title", "ms", {"grows": {10: 1.0, 100: 2.0}, "stays": {10: 1.0, 100: 1.0}})
    lines = [each for each in ET.fromstring(drawn).iter() if each.tag.endswith("polyline")]  # noqa: S314
    heights = [[float(point.split(",")[1]) for point in each.attrib["points"].split()] for each in lines]
    assert heights[0][0] > heights[0][1] >= 60
    assert heights[1][0] == heights[1][1]
