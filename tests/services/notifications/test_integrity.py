"""Who hears of a case of misconduct: who investigates, who stands above, the employer, the committee's office (一（八）)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from services.workflow.contract import IntegrityCaseMoved, MeetingCaseCharged
from tests.services.notifications.events import declaration_moved

DOCUMENT = "青人社厅函〔2024〕88号"


def moved(action: str, after: str, **told: Any) -> IntegrityCaseMoved:
    """A step of a case of which the person knows."""
    facts = {
        "case_id": uuid4(),
        "person_id": uuid4(),
        "hrss_id": uuid4(),
        "known": True,
        "due_on": "2024-03-01",
    }
    return IntegrityCaseMoved(**facts | told, action=action, after=after, document_number=DOCUMENT)


@pytest.fixture
def at(reader, titles, seat, node):
    """`await at(organisation, role)`: what is in the inbox of such a seat."""

    async def read(organisation: Any, role: str) -> list[str]:
        return await titles(await reader([seat(role, node("HRSS", "PROVINCE", id=organisation))]))

    return read


@pytest.mark.clause("1.8")
async def test_who_investigates_hears_the_person(bring, at):
    """What the person states, and that he or she appeals; who decides on the appeal is asked to; nobody hears twice."""
    investigating, decided, above = uuid4(), uuid4(), uuid4()
    await bring(moved("STATE", "HEARD", above_id=above, handling_ids=[investigating]))
    await bring(moved("APPEAL", "APPEALED", above_id=above, handling_ids=[investigating, decided]))
    assert await at(investigating, "SUPERVISOR") == ["当事人已提出申诉", "当事人已陈述申辩"]
    assert await at(decided, "TITLE_OFFICER") == ["当事人已提出申诉"]
    assert await at(above, "TITLE_OFFICER") == ["收到失信认定申诉，请复核"]
    assert await at(investigating, "REVIEWER") == []


@pytest.mark.clause("1.8", "3.6.3")
async def test_who_stands_above_hears_that_a_case_is_late(bring, at):
    """Only there; who has it knows."""
    superior, has = uuid4(), uuid4()
    await bring(moved("ESCALATE", "INVESTIGATING", superior_id=superior, hrss_id=has))
    assert await at(superior, "SUPERVISOR") == ["诚信案件逾期未办理"]
    assert await at(has, "SUPERVISOR") == []


@pytest.mark.clause("1.8")
async def test_employer_and_office_hear_what_a_finding_ends_or_holds(bring, at):
    """A declaration that ends, and one that a meeting has before it; its reviewers hear nothing."""
    unit, office = uuid4(), uuid4()
    told = {"unit_id": unit, "office_id": office}
    await bring(declaration_moved(action="DISQUALIFY", after="DISQUALIFIED", note=DOCUMENT, **told))
    await bring(MeetingCaseCharged(declaration_id=uuid4(), number="2023-1", document_number=DOCUMENT, **told))
    heard = ["评审会议上的申报已认定失信", "申报因认定失信终止"]
    assert await at(unit, "RECOMMENDER") == heard
    assert await at(office, "COMMITTEE_OFFICE") == heard
    assert await at(office, "REVIEWER") == []


@pytest.mark.clause("1.8")
async def test_who_is_employer_and_office_at_once_hears_in_both_capacities(bring, at):
    """A university with a committee of its own: the legal notice reaches those of either role, each once."""
    both = uuid4()
    told = {"unit_id": both, "office_id": both}
    await bring(MeetingCaseCharged(declaration_id=uuid4(), number="2023-1", document_number=DOCUMENT, **told))
    for role in ("RECOMMENDER", "ORGANISATION_MANAGER", "COMMITTEE_OFFICE"):
        assert await at(both, role) == ["评审会议上的申报已认定失信"]
    assert await at(both, "REVIEWER") == []
