"""A region organises a batch: it opens, publishes and withdraws it, once a route and year (一（四）2)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from services.accounts.contract import Role
from services.kit.audit import audit_log
from services.kit.outbox import outbox
from services.kit.transition import history
from services.workflow.batch.model import Batch
from services.workflow.batch.states import BatchAction, BatchState
from services.workflow.batch.steps import BATCH_STEPS
from services.workflow.declaration.model import Declaration
from tests.platform.tokens import mint, node, seat
from tests.services.workflow.applicants import Office, codes, record
from tests.services.workflow.season import COUNTY, COUNTY_CLINIC, Line, Season

AT_ONCE = 64
ARTICLE = {"一（四）2"}
DAYS = {
    "DECLARE": ("2023-11-15", "2024-01-05"),
    "REVIEW": ("2023-11-15", "2024-01-15"),
    "MEET": ("2024-01-10", "2024-01-25"),
}


def windows(**changed: tuple[str, str]) -> list[dict[str, str]]:
    """The windows of a batch."""
    days = (DAYS | changed).items()
    return [{"window": name, "opens": opens, "closes": closes} for name, (opens, closes) in days]


def cites(answer: httpx.Response) -> set[str]:
    """The articles that an answer rests on."""
    return {each["cite"] for each in answer.json()["basis"]}


@dataclass
class Region:
    """A county that organises a batch, and its line."""

    office: Office
    season: Season
    line: Line

    @property
    def officer(self) -> str:
        """The county's title officer."""
        return self.line.token("TITLE_OFFICER", -1, name="格尔木市人社局")

    def body(self, **changed: Any) -> dict[str, Any]:
        """A batch of farmers and herders."""
        told = {"title": "第二批农牧民职称评审", "document_number": "格人社〔2023〕45号", "route": "FARMER"}
        return {"cycle_id": str(self.season.cycle_id), "windows": windows(), **told, **changed}

    async def open(self, token: str | None = None, **changed: Any) -> httpx.Response:
        """Open it."""
        return await self.office.call("POST", "/v1/batches", token or self.officer, json=self.body(**changed))

    async def act(
        self, batch: dict[str, Any], action: str, token: str | None = None, **more: Any
    ) -> httpx.Response:
        """Take a step of it."""
        path = f"/v1/batches/{batch['id']}/actions/{action}"
        return await self.office.call("POST", path, token or self.officer, json=more)

    async def published(self, **changed: Any) -> dict[str, Any]:
        """A batch in which the county's farmers declare."""
        opened = record(await self.open(**changed), 201)
        return record(await self.act(opened, "PUBLISH"))


@pytest.fixture
def region(office, season) -> Region:
    """A county of the season's province; it is 20 November."""
    return Region(office, season, Line.of(COUNTY, season.root))


async def traces(session) -> list[int]:
    """How much history, audit and news there is."""
    async with session("workflow") as tx:
        tables = (history, audit_log, outbox, Batch.__table__)
        return [await tx.scalar(select(func.count()).select_from(each)) for each in tables]


@pytest.mark.clause("1.4.2")
async def test_nobody_declares_before_it_is_published(region, office, season):
    """A draft is its line's own and opens nothing; published it is read by anybody, and a farmer's declaration is in it."""
    farmer = season.without_unit("FARMER_HERDER", region.line)
    refused = await office.create(farmer)
    assert (codes(refused), cites(refused)) == (["NO_BATCH_OPEN"], ARTICLE)
    assert "COUNTY HRSS" in refused.json()["message"]
    answer = await region.open()
    opened = record(answer, 201)
    assert (opened["state"], cites(answer)) == ("DRAFT", ARTICLE)
    assert opened["available_actions"] == ["PUBLISH", "WITHDRAW"]
    assert codes(await office.create(farmer)) == ["NO_BATCH_OPEN"]
    path = f"/v1/batches/{opened['id']}"
    for token, status in ((None, 404), (farmer.token, 404), (region.line.token("TITLE_OFFICER", 1), 200)):
        assert (await office.call("GET", path, token)).status_code == status
    answer = await region.act(opened, "PUBLISH", version=1)
    assert (record(answer)["state"], cites(answer)) == ("PUBLISHED", ARTICLE | {"三（六）"})
    told = (await office.call("GET", f"/v1/batches?cycle_id={season.cycle_id}&route=FARMER", None)).json()
    assert [(each["id"], each["windows"][0]["closes"]) for each in told["items"]] == [
        (opened["id"], "2024-01-05")
    ]
    answer = await office.create(farmer)
    assert (record(answer, 201)["batch_id"], cites(answer) >= ARTICLE) == (opened["id"], True)


async def put_into(session, person_id: UUID, batch_id: str) -> None:
    """Write somebody's declaration into a batch, past every rule."""
    async with session("workflow") as tx:
        own = update(Declaration).where(Declaration.person_id == person_id)
        await tx.execute(own.values(batch_id=UUID(batch_id)))


