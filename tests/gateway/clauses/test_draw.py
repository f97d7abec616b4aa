"""三（三）through the gateway: the pool of experts, who keeps out of whose review, the draw, and who comes in for whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from demo.scenes import applicants, freelancer
from demo.stage import Stage, at
from tests.gateway.clauses import season
from tests.gateway.clauses.province import Province, bearer_of, uuid
from tests.gateway.clauses.season import newcomer, refusal, seated
from tests.services.workflow.meeting.replay import replay

EXPERTS = 17
ENTRY = "expert { id state ground standsSince version availableActions }"
RELATION = "relation { id kind source state } basis { cite }"
REQUEST = "request { id state lodgedOn decision decidedOn version availableActions } basis { cite }"
MEETING = """meeting { id state excluded experts { id name replaces trained }
  replacements { number leftName enteredName ground note left entered } } basis { cite }"""
COMMITTED = """query($of: ID!) { drawCommitments(first: 1, committeeId: $of) {
  edges { node { id committeeId heldOn seedCommitment } } } }"""
DRAW = """query($id: ID!) { draw(meetingId: $id) { algorithm seedCommitment seed size excluded drawn seated
  pool { pseudonym stratum } replacements { left entered passedOver } } }"""
WHO = "query($id: ID!) { meeting(id: $id) { experts { id pseudonym } drawExperts { id pseudonym stratum } } }"


@pytest.fixture(scope="module")
async def stage(province: Province, http: httpx.AsyncClient) -> Stage:
    """December: seventeen experts in the pool, a freelancer's declaration accepted for the committee."""
    stage = await season.begin(province, http)
    document = {"kind": "RESIDENT_ID", "number": stage.identities.resident_id("632801")}
    given = {"document": document, "kind": "FREELANCER", "restsOn": "PLACE"}
    await newcomer(stage, freelancer.PART, "golmud", **given)
    await applicants.take_test(stage, freelancer.PART, right=True)
    await freelancer.declare(stage)
    await freelancer.reviews(stage)
    for number in range(EXPERTS):
        await _expert(stage, province, number)
    return stage


async def _expert(stage: Stage, province: Province, number: int) -> None:
    """An account of the prefecture's bureau in the pool of the series."""
    place, part = await province.at("xining"), f"expert{number}"
    own = {"organisationId": place["id"], "name": f"专家{number:02}"}
    hired = await stage.cast["xining"].do(
        "createStaffAccount", "account { id }", **own, login=f"{part}.clauses", roles=["EXPERT"]
    )
    account = hired["account"]["id"]
    entry = {
        **own,
        "accountId": account,
        "series": "HEALTH",
        "specialtyIds": [stage.things["specialty"]],
        "titleLevel": "FULL_SENIOR",
        "validUntil": "2025-12-31",
    }
    done = await stage.cast["province"].do("addExpert", "expert { id }", **entry)
    stage.things[part] = done["expert"]["id"]
    stage.cast[part] = seated(stage, own["name"], bearer_of(place, "EXPERT", sub=uuid(account)))


@pytest.mark.clause("3.3.1")
async def test_the_pool_is_kept_up(stage: Stage) -> None:
    """Suspended for a ground with a reason, renewed, reinstated; its keepers read it all, nobody else the entry."""
    office, expert = stage.cast["province"], stage.things["expert0"]
    step = {"id": expert, "action": "SUSPEND", "note": "泄露评审信息"}
    code, cites, _ = await refusal(stage, "province", "actOnExpert", **step)
    assert (code, cites) == ("RULES_BROKEN", ["三（三）"])
    done = await office.do("actOnExpert", ENTRY, **step, ground="DISCIPLINE")
    entry = done["expert"]
    assert (entry["state"], entry["ground"], entry["standsSince"]) == (
        "SUSPENDED",
        "DISCIPLINE",
        stage.now.date().isoformat(),
    )
    for part in ("haixi", "expert0", freelancer.PART):
        assert (await refusal(stage, part, "actOnExpert", **step))[0] == "EXPERT_NOT_FOUND"
    renewal = {"titleLevel": "FULL_SENIOR", "validUntil": "2026-06-30", "version": entry["version"]}
    await office.do("renewExpert", ENTRY, id=expert, specialtyIds=[stage.things["specialty"]], **renewal)
    await office.do("actOnExpert", ENTRY, id=expert, action="REINSTATE", note="处理期满")
    read = "query($id: ID!) { expert(id: $id) { state ground history { action note after } } }"
    told = (await stage.ask("province", read, id=expert))["expert"]
    assert (told["state"], told["ground"]) == ("IN_POOL", None)
    steps = [(each["action"], each["note"]) for each in told["history"]]
    assert [action for action, _ in steps] == ["CREATE", "SUSPEND", "RENEW", "REINSTATE"]
    assert steps[1][1] == "泄露评审信息"


