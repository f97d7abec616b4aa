"""Facts that criteria may ask for beside the form: being on a list of entitled people, titles of limited validity."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import update

from services.workflow.criteria.model import Criteria
from services.workflow.entitlement.model import EntitlementEntry, EntitlementList
from tests.services.workflow.applicants import CONTENT, record
from tests.services.workflow.route.table import BASIS, title

NOW = datetime(2023, 11, 1, tzinfo=UTC)
LISTED = {"code": "listed", "text": "参加疫情防控的医务人员", "fact": "epidemic_listed", "at_least": 1}
SENIORITY = {
    "code": "seniority",
    "text": "满五年",
    "evidence": ["TITLE"],
    "unit": "年",
    "fact": "years_in_present_title",
    "at_least": 5,
}


@pytest.fixture
async def asked(season, session) -> None:
    """The season's criteria ask for both."""
    async with session("workflow") as tx:
        await tx.execute(update(Criteria).values(gates=[LISTED, SENIORITY], menus=[]))


async def found(office, person, draft) -> dict[str, dict]:
    """The items as the applicant is told of them."""
    path = f"/v1/declarations/{draft['id']}/evaluation"
    told = (await office.call("GET", path, person.token)).json()["items"]
    return {each["code"]: each for each in told}


@pytest.mark.clause("2.4.2")
async def test_criteria_may_ask_for_being_on_a_published_list(office, season, session, asked):
    """Not met without, nor by a list that is not published; met by one that is, on the article."""
    person = season.without_unit()
    draft = await office.draft(person)
    for state, verdict in ((None, "NOT_MET"), ("DRAFT", "NOT_MET"), ("PUBLISHED", "MET")):
        if state is not None:
            row = EntitlementList(
                id=uuid4(), province="qinghai", cycle_id=season.cycle_id, title="名单", state=state,
                document_number=state, published_at=NOW if state == "PUBLISHED" else None,
                organisation_id=season.root.id, lineage=[season.root.id],
            )  # fmt: skip
            entry = EntitlementEntry(
                province="qinghai", list_id=row.id, person_id=person.person_id, person_name="申报人",
                action="ADD", reason="援鄂", account_id=uuid4(), actor_name="审核人", at=NOW,
            )  # fmt: skip
            async with session("workflow") as tx:
                tx.add(row)
                await tx.flush()
                tx.add(entry)
        item = (await found(office, person, draft))["listed"]
        assert item["verdict"] == verdict
        assert "二（四）2" in {each["cite"] for each in item["basis"]}


@pytest.mark.clause("2.5.5")
async def test_a_title_of_other_work_alone_gives_no_years(office, season, neighbours, asked):
    """Seven years in it count for nothing here, on the article; beside another title of the level they do not matter."""
    person = season.without_unit()
    draft = await office.draft(person)
    draft = record(await office.edit(person, draft, CONTENT))
    limited = title("MIDDLE") | {"limits": ["MINORITY_LANGUAGE_PUBLISHING"], "basis": BASIS}
    for titles, have in (([limited], None), ([limited, title("MIDDLE")], 7)):
        neighbours.standings[person.person_id] = {"titles": titles}
        item = (await found(office, person, draft))["seniority"]
        assert item["have"] == have
        assert ("二（五）5" in {each["cite"] for each in item["basis"]}) == (have is None)
