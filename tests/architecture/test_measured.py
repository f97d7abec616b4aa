"""What the bench measures for docs/performance.md finds its place there, and its drawings can be read."""

from __future__ import annotations

import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from bench import processes, replicas
from bench.growth.run import Cost
from bench.page.load import Taken
from bench.performance import PARTS
from bench.report import sections
from bench.report.drawing import Bar, bars, curves
from bench.report.page import PAGE, Section, Table, write
from bench.tree import Curve


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
    """Processors and pages each; what reads less than a page at the smallest size is held against one."""
    small, large = Cost({"gateway": 1.0, "database": 1.0}, 0.2), Cost({"gateway": 1.0, "database": 2.0}, 3.0)
    section = sections.growth({10_000: {"worklist": large}, 1_000: {"worklist": small}})
    rows = [[*table.rows[0]] for table in section.tables]
    assert rows == [["worklist", "2.0 (1.0)", "3.0 (2.0)", "1.50"], ["worklist", "0", "3", "3.00"]]
    assert all("worklist" in drawn for drawn in section.drawings.values())


def test_two_of_each_are_told_beside_one_of_each():
    """By answers a second, and by what an answer costs all its replicas."""
    paid = {"gateway 0": 1.0, "gateway 1": 1.0, "PostgreSQL": 2.0}
    one = Taken([10.0], [0.1] * 100, paid, 10.0)
    two = Taken([15.0], [0.1] * 100, paid, 5.0)
    taken = {(replicas.PAGE, replicas.ONE): one, (replicas.PAGE, replicas.TWO): two}
    section = sections.doubled(replicas.Measured(taken, 2))
    first, second = ([*row] for row in section.tables[0].rows)
    assert first[1:] == ["10.0", "100", "100", "20.0", "0.0", "20.0", "0.0", "0.0", "40.0", "0.40 of 2", "0"]
    assert second[-2] == "0.80 of 2"
    assert section.words == ["Two of each answer the page 1.50 times as often as one of each."]


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