@pytest.mark.clause("1.4.2")
async def test_nobody_elses_declaration_is_in_a_batch(region, office, season, session):
    """A freelancer of the county and staff declare as ever; not even the database takes one of another route into it."""
    batch = await region.published()
    farmer = season.without_unit("FARMER_HERDER", region.line)
    others = [season.without_unit("FREELANCER", region.line), await season.recommended()]
    assert [(await office.draft(each))["batch_id"] for each in (farmer, *others)] == [batch["id"], None, None]
    wish = office.wish(batch_id=batch["id"])
    assert (await office.create(others[0], direct=wish)).status_code == 422
    with pytest.raises(IntegrityError, match="fk_declaration_batch"):
        await put_into(session, others[0].person_id, batch["id"])


@pytest.mark.clause("1.4.2")
async def test_the_nearest_batch_counts(region, office, season):
    """The prefecture's where the county has none, else the county's own; another prefecture's never."""
    elsewhere = Line.of(COUNTY, season.root)
    prefecture = await season.batch(region.line, -2)
    draft = await office.draft(season.without_unit("FARMER_HERDER", region.line))
    assert draft["batch_id"] == str(prefecture)
    batch = await region.published()
    draft = await office.draft(season.without_unit("FARMER_HERDER", region.line))
    assert draft["batch_id"] == batch["id"]
    refused = await office.create(season.without_unit("FARMER_HERDER", elsewhere))
    assert codes(refused) == ["NO_BATCH_OPEN"]


@pytest.mark.clause("1.4.2")
async def test_it_is_withdrawn_while_nothing_was_declared_in_it(region, office, season):
    """Withdrawn it takes nothing, and another may be opened; once somebody has begun, it stays."""
    first = await region.published()
    problem = await region.open()
    assert (problem.status_code, problem.json()["code"], cites(problem)) == (409, "BATCH_EXISTS", ARTICLE)
    assert record(await region.act(first, "WITHDRAW", note="文件有误"))["state"] == "WITHDRAWN"
    farmer = season.without_unit("FARMER_HERDER", region.line)
    assert codes(await office.create(farmer)) == ["NO_BATCH_OPEN"]
    assert (await office.call("GET", f"/v1/batches/{first['id']}", None)).json()["state"] == "WITHDRAWN"
    second = await region.published()
    assert (await office.draft(farmer))["batch_id"] == second["id"]
    refused = await region.act(second, "WITHDRAW")
    assert codes(refused) == ["BATCH_DECLARED_IN"]
    assert {each["cite"] for each in refused.json()["findings"][0]["basis"]} == ARTICLE


OTHERS = [
    ("TITLE_OFFICER", -3, "the province"),
    ("REVIEWER", -1, "its reviewer"),
    ("ORGANISATION_MANAGER", -1, "its manager"),
    ("APPLICANT", -1, "an applicant"),
]


@pytest.mark.clause("1.4.2")
@pytest.mark.parametrize(("role", "place", "who"), OTHERS, ids=[each[-1] for each in OTHERS])
async def test_nobody_else_opens_one(region, session, role, place, who):
    """The title officers of a prefecture or county do, and no other; nothing is written."""
    before = await traces(session)
    answer = await region.open(region.line.token(role, place))
    assert (codes(answer, 403), cites(answer)) == (["NOT_AN_ORGANISER"], ARTICLE)
    assert await traces(session) == before


