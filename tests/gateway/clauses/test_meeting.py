"""Review meetings, through the gateway: the plan ten days ahead, secrecy, recusal, and what a supervisor sees (三（三）、三（五）)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update
from strawberry.relay import GlobalID

from services.workflow.declaration.model import Declaration
from tests.gateway.conftest import Asker
from tests.platform.tokens import mint, seat
from tests.services.workflow.meeting import seated
from tests.services.workflow.meeting.hall import MEETING_DAY
from tests.services.workflow.meeting.season import (
    Person,
    Season,
    seed_committee,
    seed_declaration,
    seed_experts,
)

EXPERTS = 11
VERDICT = "basis { cite } errors { code findings { code basis { cite } } }"
SEEN = """query($id: ID!) { meeting(id: $id) { state ballotsMissing experts { name present }
  results { inFavour against present passed signature } deferred { reason } availableActions } }"""
AGENDA = """query($id: ID!) { meeting(id: $id) { agenda(first: 10) { edges { node {
  id number content voted inMyGroup hearings { place } } } } } }"""
OWN = "query($id: ID!, $d: ID!) { meeting(id: $id) { ownOpinions(declarationId: $d) { own { version text } } } }"
OPINIONS = (
    "query($id: ID!, $d: ID!) { meeting(id: $id) { opinions(declarationId: $d) { ofGroup ofExperts } } }"
)
RECOUNT = "query($id: ID!) { meeting(id: $id) { recount { inFavour against agrees signatureValid } } }"
PROCEDURE = """query($id: ID!) { meeting(id: $id) { history { action actorName } recusals { note }
  groups { name } hearings { outcome } experts { name present } } }"""


@dataclass
class Chamber:
    """A meeting on its day, as its callers know it."""

    front: Asker
    season: Season
    meeting: str
    cases: list[str]
    ids: dict[str, str] = field(default_factory=dict)

    async def act(self, token: str, act: str, returning: str = "", **given: Any) -> dict[str, Any]:
        """The payload of a mutation about the meeting, refused or not."""
        kind = act[0].upper() + act[1:]
        given = {"id" if act == "actOnMeeting" else "meetingId": self.meeting, **given}
        document = f"mutation($input: {kind}Input!) {{ {act}(input: $input) {{ {returning} {VERDICT} }} }}"
        payload: dict[str, Any] = (await self.front.data(document, token=token, input=given))[act]
        return payload

    async def done(self, token: str, act: str, returning: str = "", **given: Any) -> dict[str, Any]:
        """The same, not refused."""
        payload = await self.act(token, act, returning, **given)
        assert payload["errors"] == [], payload["errors"]
        return payload

    async def step(self, action: str, **given: Any) -> dict[str, Any]:
        """A step by the office."""
        return await self.act(self.season.office, "actOnMeeting", "meeting { state }", action=action, **given)

    async def see(self, token: str, document: str, **given: Any) -> Any:
        """The meeting as a query tells it; or the code of why not."""
        told = await self.front.ask(document, token=token, id=self.meeting, **given)
        if told.get("errors"):
            return told["errors"][0]["extensions"]["code"]
        return told["data"]["meeting"]

    def expert(self, person: Person) -> str:
        """The expert's own id, by the name the office knows."""
        return self.ids[person.name]


@pytest.fixture
async def chamber(http: httpx.AsyncClient, session, at):
    """Make `await chamber(cases=2, unready=1)`: eleven experts drawn for so many cases."""

    async def make(cases: int, **how: Any) -> Chamber:
        season = Season()
        async with session("workflow") as tx:
            await seed_committee(tx, season)
            await seed_experts(tx, season, EXPERTS)
            for _ in range(cases):
                await seed_declaration(tx, season)
            meeting_id = await seated.seat(tx, season, **how)
        await at(MEETING_DAY, "workflow")
        ids = [named("Declaration", each) for each in season.declarations]
        made = Chamber(Asker(http), season, named("Meeting", meeting_id), ids)
        listed = await made.see(season.office, "query($id: ID!) { meeting(id: $id) { experts { id name } } }")
        made.ids = {each["name"]: each["id"] for each in listed["experts"]}
        return made

    return make


def agenda(seen: dict[str, Any]) -> list[dict[str, Any]]:
    """The items of a page of the agenda."""
    return [each["node"] for each in seen["agenda"]["edges"]]


def named(kind: str, thing: UUID) -> str:
    """What the gateway calls a thing."""
    return str(GlobalID(kind, str(thing)))


