"""The engine of state machines, walked over every state, action and actor."""

from __future__ import annotations

from itertools import product
from uuid import uuid4

import pytest

from services.kit.auth import Actor
from services.kit.errors import Language
from services.kit.steps import (
    ActionNotAvailable,
    NotYourStep,
    RulesBroken,
    StaleVersion,
    actions_from,
    articles_used,
    available_actions,
    decide,
)
from tests.kit.probe import ARTICLES, STEPS, Action, Case, State

HERE = uuid4()


def case(state: State = State.OFF, brightness: int = 10) -> Case:
    """A lamp here."""
    return Case(uuid4(), state, 3, (uuid4(), HERE), brightness)


@pytest.fixture
def actors(seat, node):
    """Everybody: who may, who has another role, who is elsewhere, who has no seat."""
    here, elsewhere = node("EMPLOYER", "COUNTY", HERE), node("EMPLOYER", "COUNTY")

    def actor(*seats):
        return Actor(id=uuid4(), kind="person", name="x", seats=seats)

    return {
        "janitor": actor(seat("JANITOR", here)),
        "visitor": actor(seat("VISITOR", here)),
        "janitor elsewhere": actor(seat("JANITOR", elsewhere)),
        "nobody": actor(),
    }


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
@pytest.mark.parametrize("who", ["janitor", "visitor", "janitor elsewhere", "nobody"])
def test_every_state_action_and_actor(actors, state, action, who):
    """A step is taken by its taker from its state; everybody else is told which of the two is wrong."""
    step = STEPS.get((state, action))
    if step is None:
        with pytest.raises(ActionNotAvailable) as refused:
            decide(STEPS, case(state), action, actors[who], ARTICLES)
        assert set(actions_from(STEPS, state)) == set(refused.value.params["possible"].split("、"))
    elif who != "janitor":
        with pytest.raises(NotYourStep) as refused:
            decide(STEPS, case(state), action, actors[who], ARTICLES)
        assert refused.value.basis == (ARTICLES["switching"],)
        assert available_actions(STEPS, case(state), actors[who]) == []
    else:
        move = decide(STEPS, case(state), action, actors[who], ARTICLES)
        assert (move.before, move.after, move.version) == (state, step.to, 3)
        assert move.seat.organisation_id == HERE
        assert available_actions(STEPS, case(state), actors[who]) == [action]


def test_broken_rules_are_all_told_with_their_articles(actors):
    """Each finding has its figures in both languages, its field and its basis."""
    with pytest.raises(RulesBroken) as refused:
        decide(STEPS, case(brightness=500), Action.SWITCH_ON, actors["janitor"], ARTICLES)
    [finding] = refused.value.findings
    assert (finding.code, finding.field, finding.basis) == ("NO_GLARE", "brightness", (ARTICLES["no_glare"],))
    assert "亮度 500 超过 100" in refused.value.message(Language.ZH)
    assert "500 exceeds 100." in refused.value.message(Language.EN)


def test_a_stale_version_is_told_before_the_rules(actors):
    """Who has read an old page loads it again first."""
    with pytest.raises(StaleVersion):
        decide(STEPS, case(brightness=500), Action.SWITCH_ON, actors["janitor"], ARTICLES, version=2)


def test_a_table_names_its_articles():
    """A policy can be checked for all of them at start."""
    assert articles_used(STEPS) == {"switching", "no_glare"}
