"""A spot check is ordered, drawn so that anybody can repeat it, worked off, and closed."""

from __future__ import annotations

import asyncio
import hashlib
from fractions import Fraction

import pytest
from sqlalchemy import func, select, text

from services.kit.audit import audit_log
from services.kit.transition import history
from services.workflow.declaration.model import Declaration
from services.workflow.spot_check.model import SpotCheckFrame, SpotCheckItem
from services.workflow.supervision.model import Finding
from tests.platform.statements import statements
from tests.platform.tokens import mint, seat
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.spot_check.scene import (
    CHECKS,
    DOCUMENT,
    RESULTS,
    checker,
    drawn,
    every,
    ordered,
    replayed,
    step,
    with_results,
)


@pytest.mark.clause("3.5.2")
async def test_the_draw_can_be_repeated_from_what_is_published(hall, season, session):
    """The commitment first, then the frame, the seed when it is closed: of all three follows who was drawn; later results stay out."""
    committees = await with_results(session, season, 60, 7, 1)
    made = record(await ordered(hall, share=0.1, document_number=DOCUMENT), 201)
    assert (made["state"], made["opened_seed"], made["size"]) == ("ORDERED", None, None)
    assert made["available_actions"] == ["DRAW", "CANCEL"]
    draw = f"{CHECKS}/{made['id']}/actions/DRAW"
    answers = await asyncio.gather(*(hall.ask(season.officer, "POST", draw, {}) for _ in range(6)))
    assert sorted(each.status_code for each in answers) == [200] + [409] * 5
    for token in (season.office, season.prefecture_officer, season.officer):
        read = (await hall.ask(token, "GET", f"{CHECKS}/{made['id']}")).json()
        assert (read["state"], read["opened_seed"]) == ("UNDER_WAY", None)
    await closed(hall, made["id"])
    told = (await hall.ask(season.prefecture_officer, "GET", f"{CHECKS}/{made['id']}")).json()
    assert hashlib.sha256(bytes.fromhex(told["opened_seed"])).hexdigest() == made["seed_commitment"]
    async with session("workflow") as tx:
        given = {"committee": str(committees[0]), "state": "PASSED", "many": 3, "prefix": "late"}
        await tx.execute(text(RESULTS), given)
    frame = await every(hall, season.prefecture_officer, f"{CHECKS}/{made['id']}/frame")
    items = await every(hall, season.officer, f"{CHECKS}/{made['id']}/items")
    assert (told["results"], len(frame), told["size"], len(items)) == (68, 68, 7, 7)
    assert {each["declaration_id"] for each in items} == replayed(told["opened_seed"], frame, Fraction(1, 10))
    assert {each["committee_id"] for each in items} == {str(each) for each in committees}


async def closed(hall, spot_check_id):
    """Everything drawn is in order."""
    mine = checker(hall.season)
    for item in await every(hall, mine, f"{CHECKS}/{spot_check_id}/items"):
        record(await step(hall, mine, item, "TAKE"))
        record(await step(hall, mine, item, "CLEAR", note="材料与会议记录相符"))
    end = {"note": "总体规范"}
    record(await hall.ask(hall.season.officer, "POST", f"{CHECKS}/{spot_check_id}/actions/CLOSE", end))


async def test_a_draw_costs_the_same_however_much_it_draws(hall, season, session):
    """Items, their histories and their audit are a statement each; every item has its own line of both."""
    await with_results(session, season, 40, 1, 1)
    with statements() as asked:
        told = await drawn(hall, share=1, document_number=DOCUMENT)
    written = [each.split("(")[0].strip().lower() for each in asked]
    assert told["size"] == 42
    assert [written.count(f"insert into {table}") for table in ("spot_check_item", "history")] == [1, 2]
    async with session("workflow") as tx:
        items = select(SpotCheckItem.id)
        of_history = select(func.count()).where(history.c.subject_id.in_(items))
        of_audit = select(func.count()).where(audit_log.c.action == "spot_check_item.CREATE")
        assert [await tx.scalar(each) for each in (of_history, of_audit)] == [42, 42]


@pytest.mark.clause("3.5.2")
async def test_scope_and_share(hall, season, session):
    """By the rules one in twenty, and one of each committee; of one committee only what is its own."""
    committees = await with_results(session, season, 21, 7, 1)
    assert (await drawn(hall))["size"] == 3
    one = await drawn(hall, committee_id=str(committees[1]), share=1, document_number=DOCUMENT)
    assert (one["results"], one["size"]) == (7, 7)
    nothing = record(await ordered(hall, level="MIDDLE"), 201)
    answer = await hall.ask(season.officer, "POST", f"{CHECKS}/{nothing['id']}/actions/DRAW", {})
    assert (codes(answer), answer.json()["basis"][0]["cite"]) == (["RESULTS_TO_CHECK"], "三（五）")