@pytest.mark.clause("3.3.2")
async def test_a_meeting_whose_plan_was_filed_nine_days_ahead_does_not_open(chamber, at):
    """It is postponed by a day, and opens on that day and no other."""
    room = await chamber(1, filed=date(2024, 1, 1))
    [error] = (await room.step("OPEN"))["errors"]
    assert [(each["code"], each["basis"]) for each in error["findings"]] == [
        ("PLAN_FILED_LATE", [{"cite": "三（三）"}])
    ]
    assert (await room.step("POSTPONE", heldOn="2024-01-11"))["errors"] == []
    [error] = (await room.step("OPEN"))["errors"]
    assert [each["code"] for each in error["findings"]] == ["NOT_THE_DAY"]
    await at("2024-01-11T09:00+08:00", "workflow")
    opened = await room.step("OPEN")
    assert (opened["errors"], opened["meeting"]["state"]) == ([], "OPEN")


@pytest.mark.clause("3.3.3")
async def test_before_training_and_pledge_an_expert_sees_nothing(chamber):
    """Trained by the office, pledged in person, then the agenda without names; absent until the office has seen him or her."""
    room = await chamber(1, unready=1)
    who, office = room.season.experts[-1], room.season.office
    assert await room.see(who.token, AGENDA) == "EXPERT_NOT_READY"
    await room.done(office, "recordTraining", expertId=room.expert(who))
    assert await room.see(who.token, AGENDA) == "EXPERT_NOT_READY"
    early = await room.act(office, "recordAttendance", expertId=room.expert(who))
    assert [each["code"] for each in early["errors"]] == ["EXPERT_NOT_READY"]
    pledge = await room.see(who.token, "query($id: ID!) { meeting(id: $id) { pledge { text textSha256 } } }")
    signed = await room.done(who.token, "signPledge", textSha256=pledge["pledge"]["textSha256"])
    assert signed["basis"] == [{"cite": "三（五）"}]
    [item] = agenda(await room.see(who.token, AGENDA))
    assert (item["id"], item["voted"]) == (room.cases[0], False)
    assert "申报人" not in str(item)
    assert (await room.see(who.token, SEEN))["experts"] == [{"name": who.name, "present": False}]


@pytest.mark.clause("3.3.3")
async def test_a_vote_is_secret_of_those_present_and_counted_again(chamber):
    """One steps back from a case and is not counted in it; no score before the close, no ballot after it; the tally is signed."""
    room = await chamber(2)
    (left, kept), office, experts = room.cases, room.season.office, room.season.experts
    await room.done(office, "actOnMeeting", action="OPEN", chairId=room.expert(experts[0]))
    who = experts[3]
    gone = await room.done(who.token, "recuse", "recusedFrom", declarationId=left, note="师生关系")
    assert (gone["recusedFrom"], gone["basis"]) == ([left], [{"cite": "人社部令第40号"}])
    assert [each["id"] for each in agenda(await room.see(who.token, AGENDA))] == [kept]
    assert await room.see(who.token, OWN, d=left) == "RECUSED"
    for act, more in (("castBallot", {"inFavour": True}), ("writeOpinion", {"text": "同意"})):
        refused = await room.act(who.token, act, declarationId=left, **more)
        assert [each["code"] for each in refused["errors"]] == ["RECUSED"]
    for case in room.cases:
        voters = [each for each in experts if (each, case) != (who, left)]
        for number, each in enumerate(voters):
            await room.done(each.token, "castBallot", "cast", declarationId=case, inFavour=number < 7)
    again = await room.act(experts[0].token, "castBallot", declarationId=kept, inFavour=True)
    assert [each["code"] for each in again["errors"]] == ["ALREADY_VOTED"]
    for token in (office, room.season.supervisor, experts[0].token):
        assert (await room.see(token, SEEN))["results"] == []
    assert await room.see(office, RECOUNT) == "NOT_COUNTED"
    closed = await room.done(experts[0].token, "actOnMeeting", action="CLOSE_VOTE")
    assert {"cite": "人社部令第40号"} in closed["basis"]
    seen = (await room.see(office, SEEN))["results"]
    assert sorted((each["present"], each["inFavour"], each["passed"]) for each in seen) == [
        (10, 7, True), (11, 7, False),
    ]  # fmt: skip
    for each in (await room.see(office, RECOUNT))["recount"]:
        assert (each["inFavour"], each["agrees"], each["signatureValid"]) == (7, True, True)
    late = await room.act(who.token, "castBallot", declarationId=kept, inFavour=True)
    assert [each["code"] for each in late["errors"]] == ["NOT_VOTING_NOW"]