@pytest.mark.clause("3.3.1")
async def test_relations_and_requests_keep_experts_out(stage: Stage) -> None:
    """One declares kinship, the office notes a supervisor, the applicant names one; of each its author and the office read."""
    own = {"kind": "KINSHIP", "personId": stage.things[freelancer.PART], "note": "堂兄"}
    done = await stage.cast["expert1"].do("declareRelation", RELATION, **own)
    assert (done["relation"]["source"], done["basis"][0]["cite"]) == ("EXPERT", "人社部令第40号")
    declaration = stage.things[freelancer.OWN]
    noted = {"expertId": stage.things["expert2"], "kind": "SUPERVISION", "declarationId": declaration}
    done = await stage.cast["province"].do(
        "noteRelation", RELATION, **noted, note="硕士导师", origin="学位证书"
    )
    assert done["relation"]["source"] == "OFFICE"
    mine = "{ expertRelations(first: 10) { edges { node { kind note declaration { id } } } } }"
    for part, seen in (("province", 2), ("expert1", 1), ("expert3", 0), (freelancer.PART, 0)):
        assert len((await stage.ask(part, mine))["expertRelations"]["edges"]) == seen
    about = {
        "declarationId": declaration,
        "organisationId": stage.organisations["xining"],
        "reason": "有过诉讼",
    }
    applicant = stage.cast[freelancer.PART]
    answers = [
        (await applicant.do("requestAvoidance", REQUEST, **about, expertName=name))["request"]
        for name in ("专家03", "查无此人")
    ]
    same = [{**each, "id": None} for each in answers]
    assert same[0] == same[1]
    decide = {"id": answers[1]["id"], "action": "REJECT", "note": "未说明具体情形"}
    assert (await refusal(stage, freelancer.PART, "actOnAvoidanceRequest", **decide))[0] == "NOT_YOUR_STEP"
    done = await stage.cast["province"].do("actOnAvoidanceRequest", REQUEST, **decide)
    assert (done["request"]["state"], done["request"]["decision"]) == ("REJECTED", "未说明具体情形")
    listed = "{ avoidanceRequests(first: 10) { edges { node { expertName state declaration { number } } } } }"
    told = await stage.ask(freelancer.PART, listed)
    states = {
        each["node"]["expertName"]: each["node"]["state"] for each in told["avoidanceRequests"]["edges"]
    }
    assert states == {"专家03": "LODGED", "查无此人": "REJECTED"}


@pytest.mark.clause("3.3.1")
async def test_the_draw_and_its_replacements_can_be_repeated(stage: Stage, tmp_path: Path) -> None:
    """None of the four who keep out is drawn; who cannot come is replaced by the next in line; anyone repeats it all."""
    office = stage.cast["province"]
    out = {"id": stage.things["expert4"], "action": "WITHDRAW", "ground": "OWN_REQUEST", "note": "本人申请"}
    await office.do("actOnExpert", ENTRY, **out)
    await stage.move_clock(at(12, 20))
    plan = {"qualificationReview": "合格", "preparation": "就绪"}
    given = {"committeeId": stage.things["committee"], "heldOn": "2024-01-04", "plan": plan}
    meeting = (await office.do("createMeeting", MEETING, **given))["meeting"]["id"]
    committed = await stage.gateway.query(COMMITTED, of=given["committeeId"])
    for action in ("TABLE", "FILE_PLAN", "DRAW"):
        done = await office.do("actOnMeeting", MEETING, id=meeting, action=action)
    drawn = done["meeting"]
    assert drawn["excluded"] == {"ASKED_FOR": 1, "KINSHIP": 1, "SUPERVISION": 1}
    names = {each["name"] for each in drawn["experts"]}
    assert not names & {f"专家{number:02}" for number in (1, 2, 3, 4)}
    before = (await stage.gateway.query(DRAW, id=meeting))["draw"]
    first = {"id": meeting, "heldOn": "2024-01-04", "seedCommitment": before["seedCommitment"]}
    assert committed["drawCommitments"]["edges"][0]["node"] == first | {"committeeId": given["committeeId"]}
    leaving = drawn["experts"][0]
    part = f"expert{int(leaving['name'][-2:])}"
    step = {"id": meeting, "action": "REPLACE", "expertId": leaving["id"], "note": "出国"}
    assert (await refusal(stage, part, "actOnMeeting", **step))[0] == "NOT_YOUR_STEP"
    done = await office.do("actOnMeeting", MEETING, **step)
    [replacement] = done["meeting"]["replacements"]
    assert (replacement["left"], replacement["ground"], replacement["note"]) == (
        leaving["id"],
        "UNAVAILABLE",
        "出国",
    )
    [entered] = [each for each in done["meeting"]["experts"] if each["replaces"] == leaving["id"]]
    assert (entered["id"], entered["name"] in names) == (replacement["entered"], False)
    gone = "query($id: ID!) { meeting(id: $id) { state } }"
    assert (await stage.ask(part, gone, id=meeting))["meeting"] is None
    public = (await stage.gateway.query(DRAW, id=meeting))["draw"]
    assert (public["drawn"], public["excluded"]) == (before["drawn"], 3)
    names = who_is_who((await stage.ask("province", WHO, id=meeting))["meeting"], public)
    assert names[entered["id"]] in public["seated"]
    assert await replay(plain(public), tmp_path) == (0, "repeated: 11 drawn, 1 replaced, 11 sit")


def who_is_who(told: dict[str, Any], public: dict[str, Any]) -> dict[str, str]:
    """The pseudonym of each expert of the pool, as the office is told, which is what was published."""
    names = {each["id"]: each["pseudonym"] for each in told["drawExperts"]}
    assert sorted(names.values()) == [each["pseudonym"] for each in public["pool"]]
    assert {each["pseudonym"] for each in told["experts"]} == set(public["seated"])
    return names


def plain(told: dict[str, Any]) -> dict[str, Any]:
    """The record as the page takes it: the service's names."""
    replaced = [each | {"passed_over": each["passedOver"]} for each in told["replacements"]]
    same = {name: told[name] for name in ("pool", "drawn", "seated", "seed", "size")}
    return same | {"replacements": replaced, "seed_commitment": told["seedCommitment"]}
