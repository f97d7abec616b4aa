"""The rules of routes by themselves: figures against thresholds, and a table that cannot contradict itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import ValidationError

from services.accounts.contract import Amount, PersonKind, PersonStanding
from services.quota.contract import TitleLevel
from services.workflow.route import rules
from services.workflow.route.case import Case
from services.workflow.route.policy import RoutePolicy
from services.workflow.route.states import Fact, Verdict
from tests.services.workflow.neighbours import standing
from tests.services.workflow.route.table import amount
from tests.services.workflow.season import notice

MONTHS = some.integers(min_value=0, max_value=600)
PRIVATE = notice().routes.find("PRIVATE_DIRECT")


@given(confirmed=MONTHS, more=MONTHS, need=some.integers(min_value=1, max_value=600))
def test_a_figure_is_met_open_or_not_met(confirmed: int, more: int, need: int) -> None:
    """By what is confirmed, by what is declared beside it, or not at all."""
    verdict = rules.of_amount(Amount(confirmed=confirmed, with_declared=confirmed + more), need)
    assert (verdict is Verdict.MET) == (confirmed >= need)
    assert (verdict is Verdict.NOT_MET) == (confirmed + more < need)


@given(bachelor=MONTHS, college=MONTHS, secondary=MONTHS)
def test_either_education_opens_the_middle_level(bachelor: int, college: int, secondary: int) -> None:
    """Five years after the bachelor's degree or eight after junior college; no other education counts."""
    months = {"BACHELOR": bachelor, "JUNIOR_COLLEGE": college, "SECONDARY": secondary}
    served = [
        {"counts_as": level, "graduated_on": "2000-07-01", "months": amount(figure)}
        for level, figure in months.items()
    ]
    assert (judged(private_service=served) is Verdict.MET) == (bachelor >= 60 or college >= 96)


def judged(**told: Any) -> Verdict:
    """How the years in private enterprises are judged by a standing."""
    person = PersonStanding.model_validate(standing(PERSON, "2023-11-02", **told))
    case = Case(PersonKind.ENTERPRISE, None, "ENGINEERING", None, TitleLevel.MIDDLE, standing=person)
    found = rules.judge(case, PRIVATE, PRIVATE.checks, notice().articles)
    return next(each.verdict for each in found if each.finding.code == Fact.PRIVATE_SERVICE)


PERSON: Any = "018f0000-0000-7000-8000-000000000001"


def test_every_fact_is_worded_and_judged() -> None:
    """A condition that a policy may name has its words and its judgement."""
    assert set(rules.DEMANDS) == set(rules.JUDGES) == set(Fact)


ROUTE = {"code": "NORMAL", "title": "一般", "article": "a", "kinds": ["ENTERPRISE"]}
ARTICLES = {"a": {"cite": "一", "summary": "一"}}


@pytest.mark.parametrize(
    ("routes", "why"),
    [
        ([ROUTE, ROUTE], "named twice"),
        ([ROUTE | {"code": "OTHER"}], "there is no NORMAL"),
        ([ROUTE | {"article": "b"}], "no article b"),
        ([ROUTE, ROUTE | {"code": "OTHER"}], "take the same people"),
        ([ROUTE | {"checks": [{"fact": "HONOUR", "article": "a"}]}], "HONOUR takes honours"),
        ([ROUTE | {"checks": [{"fact": "ASSESSMENT", "article": "a", "at_least": 1}]}], "no parameter"),
        ([ROUTE | {"checks": [{"fact": "ASSESSMENT", "article": "c"}]}], "no article c"),
        ([ROUTE | {"checks": [{"fact": "REGISTERED_HERE", "article": "a", "province": "6300"}]}], "pattern"),
        ([ROUTE | {"kinds": []}], "at least 1"),
        ([ROUTE | {"waives": ["PUBLICITY"]}], "CONTINUING_EDUCATION"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(routes: list[dict[str, Any]], why: str) -> None:
    """At start, with the reason."""
    with pytest.raises(ValidationError, match=why):
        RoutePolicy.model_validate({"articles": ARTICLES, "routes": routes})
    RoutePolicy.model_validate({"articles": ARTICLES, "routes": [ROUTE]})