@pytest.mark.clause("3.5.2")
async def test_what_is_no_order_and_who_may_not_order(hall, season, session):
    """Not from below or beside, not another share without a document, not of what does not go together."""
    committees = await with_results(session, season, 1, 1, 1)
    for token, body, status, code in (
        (season.prefecture_officer, {}, 403, "NOT_THE_PROVINCE"),
        (season.office, {}, 403, "NOT_THE_PROVINCE"),
        (mint(), {}, 403, "NOT_THE_PROVINCE"),
        (mint([seat("TITLE_OFFICER", season.prefecture)]), {}, 403, "NOT_THE_PROVINCE"),
        (season.officer, {"share": 0.3}, 422, "SHARE_NEEDS_DOCUMENT"),
        (season.officer, {"document_number": "口头"}, 422, "DOCUMENT_NUMBER_INVALID"),
        (season.officer, {"share": 0}, 422, "INVALID_FIELD"),
        (season.officer, {"share": 1.01}, 422, "INVALID_FIELD"),
        (season.officer, {"cycle_id": str(committees[0])}, 404, "CYCLE_NOT_FOUND"),
        (season.officer, {"committee_id": str(season.cycle_id)}, 422, "NOTHING_OF_THAT_SCOPE"),
        (
            season.officer,
            {"committee_id": str(committees[0]), "level": "MIDDLE"},
            422,
            "NOTHING_OF_THAT_SCOPE",
        ),
    ):
        assert codes(await ordered(hall, token, **body), status) == [code], body
    assert (await hall.ask(season.officer, "GET", CHECKS)).json()["items"] == []


async def found_by_a_day(hall, mine, item):
    """Something is found and ordered to be corrected, once; anything but a whole order is refused."""
    record(await step(hall, mine, item, "TAKE"))
    by_a_day = {
        "kind": "CORRECTION_ORDERED",
        "document_number": DOCUMENT,
        "organisation_id": str(hall.season.hospital.id),
        "due_on": "2024-01-31",
    }
    told = {"note": "破格依据未附", "finding": by_a_day}
    for body, code in (
        ({"note": "破格依据未附"}, "FINDING_NEEDED"),
        ({**told, "finding": {**by_a_day, "due_on": "2023-12-01"}}, "DUE_DAY_INVALID"),
        (
            {**told, "finding": {**by_a_day, "organisation_id": str(hall.season.clinic.id)}},
            "NOT_THAT_ORGANISATION",
        ),
    ):
        assert codes(await step(hall, mine, item, "FIND", **body)) == [code]
    assert codes(await step(hall, mine, item, "CLEAR", **told)) == ["FINDING_NEEDED"]
    at_once = await asyncio.gather(*(step(hall, mine, item, "FIND", **told) for _ in range(4)))
    assert sorted(each.status_code for each in at_once) == [200] + [409] * 3
    found = record(next(each for each in at_once if each.is_success))
    finding = (await hall.ask(mine, "GET", f"/v1/supervision/findings/{found['finding_id']}")).json()
    assert (finding["state"], finding["reason"]) == ("ORDERED", "破格依据未附")


