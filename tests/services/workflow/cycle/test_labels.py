"""Every state and action of the early concepts has its Chinese name."""

from __future__ import annotations

import pytest

from services.workflow.committee import states as committee
from services.workflow.committee.steps import COMMITTEE_STEPS
from services.workflow.criteria import states as criteria
from services.workflow.criteria.steps import CRITERIA_STEPS
from services.workflow.cycle import states as cycle
from services.workflow.cycle.steps import ARRANGEMENT_STEPS, CYCLE_STEPS, SPECIALTY_STEPS
from services.workflow.publicity import states as publicity
from services.workflow.publicity.steps import OBJECTION_STEPS
from services.workflow.recommendation import states as recommendation
from services.workflow.recommendation.steps import PLAN_STEPS, RECOMMENDATION_STEPS


@pytest.mark.parametrize(
    ("steps", "label"),
    [
        (CYCLE_STEPS, cycle.label),
        (SPECIALTY_STEPS, cycle.label),
        (ARRANGEMENT_STEPS, cycle.label),
        (CRITERIA_STEPS, criteria.label),
        (COMMITTEE_STEPS, committee.label),
        (PLAN_STEPS, recommendation.label),
        (RECOMMENDATION_STEPS, recommendation.label),
        (OBJECTION_STEPS, publicity.label),
    ],
)
def test_every_word_of_a_table_is_named(steps, label):
    """An official reads words, not codes; a state and an action of the same code are told apart."""
    for (state, action), step in steps.items():
        named = [label(each) for each in (state, action, step.to)]
        assert all(named)
        assert len(set(named)) == 3
