"""The catalogue as data: whole, and refused with file and reason where it is not."""

from __future__ import annotations

import re
import shutil
from enum import StrEnum
from pathlib import Path

import pytest

from services.accounts.contract import OrganisationKind
from services.kit.policy import PolicyError
from services.notifications.template.events import EVENTS
from services.notifications.template.policy import CATALOGUE, load_catalogue
from services.notifications.webhook.policy import load_telling
from services.quota.annual_form import states as annual_form
from services.quota.contract import TitleLevel
from services.workflow.committee import states as committee
from services.workflow.contract import CycleOpened
from services.workflow.criteria import states as criteria
from services.workflow.declaration import states as declaration
from services.workflow.meeting import states as meeting
from services.workflow.publicity import states as publicity
from services.workflow.recognition import states as recognition

CODES = {
    "titles.quota.annual_form.moved.v1": (annual_form.FormState, annual_form.Action),
    "titles.workflow.criteria.moved.v1": (criteria.CriteriaState, criteria.CriteriaAction),
    "titles.workflow.objection.moved.v1": (publicity.ObjectionState, publicity.ObjectionAction),
    "titles.workflow.declaration.moved.v1": (declaration.State, declaration.Action),
    "titles.workflow.meeting.moved.v1": (meeting.State, meeting.Action),
    "titles.workflow.expert.moved.v1": (committee.ExpertState, committee.ExpertAction),
    "titles.workflow.recognition.moved.v1": (recognition.RecognitionState, recognition.RecognitionAction),
}


def test_every_event_is_told_or_silent_for_a_reason():
    """No event of any contract is forgotten."""
    catalogue = load_catalogue(EVENTS)
    told = {each.event for each in catalogue.templates}
    assert told | set(catalogue.silent) == set(EVENTS)
    assert all(len(reason) > 20 for reason in catalogue.silent.values())


def test_of_every_event_it_is_said_whether_third_parties_hear_of_it():
    """One that is left out stops the service at start, and so does one of which both are said."""
    telling = load_telling(EVENTS)
    unheard_of = dict(EVENTS) | {"titles.workflow.new.v1": CycleOpened}
    with pytest.raises(PolicyError, match="left out: titles"):
        load_telling(unheard_of)
    assert set(telling.events) < set(EVENTS)


@pytest.mark.parametrize("event", CODES)
def test_conditions_name_states_and_actions_that_exist(event):
    """A notice that waits for a state which the table does not know would never be sent."""
    states, actions = CODES[event]
    known: dict[str, type[StrEnum]] = {"before": states, "after": states, "action": actions}
    for template in load_catalogue(EVENTS).templates:
        if template.event == event:
            for field, values in template.when.items():
                assert set(values) <= {each.value for each in known[field]}, template.key


@pytest.mark.parametrize(
    ("action", "key"),
    [
        ("ACCEPT", "declaration_accepted"),
        ("DEFER", "declaration_deferred"),
        ("UNTABLE", "declaration_off_agenda"),
    ],
)
def test_what_is_accepted_anew_is_told_why(action, key):
    """Accepted, put off by a meeting, or off the agenda of one that was cancelled: the same state, three notices."""
    moved = {"action": action, "before": "IN_MEETING", "after": "ACCEPTED"}
    found = load_catalogue(EVENTS).of("titles.workflow.declaration.moved.v1", moved)
    assert [each.key for each in found] == [key]


def test_both_languages_tell_the_same_facts():
    """English and Chinese use the same variables."""
    for template in load_catalogue(EVENTS).templates:
        assert template.zh.variables() == template.en.variables(), template.key
        assert not re.search("[\u4e00-\u9fff]", template.en.title + template.en.body), template.key


@pytest.mark.parametrize(("field", "words"), [("level", TitleLevel), ("kind", OrganisationKind)])
def test_codes_are_called_what_their_contract_calls_them(field, words):
    """Every code that a notice may show has its official Chinese term, and an English one."""
    labels = load_catalogue(EVENTS).labels[field]
    for word in words:
        assert labels[word.value].zh == word.zh
        assert labels[word.value].en


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("{number}", "{nummer}", "the event has no nummer"),
        ("{number}", "{number.real}", "not a plain name"),
        ("{number}", "{number!r}", "not a plain name"),
        ("person: person_id", "person: number", "number is no id of the event"),
        ("person: person_id", "person: persons", "persons is no id of the event"),
        (
            "titles.workflow.declaration.moved.v1",
            "titles.workflow.declaration.mowed.v1",
            "no contract has an event",
        ),
        ("roles: [REVIEWER]", "roles: [REVIEWERS]", "roles.0"),
        ("{person: person_id}", "{person: person_id, everyone: true}", "name exactly one of"),
        (", roles: [REVIEWER]", "", "seats need roles"),
        ("article: office_accepts", "artikel: office_accepts", "article: Field required"),
        ("key: declaration_in_meeting", "key: declaration_accepted", "repeated: declaration_accepted"),
        ("templates:", "templates: [", "not YAML"),
    ],
)
def test_a_broken_catalogue_is_refused_with_its_reason(tmp_path: Path, old, new, reason):
    """A slip in the data stops the service at start, with the file and what is wrong."""
    folder = Path(shutil.copytree(CATALOGUE, tmp_path / "catalogue"))
    file = folder / "declaration.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError, match=re.escape(reason)) as refused:
        load_catalogue(EVENTS, folder)
    assert str(folder) in str(refused.value)


def test_a_forgotten_event_is_refused(tmp_path: Path):
    """An event that is neither told nor silent stops the service at start."""
    folder = Path(shutil.copytree(CATALOGUE, tmp_path / "catalogue"))
    (folder / "meeting.yaml").unlink()
    with pytest.raises(
        PolicyError, match=r"neither told nor silent: .*titles\.workflow\.result\.publicised\.v1"
    ):
        load_catalogue(EVENTS, folder)