@pytest.mark.clause("3.5.2")
async def test_every_item_is_checked_before_it_is_closed(hall, season, session):
    """Taken, found in order or not, each by who has it; what is found is a finding; the end says what came of it all."""
    await with_results(session, season, 2, 1, 1)
    made = await drawn(hall, share=0.75, document_number=DOCUMENT)
    one, other = checker(season, name="甲"), checker(season, name="乙")
    path = f"{CHECKS}/{made['id']}"
    items = await every(hall, one, f"{path}/items")
    taken = await asyncio.gather(*(step(hall, who, items[0], "TAKE") for who in (one, other) * 3))
    assert sorted(each.status_code for each in taken) == [200] + [409] * 5
    holder = record(next(each for each in taken if each.is_success))["checker_name"]
    mine, theirs = (one, other) if holder == "甲" else (other, one)
    assert codes(await step(hall, theirs, items[0], "CLEAR", note="已核")) == ["ITEM_IN_ONES_OWN_HAND"]
    assert codes(await step(hall, mine, items[0], "CLEAR")) == ["ITEM_VERDICT_TOLD"]
    record(await step(hall, theirs, items[0], "RELEASE"))
    record(await step(hall, theirs, items[0], "TAKE"))
    cleared = record(await step(hall, theirs, items[0], "CLEAR", note="材料与会议记录相符"))
    assert (cleared["state"], cleared["available_actions"]) == ("IN_ORDER", [])
    close = (season.officer, "POST", f"{path}/actions/CLOSE", {"note": "总体规范"})
    assert codes(await hall.ask(*close)) == ["EVERY_ITEM_HAS_A_VERDICT"]
    await found_by_a_day(hall, mine, items[1])
    for item in items[2:]:
        record(await step(hall, mine, item, "TAKE"))
        record(await step(hall, mine, item, "CLEAR", note="相符"))
    assert codes(await hall.ask(*close[:3], {})) == ["SPOT_CHECK_REASON_GIVEN"]
    closed = record(await hall.ask(*close))
    assert (closed["state"], closed["conclusion"]) == ("CLOSED", "总体规范")
    report = (await hall.ask(season.prefecture_officer, "GET", f"{path}/progress")).json()["committees"]
    figures = ("results", "drawn", "waiting", "in_hand", "in_order", "found", "correction_ordered")
    assert [sum(each[name] for each in report) for name in figures] == [4, 3, 0, 0, 2, 1, 1]


@pytest.mark.clause("3.5.2")
async def test_a_result_is_declared_void(hall, season, session):
    """What passed and is not filed ends with the item's finding; a supervisor may not, an officer may."""
    committees = await with_results(session, season, 1, 1, 1)
    made = await drawn(hall, committee_id=str(committees[2]))
    (item,) = await every(hall, season.officer, f"{CHECKS}/{made['id']}/items")
    void = {"note": "业绩不实", "finding": {"kind": "RESULT_VOID", "document_number": DOCUMENT}}
    supervisor, officer = checker(season), checker(season, "TITLE_OFFICER")
    record(await step(hall, supervisor, item, "TAKE"))
    refused = await step(hall, supervisor, item, "FIND", **void)
    assert codes(refused, 403) == ["NOT_THE_FILING_HRSS"]
    record(await step(hall, supervisor, item, "RELEASE"))
    record(await step(hall, officer, item, "TAKE"))
    assert record(await step(hall, officer, item, "FIND", **void))["state"] == "FOUND"
    async with session("workflow") as tx:
        declaration = await tx.get_one(Declaration, item["declaration_id"])
        finding = await tx.scalar(select(Finding.kind))
    assert (declaration.state, finding) == ("ENDED", "RESULT_VOID")


@pytest.mark.clause("3.5.2")
async def test_nobody_checks_the_own_work(hall, season, session):
    """Who declares, or once took a step with the declaration, does not take the item; somebody else does."""
    await with_results(session, season, 1, 1, 1)
    made = await drawn(hall)
    first, second, _ = await every(hall, season.officer, f"{CHECKS}/{made['id']}/items")
    async with session("workflow") as tx:
        declaration = await tx.get_one(Declaration, first["declaration_id"])
        applicant = checker(season, sub=declaration.account_id)
        same_person = checker(season, person_id=declaration.person_id)
    assert codes(await step(hall, applicant, first, "TAKE")) == ["SPOT_CHECKER_IS_DISINTERESTED"]
    assert codes(await step(hall, same_person, first, "TAKE")) == ["SPOT_CHECKER_IS_DISINTERESTED"]
    record(await step(hall, same_person, second, "TAKE"))
    record(await step(hall, checker(season), first, "TAKE"))


async def test_what_is_drawn_is_kept(hall, season, session):
    """Neither a frame nor what was drawn from it is altered by the service; each draw is audited on its article."""
    await with_results(session, season, 1, 1, 1)
    await drawn(hall)
    async with session("workflow") as tx:
        frozen = await tx.scalar(select(func.count()).select_from(SpotCheckFrame))
        items = await tx.scalar(select(func.count()).select_from(SpotCheckItem))
        wanted = select(audit_log.c.basis).where(audit_log.c.action == "spot_check.DRAW")
        (basis,) = list(await tx.scalars(wanted))
    assert (frozen, items, basis[0]["cite"]) == (3, 3, "三（五）")
    for statement in (
        "delete from spot_check_frame",
        "update spot_check_frame set committee_id = committee_id",
    ):
        with pytest.raises(Exception, match="permission denied"):
            async with session("workflow") as tx:
                await tx.execute(text(statement))
