"""附件2 说明2、3 and 二（一）第2段 through the gateway: a unit keeps its staffing ledger, and what follows of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.clauses.province import Payload, Province, cites, only_error

MOVEMENT = """movement { id cause onDate pool level fromLevel title postGrade reason document byExamination takesPost
  reversal reverses actorName entries { measure level delta } member { id name }
  counting { counts text cite } unit { id } }"""
BALANCES = """query($u: ID!, $on: Date) { staffingBalances(unitId: $u, year: 2023, on: $on) { keepsLedger on
  levels { level approved employed vacant qualifiedNotEmployed exits declarable trace { text cite } }
  undecided { name level title since } basis { cite } unit { id } } }"""
A, M = "ASSOCIATE_SENIOR", "MIDDLE"
PROOF = {"document": "青退字〔2023〕1号", "reason": "达到退休年龄"}


class Clerk:
    """The county hospital's 推荐经办."""

    def __init__(self, province: Province) -> None:
        self.province = province
        self.unit = province.made["county hospital"]["id"]
        self.token = province.token("county hospital", "RECOMMENDER")

    async def ask(self, cause: str, name: str | None = None, on: str = "2023-03-01", **more: Any) -> Payload:
        """What comes of a movement."""
        member = {"member": {"name": name}} if name else {}
        given = {"unitId": self.unit, "cause": cause, "onDate": on, **member, **more}
        return await self.province.act(self.token, "recordStaffingMovement", MOVEMENT, **given)

    async def record(self, cause: str, name: str | None = None, **more: Any) -> dict[str, Any]:
        """A movement that is recorded."""
        payload = await self.ask(cause, name, **more)
        assert payload["errors"] == [], payload["errors"]
        movement: dict[str, Any] = payload["movement"]
        return movement

    async def balances(self, on: str | None = None, token: str | None = None) -> dict[str, Any]:
        """The ledger as someone sees it on a day."""
        told = await self.province.front.data(BALANCES, token=token or self.token, u=self.unit, on=on)
        found: dict[str, Any] = told["staffingBalances"]
        return found

    async def level(self, level: str, on: str | None = None) -> tuple[int, ...]:
        """Approved, employed, qualified, exits and declarable of a level."""
        cells = ("approved", "employed", "qualifiedNotEmployed", "exits", "declarable")
        [row] = [each for each in (await self.balances(on))["levels"] if each["level"] == level]
        return tuple(row[cell] for cell in cells)


@pytest.fixture
async def clerk(province: Province) -> Clerk:
    """Whoever keeps the county hospital's ledger."""
    await province.at("county hospital")
    return Clerk(province)


async def test_the_ledger_feeds_the_numbers_of_the_form(clerk: Clerk) -> None:
    """Plan, opening, title, appointment: vacant and declarable follow, with a working and as of any day."""
    await clerk.record("PLAN_SET", level=A, posts=2, document="青人社事〔2022〕8号", on="2022-12-30")
    await clerk.record("OPENING_POST", "张一", level=A, title="副主任医师", on="2022-12-30")
    await clerk.record("QUALIFIED", "张二", level=A, title="副主任医师", document="证书 0001")
    assert await clerk.level(A, "2022-12-30") == (2, 1, 0, 0, 1)
    assert await clerk.level(A) == (2, 1, 1, 0, 0)
    employed = await clerk.record("EMPLOYED", "张二", level=A, document="聘文1号", postGrade="专业技术七级")
    assert employed["entries"] == [
        {"measure": "EMPLOYED", "level": A, "delta": 1},
        {"measure": "QUALIFIED", "level": A, "delta": -1},
    ]
    told = await clerk.balances()
    assert told["unit"]["id"] == clerk.unit
    [row] = [each for each in told["levels"] if each["level"] == A]
    assert row["trace"][1]["text"] == "人员聘任数 2 = 期初在岗 1 + 聘任 1"
    document = """query($u: ID!) { staffPosts(unitId: $u, first: 5, level: ASSOCIATE_SENIOR) {
      edges { node { member { name person { id } } pool level title postGrade since } } pageInfo { hasNextPage } }
      staffingMovements(unitId: $u, first: 2, cause: OPENING_POST) { edges { node { cause reversal } } } }"""
    told = await clerk.province.front.data(document, token=clerk.token, u=clerk.unit)
    found = [edge["node"] for edge in told["staffPosts"]["edges"]]
    assert [(each["member"]["name"], each["postGrade"]) for each in found] == [
        ("张二", "专业技术七级"),
        ("张一", None),
    ]
    [edge] = told["staffingMovements"]["edges"]
    assert edge["node"] == {"cause": "OPENING_POST", "reversal": None}


@pytest.mark.clause("A2.n2.exam")
async def test_an_examination_takes_a_post_as_decided(clerk: Clerk) -> None:
    """Until it is decided, with a reason, the title is not counted and the person is named."""
    exam = {"level": M, "title": "软件设计师", "document": "证书 0002", "byExamination": True}
    await clerk.record("QUALIFIED", "王软", **exam)
    assert [each["name"] for each in (await clerk.balances())["undecided"]] == ["王软"]
    assert (await clerk.level(M))[2] == 0
    error = only_error(await clerk.ask("POST_DECISION", "王软", level=M, takesPost=True))
    assert (error["field"], cites(error)) == ("reason", ["附件2 说明2"])
    decision = {"level": M, "takesPost": True, "reason": "承担信息系统运维职责"}
    payload = await clerk.ask("POST_DECISION", "王软", **decision)
    assert "附件2 说明2" in cites(payload)
    assert (await clerk.level(M), (await clerk.balances())["undecided"]) == ((0, 0, 1, 0, -1), [])
    await clerk.record("POST_DECISION", "王软", **decision | {"takesPost": False, "reason": "岗位职责调整"})
    assert (await clerk.level(M))[2] == 0
    document = """query($u: ID!) { staffingMovements(unitId: $u, first: 5, cause: POST_DECISION) {
      edges { node { takesPost reason } } } }"""
    told = await clerk.province.front.data(document, token=clerk.token, u=clerk.unit)
    kept = [tuple(edge["node"].values()) for edge in told["staffingMovements"]["edges"]]
    assert kept == [(False, "岗位职责调整"), (True, "承担信息系统运维职责")]


