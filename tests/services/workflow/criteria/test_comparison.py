"""Criteria of a region or unit beside the provincial ones: every item that falls short is named, and no other."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.workflow.criteria.comparison import lower
from tests.services.workflow.stage import CRITERIA


@dataclass
class Conditions:
    """Gates and menus as they are kept; those of the policy's example unless told otherwise."""

    gates: list[dict[str, Any]] = field(default_factory=lambda: deepcopy(CRITERIA["gates"]))
    menus: list[dict[str, Any]] = field(default_factory=lambda: deepcopy(CRITERIA["menus"]))

    def gate(self, code: str) -> dict[str, Any]:
        """One of its gates, to be changed."""
        return next(each for each in self.gates if each["code"] == code)


def fields(local: Conditions) -> list[str]:
    """The items in which `local` falls short of the example."""
    return [each.field for each in lower(local, Conditions())]


def test_the_same_and_the_stricter_fall_short_in_nothing():
    """More years, another gate, another evidence, another menu, a larger need, fewer entries to choose from."""
    assert fields(Conditions()) == []
    strict = Conditions()
    strict.gate("seniority")["at_least"] = 6
    strict.gate("ethics")["evidence"].append("AWARD")
    strict.gates.append({"code": "grass_roots", "text": "基层服务满一年"})
    strict.menus[0] |= {"need": 3, "entries": strict.menus[0]["entries"][:4]}
    strict.menus.append({**strict.menus[0], "code": "salt_lake"})
    assert fields(strict) == []


@pytest.mark.parametrize(
    ("code", "changed", "short"),
    [
        ("seniority", {"at_least": 4.5}, "gates.seniority.at_least"),
        ("seniority", {"at_least": None}, "gates.seniority.at_least"),
        ("seniority", {"fact": "years_of_work", "at_least": 9}, "gates.seniority.at_least"),
        ("seniority", {"unit": "月", "at_least": 9}, "gates.seniority.at_least"),
        ("seniority", {"evidence": ["TITLE"]}, "gates.seniority.evidence"),
        ("ethics", {"evidence": []}, "gates.ethics.evidence"),
        ("ethics", {"code": "morals"}, "gates.ethics"),
    ],
)
def test_a_gate_that_falls_short_is_named(code, changed, short):
    """A threshold smaller, gone, or put to something else; an evidence dropped; the gate itself missing."""
    local = Conditions()
    local.gate(code).update(changed)
    assert fields(local) == [short]


def test_a_menu_that_falls_short_is_named():
    """Fewer achievements needed, or the menu missing."""
    fewer = Conditions()
    fewer.menus[0]["need"] = 1
    assert fields(fewer) == ["menus.achievements.need"]
    assert fields(Conditions(menus=[])) == ["menus.achievements"]


def test_every_item_is_named_at_once():
    """Who writes criteria hears of everything in one answer, in both languages, with the figures."""
    local = Conditions(menus=[])
    local.gate("seniority").update(at_least=3, evidence=["TITLE"])
    local.gates = [each for each in local.gates if each["code"] != "education"]
    found = lower(local, Conditions())
    assert [each.field for each in found] == [
        "gates.education",
        "gates.seniority.at_least",
        "gates.seniority.evidence",
        "menus.achievements",
    ]
    assert "3年" in found[1].zh
    assert "5年" in found[1].zh
    assert "APPOINTMENT" in found[2].en


def test_a_demand_of_a_matching_degree_falls_short_where_it_accepts_more_fields():
    """Fewer fields are stricter; another one, or no such demand, is not (一（五）3)."""

    def told(*accepted: str, **changed: Any) -> Conditions:
        demand = {"code": "degree", "text": "专业", "fact": "degree_of_specialty", "at_least": 1}
        return Conditions(gates=[demand | {"fields": list(accepted)} | changed], menus=[])

    provincial = told("土木工程", "道路桥梁")
    for local, short in (
        (told("土木工程"), []),
        (told("土木工程", "道路桥梁"), []),
        (told("土木工程", "水利水电"), ["gates.degree.fields"]),
        (told(fact=None, at_least=None), ["gates.degree.at_least"]),
    ):
        assert [each.field for each in lower(local, provincial)] == short


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.floats(0, 1000, allow_nan=False), st.floats(0, 1000, allow_nan=False)), max_size=6)
)
def test_a_threshold_falls_short_exactly_where_it_is_smaller(pairs):
    """Whatever the figures."""

    def told(which: int) -> Conditions:
        gates = [
            {"code": f"g{n}", "text": "条件", "fact": "years", "at_least": pair[which]}
            for n, pair in enumerate(pairs)
        ]
        return Conditions(gates=gates, menus=[])

    short = [each.field for each in lower(told(0), told(1))]
    assert short == [f"gates.g{n}.at_least" for n, (own, wanted) in enumerate(pairs) if own < wanted]
