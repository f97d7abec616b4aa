"""Relations on record: by the expert at any time, by an office with its source; read by the two and by nobody else."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from services.kit.outbox import outbox
from tests.platform.tokens import mint, node, seat

RELATIONS = "/v1/relations"


async def pool(hall):
    """The entries of the pool as the office keeps them, by account."""
    page = (await hall.ask(hall.season.office, "GET", "/v1/experts?first=100")).json()
    return {each["account_id"]: each["id"] for each in page["items"]}


async def listed(hall, token):
    """What somebody reads of relations on record."""
    return (await hall.ask(token, "GET", RELATIONS)).json()["items"]


@pytest.mark.clause("3.3.1")
async def test_a_relation_on_record_keeps_the_expert_out(hall, season):
    """Declared by one expert by account, noted by the office of another by its declaration: neither is drawn."""
    cousin, teacher = season.experts[:2]
    applicant, declaration = season.applicants[0], str(season.declarations[0])
    body = {"kind": "KINSHIP", "account_id": str(applicant.account_id), "note": "表兄弟"}
    own = await hall.ask(cousin.token, "POST", RELATIONS, body)
    assert (own.status_code, own.json()["record"]["source"]) == (201, "EXPERT")
    assert own.json()["basis"][0]["cite"] == "人社部令第40号"
    entry = (await pool(hall))[str(teacher.account_id)]
    found = {"kind": "SUPERVISION", "declaration_id": declaration, "note": "博士导师"}
    noted = f"/v1/experts/{entry}/relations"
    assert (await hall.ask(season.office, "POST", noted, found)).status_code == 422
    answer = await hall.ask(season.office, "POST", noted, found | {"origin": "申报材料所附学位证书"})
    record = answer.json()["record"]
    assert (record["source"], record["account_id"]) == ("OFFICE", str(applicant.account_id))
    meeting = await hall.draw()
    assert meeting["excluded"] == {"KINSHIP": 1, "SUPERVISION": 1}
    assert not {cousin.name, teacher.name} & {each["name"] for each in meeting["experts"]}
    assert "KINSHIP" not in str((await hall.get(None, "/draw")).json())


@pytest.mark.clause("3.3.1")
async def test_only_its_author_and_the_office_read_a_relation(hall, season):
    """Neither another expert nor the applicant, a supervisor, an officer or another office; its event names nobody."""
    cousin, other = season.experts[:2]
    applicant = season.applicants[0]
    body = {"kind": "INTEREST", "person_id": str(applicant.id), "note": "共同持股"}
    made = (await hall.ask(cousin.token, "POST", RELATIONS, body)).json()["record"]
    stranger = mint([seat("COMMITTEE_OFFICE", season.province, node("AUTHORITY", "PROVINCE"))])
    own = mint([seat("APPLICANT", season.province)], sub=applicant.account_id, person_id=applicant.id)
    for token in (other.token, own, season.supervisor, season.officer, stranger):
        assert await listed(hall, token) == []
        step = f"{RELATIONS}/{made['id']}/actions/LIFT"
        assert (await hall.ask(token, "POST", step, {"note": "解除"})).status_code == 404
    for token in (cousin.token, season.office):
        assert [each["id"] for each in await listed(hall, token)] == [made["id"]]


async def test_a_relation_is_lifted_by_an_office_alone_and_with_a_reason(hall, season, session):
    """Not by the expert, even one of the office; lifted it keeps nobody out, and is lifted once."""
    cousin = season.experts[0]
    body = {"kind": "KINSHIP", "person_id": str(season.applicants[0].id), "note": "亲属"}
    made = (await hall.ask(cousin.token, "POST", RELATIONS, body)).json()["record"]
    step = f"{RELATIONS}/{made['id']}/actions/LIFT"
    both = mint(
        [seat("COMMITTEE_OFFICE", season.province, season.authority)], sub=cousin.account_id, name="兼职"
    )
    for token in (cousin.token, both):
        assert (await hall.ask(token, "POST", step, {"note": "误报"})).json()["code"] == "NOT_YOUR_STEP"
    bare = (await hall.ask(season.office, "POST", step, {})).json()
    assert [each["code"] for each in bare["findings"]] == ["REASON_MISSING"]
    lifted = await hall.ask(season.office, "POST", step, {"note": "经核实无亲属关系"})
    assert (lifted.status_code, lifted.json()["record"]["state"]) == (200, "LIFTED")
    again = await hall.ask(season.office, "POST", step, {"note": "再次"})
    assert again.json()["code"] == "ACTION_NOT_AVAILABLE"
    assert (await hall.draw())["excluded"] == {}
    async with session("workflow") as tx:
        told = select(outbox.c.data).where(outbox.c.type == "titles.workflow.expert_relation.moved.v1")
        events = [str(each) for each in await tx.scalars(told)]
    assert len(events) == 2
    assert not any(str(cousin.account_id) in each for each in events)


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ({}, "ONE_SOMEBODY"),
        ({"person_id": str(uuid4()), "account_id": str(uuid4())}, "ONE_SOMEBODY"),
        ({"declaration_id": str(uuid4())}, "DECLARATION_NOT_FOUND"),
        ({"person_id": "me"}, "REQUEST_MALFORMED"),
    ],
)
async def test_a_relation_names_one_somebody(hall, season, named, code):
    """Nobody, two, a declaration that is not the expert's to see, no id: refused; a stranger to the pool has none."""
    body = {"kind": "KINSHIP", "note": "亲属", **named}
    answer = await hall.ask(season.experts[0].token, "POST", RELATIONS, body)
    assert answer.json()["code"] == code
    assert await listed(hall, season.office) == []
    if not named:
        me = {"kind": "KINSHIP", "note": "亲属", "account_id": str(season.experts[0].account_id)}
        assert (await hall.ask(season.experts[0].token, "POST", RELATIONS, me)).json()["code"] == (
            "SOMEBODY_ELSE"
        )
        outsider = mint([seat("EXPERT", season.province)])
        assert (await hall.ask(outsider, "POST", RELATIONS, me)).json()["code"] == "NOT_IN_THE_POOL"


async def test_an_office_notes_relations_of_its_own_experts_on_its_own_declarations(hall, season):
    """Another office knows neither the expert nor the declaration; an expert names what is on the own agenda, once ready."""
    entry = (await pool(hall))[str(season.experts[0].account_id)]
    body = {
        "kind": "INTEREST",
        "declaration_id": str(season.declarations[0]),
        "note": "利害",
        "origin": "举报",
    }
    path = f"/v1/experts/{entry}/relations"
    stranger = mint([seat("COMMITTEE_OFFICE", season.province, node("AUTHORITY", "PROVINCE"))])
    assert (await hall.ask(stranger, "POST", path, body)).json()["code"] == "EXPERT_NOT_FOUND"
    assert (await hall.ask(season.officer, "POST", path, body)).json()["code"] == "ROLE_MISSING"
    await hall.draw()
    (expert_id, who), *_ = await hall.members()
    del body["origin"]
    assert (await hall.ask(who.token, "POST", RELATIONS, body)).json()["code"] == "DECLARATION_NOT_FOUND"
    await hall.train(expert_id)
    await hall.pledge(who)
    assert (await hall.ask(who.token, "POST", RELATIONS, body)).status_code == 201
    assert (await hall.get(who.token, "/agenda")).json()["code"] == "EXPERT_KEEPS_OUT"