@pytest.mark.clause("A2.n3", "2.1.2")
async def test_exits_are_proven_and_count_inside_the_window(clerk: Clerk) -> None:
    """Without proof refused, twice refused; outside the window told that it does not count, and on which article."""
    for name in ("李一", "李二"):
        await clerk.record("OPENING_POST", name, level="FULL_SENIOR", title="主任医师", on="2022-12-30")
    error = only_error(await clerk.ask("RETIRED", "李一", reason="达到退休年龄"))
    assert (error["field"], cites(error)) == ("document", ["附件2 说明3"])
    counted = await clerk.record("RETIRED", "李一", **PROOF)
    assert (counted["counting"]["counts"], counted["title"]) == (True, "主任医师")
    error = only_error(await clerk.ask("RESIGNED", "李一", **PROOF))
    assert ([each["code"] for each in error["findings"]], cites(error)) == (["NOT_HERE"], ["附件2 说明3"])
    early = await clerk.ask("TRANSFERRED_OUT", "李二", on="2022-12-31", **PROOF)
    assert early["movement"]["counting"] == {
        "counts": False,
        "text": "退出日期 2022-12-31 不在统计时间（2023-01-01 至 2023-12-31）内，不计入退出人数",
        "cite": "二（一）第2段",
    }
    assert "二（一）第2段" in cites(early)
    assert await clerk.level("FULL_SENIOR") == (0, 0, 0, 1, 0)


async def test_a_movement_is_taken_back_and_a_name_mended(clerk: Clerk) -> None:
    """The reversal names what it takes back; the numbers are what they were; the person keeps the mended name."""
    made = await clerk.record("OPENING_POST", "赵一", level="JUNIOR")
    act, given = clerk.province.act, {"id": made["id"], "reason": "录入错误"}
    reversal = (await act(clerk.token, "reverseStaffingMovement", MOVEMENT, **given))["movement"]
    assert (reversal["cause"], reversal["reverses"]) == ("REVERSAL", made["id"])
    assert (await clerk.level("JUNIOR"))[1] == 0
    error = only_error(await act(clerk.token, "reverseStaffingMovement", MOVEMENT, **given))
    assert error["code"] == "STAFFING_MOVEMENT_REVERSED"
    person = {"id": made["member"]["id"], "name": "赵乙"}
    mended = await act(clerk.token, "mendStaffMember", "member { id name }", **person)
    assert mended["member"] == person
    again = {"member": {"id": made["member"]["id"]}, "level": "JUNIOR"}
    assert (await clerk.record("OPENING_POST", **again))["member"]["name"] == "赵乙"


async def test_those_above_read_and_do_not_write(clerk: Clerk) -> None:
    """The county's authority and HRSS see the ledger; neither writes into it; another county sees nothing."""
    province = clerk.province
    await province.at("chengxi health")
    await clerk.record("OPENING_POST", "钱一", level="JUNIOR")
    for place in ("golmud health", "golmud", "haixi", "province"):
        token = province.token(place, "REVIEWER", "RECOMMENDER")
        assert (await clerk.balances(token=token))["keepsLedger"]
        given = {"unitId": clerk.unit, "cause": "RETIRED", "onDate": "2023-03-01"}
        error = only_error(
            await province.act(
                token, "recordStaffingMovement", MOVEMENT, member={"name": "张一"}, **given, **PROOF
            )
        )
        assert error["code"] == "ROLE_MISSING"
    stranger = province.token("chengxi health", "REVIEWER")
    told = await province.front.ask(BALANCES, token=stranger, u=clerk.unit)
    assert told["data"]["staffingBalances"] is None
    assert told["errors"][0]["extensions"]["code"] == "STAFFING_BOOK_NOT_FOUND"


@pytest.mark.clause("1.4.1")
async def test_a_targeted_employment_is_on_file_with_the_province(clerk: Clerk) -> None:
    """Employed on a targeted post, somebody is listed for the provincial HRSS; the general numbers do not move."""
    before = await clerk.level(A)
    title = {"level": A, "title": "副主任医师（基层）", "document": "证书 0003", "pool": "TARGETED"}
    await clerk.record("QUALIFIED", "周基层", **title)
    payload = await clerk.ask("EMPLOYED", "周基层", level=A, pool="TARGETED", document="聘文9号")
    assert "一（四）1" in cites(payload)
    document = """{ targetedEmployments(first: 5) { edges { node { id cause level title document onDate
      member { name } unit { name } reversal } } } }"""
    told = await clerk.province.front.data(document, token=clerk.province.token("province", "TITLE_OFFICER"))
    [edge] = told["targetedEmployments"]["edges"]
    filed = edge["node"]
    assert (filed["id"], filed["member"]["name"]) == (payload["movement"]["id"], "周基层")
    assert (filed["title"], filed["reversal"]) == ("副主任医师（基层）", None)
    assert await clerk.level(A) == before
    other = clerk.province.token("golmud", "APPLICANT")
    told = await clerk.province.front.data(document, token=other)
    assert told["targetedEmployments"]["edges"] == []