@pytest.mark.clause("3.3.3")
@pytest.mark.clause("3.5.1")
async def test_a_supervisor_sees_the_procedure_and_no_opinion_and_no_ballot(chamber, at):
    """Who came, who stepped back, groups and hearings, every step; opinions go to the office and the HRSS, unsigned."""
    room = await chamber(1)
    [case], season = room.cases, room.season
    office, watching, first = season.office, season.supervisor, season.experts[0]
    groups = [{"name": "全体", "expertIds": list(room.ids.values()), "declarationIds": [case]}]
    await room.done(office, "arrangeGroups", groups=groups)
    times = {"startsAt": "2024-01-10T09:30:00+08:00", "endsAt": "2024-01-10T10:00:00+08:00"}
    await room.done(office, "arrangeHearing", declarationId=case, kind="INTERVIEW", place="三楼", **times)
    mine = "query($d: ID!) { ownHearings(declarationId: $d) { kind place outcome } }"
    applicant = mint([seat("APPLICANT", season.province, season.hospital)], person_id=season.applicants[0].id)
    told = await room.front.data(mine, token=applicant, d=case)
    assert told["ownHearings"] == [{"kind": "INTERVIEW", "place": "三楼", "outcome": "AWAITED"}]
    await room.done(office, "actOnMeeting", action="OPEN")
    await room.done(first.token, "writeOpinion", "version", declarationId=case, text="业绩突出")
    assert (await room.see(first.token, OWN, d=case))["ownOpinions"]["own"][0]["text"] == "业绩突出"
    unheard = await room.act(first.token, "castBallot", declarationId=case, inFavour=True)
    assert [each["code"] for each in unheard["errors"]] == ["NOT_HEARD"]
    await at("2024-01-10T10:10+08:00", "workflow")
    await room.done(
        office, "recordHearing", "hearing { outcome }", declarationId=case, kind="INTERVIEW", came=True
    )
    await room.done(season.experts[1].token, "recuse", declarationId=case, note="同学")
    for who in (first, *season.experts[2:]):
        await room.done(who.token, "castBallot", declarationId=case, inFavour=True)
    await room.done(office, "actOnMeeting", action="CLOSE_VOTE")
    seen = await room.see(watching, PROCEDURE)
    assert [each["action"] for each in seen["history"]] == ["OPEN", "CLOSE_VOTE"]
    assert (seen["recusals"], seen["groups"]) == ([{"note": "同学"}], [{"name": "全体"}])
    assert (seen["hearings"], len(seen["experts"])) == ([{"outcome": "HELD"}], EXPERTS)
    for document in (OPINIONS, OWN):
        assert await room.see(watching, document, d=case) in {"OPINIONS_SEALED", "NOT_AN_EXPERT_HERE"}
    assert await room.see(watching, AGENDA) == "NOT_AN_EXPERT_HERE"
    assert await room.see(first.token, PROCEDURE) == "PROCEDURE_ONLY"
    for reader in (office, season.officer):
        told = await room.see(reader, OPINIONS, d=case)
        assert told["opinions"] == {"ofGroup": None, "ofExperts": ["业绩突出"]}
    stepped = await room.act(watching, "actOnMeeting", action="PUBLISH_RESULTS")
    assert [each["code"] for each in stepped["errors"]] == ["NOT_YOUR_STEP"]


@pytest.mark.clause("2.4.1.3")
async def test_a_single_case_is_spared_the_interview_and_voted_on_all_the_same(chamber, session):
    """The route waives it, so that nobody can ask for it; two thirds of those present pass the one applicant."""
    room = await chamber(1, kind="SINGLE_CASE")
    [case], office = room.cases, room.season.office
    async with session("workflow") as tx:
        await tx.execute(update(Declaration).values(route="AID_EXCELLENT"))
    times = {"startsAt": "2024-01-10T09:30:00+08:00", "endsAt": "2024-01-10T10:00:00+08:00"}
    asked = await room.act(
        office, "arrangeHearing", declarationId=case, kind="INTERVIEW", place="三楼", **times
    )
    assert [each["code"] for each in asked["errors"]] == ["HEARING_NOT_ASKED"]
    for kind in ("INTERVIEW", "PRACTICE_TEST"):
        done = await room.done(
            office, "arrangeHearing", "hearing { outcome }", declarationId=case, kind=kind, waived=True
        )
        assert done["hearing"] == {"outcome": "WAIVED_BY_ROUTE"}
        assert done["basis"] == [{"cite": "二（四）1（3）"}]
    await room.done(office, "actOnMeeting", action="OPEN")
    for number, who in enumerate(room.season.experts):
        await room.done(who.token, "castBallot", declarationId=case, inFavour=number < 8)
    await room.done(office, "actOnMeeting", action="CLOSE_VOTE")
    [result] = (await room.see(office, SEEN))["results"]
    assert (result["present"], result["inFavour"], result["passed"]) == (11, 8, True)