async def test_who_sits_at_two_organises_for_the_one_that_is_named(region, season):
    """The organisation named is the one; a county's own authority is none that organises."""
    line, other = region.line, Line.of(COUNTY_CLINIC, season.root)
    both = mint([seat("TITLE_OFFICER", *line.nodes), seat("TITLE_OFFICER", *line.nodes[:2])])
    opened = record(await region.open(both, organisation_id=str(line.ids[1])), 201)
    assert opened["organisation_id"] == str(line.ids[1])
    assert codes(await region.open(other.token("TITLE_OFFICER", 3)), 403) == ["NOT_AN_ORGANISER"]
    assert codes(await region.open(both, organisation_id=str(uuid4())), 403) == ["NOT_AN_ORGANISER"]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"cycle_id": str(uuid4())}, 404, "CYCLE_NOT_FOUND"),
        ({"route": "FREELANCER"}, 422, "ROUTE_WITHOUT_BATCHES"),
        ({"route": "NOTHING"}, 422, "ROUTE_WITHOUT_BATCHES"),
        ({"document_number": "口头"}, 422, "DOCUMENT_NUMBER_INVALID"),
        ({"windows": windows(DECLARE=("2023-10-01", "2024-01-05"))}, 422, "BATCH_WITHIN_RUN"),
        ({"windows": windows(MEET=("2024-01-10", "2024-02-01"))}, 422, "BATCH_WITHIN_RUN"),
        ({"windows": windows(REVIEW=("2023-11-15", "2024-01-04"))}, 422, "BATCH_WINDOWS_IN_TURN"),
        ({"windows": windows(REVIEW=("2023-11-15", "2024-01-26"))}, 422, "BATCH_WINDOWS_IN_TURN"),
        ({"windows": windows(DECLARE=("2024-01-05", "2024-01-04"))}, 422, "REQUEST_MALFORMED"),
        ({"windows": windows()[:2]}, 422, "REQUEST_MALFORMED"),
        ({"windows": [*windows(), windows()[0]]}, 422, "REQUEST_MALFORMED"),
        ({"windows": [*windows()[:2], {**windows()[2], "window": "FILE"}]}, 422, "REQUEST_MALFORMED"),
        ({"title": " "}, 422, "REQUEST_MALFORMED"),
        ({"title": "\0"}, 422, "REQUEST_MALFORMED"),
        ({"state": "PUBLISHED"}, 422, "REQUEST_MALFORMED"),
    ],
)
async def test_what_cannot_be_is_refused(region, session, changed, status, code):
    """Another year, route, document, order of windows, or shape: refused with a code, nothing written."""
    before = await traces(session)
    answer = await region.open(**changed)
    found = [each["code"] for each in answer.json()["findings"]]
    assert (answer.status_code, code in (answer.json()["code"], *found)) == (status, True), answer.text
    assert await traces(session) == before


async def test_none_is_published_when_it_is_over(region, at):
    """Published on its last day of declaring, not a day later; after the run nothing is opened or moved."""
    opened = record(await region.open(windows=windows(DECLARE=("2023-11-15", "2023-11-22"))), 201)
    await at("2023-11-23T09:00+08:00", "workflow")
    assert codes(await region.act(opened, "PUBLISH")) == ["BATCH_OVER_ALREADY"]
    await at("2023-11-22T23:00+08:00", "workflow")
    record(await region.act(opened, "PUBLISH"))
    await at("2024-02-01T09:00+08:00", "workflow")
    assert codes(await region.act(opened, "WITHDRAW")) == ["RUN_OVER"]
    assert codes(await region.open(region.line.token("TITLE_OFFICER", 1))) == ["RUN_OVER"]


async def test_every_state_action_and_role(region, season, session):
    """The organiser's title officer takes each step of the table; nobody else takes any, and a refusal changes nothing."""
    beside = Line((*region.line.nodes[:2], node("HRSS", "COUNTY")))
    others = [
        *(region.line.token(role, -1) for role in Role if role is not Role.TITLE_OFFICER),
        *(region.line.token("TITLE_OFFICER", place) for place in (0, 1)),
        beside.token("TITLE_OFFICER", -1),
    ]
    batch = record(await region.open(), 201)
    for state in BatchState:
        async with session("workflow") as tx:
            published = None if state is BatchState.DRAFT else func.now()
            await tx.execute(update(Batch).values(state=state, published_at=published))
        before = await traces(session)
        for action in BatchAction:
            for token in others:
                assert (await region.act(batch, action, token)).status_code in (403, 404, 409)
            if (state, action) not in BATCH_STEPS:
                assert codes(await region.act(batch, action), 409) == ["ACTION_NOT_AVAILABLE"]
        assert await traces(session) == before
    for state, action in BATCH_STEPS:
        async with session("workflow") as tx:
            published = None if state is BatchState.DRAFT else func.now()
            await tx.execute(update(Batch).values(state=state, published_at=published))
        assert codes(await region.act(batch, action, version=99), 409) == ["STALE_VERSION"]
        assert record(await region.act(batch, action))["state"] == BATCH_STEPS[state, action].to


async def test_of_many_opened_at_once_there_is_one(region, season):
    """Sixty-four open a batch at the same instant: one is opened."""
    answers = await asyncio.gather(*(region.open() for _ in range(AT_ONCE)))
    assert sorted(each.status_code for each in answers) == [201] + [409] * (AT_ONCE - 1)
    assert await season.count(Batch) == 1


async def test_declaring_and_withdrawing_at_once(region, office, season):
    """Either it is withdrawn and nobody is in it, or somebody is in it and it stays."""
    for _ in range(3):
        batch = await region.published(organisation_id=str(region.line.ids[-1]))
        farmers = [season.without_unit("FARMER_HERDER", region.line) for _ in range(6)]
        before = await season.count(Declaration)
        acts = [office.create(each) for each in farmers]
        await asyncio.gather(*acts[:3], region.act(batch, "WITHDRAW"), *acts[3:])
        there = await season.count(Declaration) - before
        state = (await office.call("GET", f"/v1/batches/{batch['id']}", None)).json()["state"]
        assert (state == "WITHDRAWN") == (there == 0)
        region.line = Line.of(COUNTY, season.root)
