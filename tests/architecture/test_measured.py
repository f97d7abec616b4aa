"""What the bench measures for docs/performance.md finds its place there, and its drawings can be read."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

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
