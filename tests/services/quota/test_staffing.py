"""The staffing ledger: what each movement does to the numbers, how they stood on any day, what is refused."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text

from services.kit.auth import Principal
from tests.platform.tokens import mint, seat
from tests.services.quota.people import ask, both_languages
from tests.services.quota.staffing import MOVEMENTS, Book, account, codes

A, M, J = "ASSOCIATE_SENIOR", "MIDDLE", "JUNIOR"


@pytest.mark.clause("A2.n2.vacant", "A2")
async def test_a_working_life_step_by_step(book):
    """Qualified, employed, promoted, lowered, regraded, released, employed again, retired: each moves what it should."""
    steps = [
        ("QUALIFIED", {"level": M}, {M: (0, 0, 1, 0)}),
        ("EMPLOYED", {"level": M, "post_grade": "专业技术十级"}, {M: (0, 1, 0, 0)}),
        ("QUALIFIED", {"level": A, "title": "副主任医师"}, {M: (0, 1, 0, 0), A: (0, 0, 1, 0)}),
        ("PROMOTED", {"level": A}, {A: (0, 1, 0, 0)}),
        ("LOWERED", {"level": J}, {J: (0, 1, 0, 0), A: (0, 0, 1, 0)}),
        ("REGRADED", {}, {J: (0, 1, 0, 0), A: (0, 0, 1, 0)}),
        ("PROMOTED", {"level": A}, {A: (0, 1, 0, 0)}),
        ("RELEASED", {}, {A: (0, 0, 1, 0)}),
        ("EMPLOYED", {"level": A, "post_grade": "专业技术七级"}, {A: (0, 1, 0, 0)}),
        ("RETIRED", {}, {A: (0, 0, 0, 1)}),
        ("TRANSFERRED_IN", {"level": A}, {A: (0, 1, 0, 0)}),
    ]
    for day, (cause, fields, expected) in enumerate(steps, 1):
        made = await book.record(cause, "李青山", on=f"2023-03-{day:02}", **fields)
        assert await book.figures() == expected, cause
        if cause == "PROMOTED":
            assert made["from_level"] in {M, J}
            assert made["title"] == "副主任医师"
        if cause == "RETIRED":
            assert (made["title"], made["post_grade"]) == ("副主任医师", "专业技术七级")


@pytest.mark.clause("A2", "A2.n3")
async def test_who_comes_back_had_left_until_then(book):
    """An exit counts on the evenings before the return and on none from it on."""
    await book.record("OPENING_POST", "李青山", level=A, on="2023-03-01")
    await book.record("RETIRED", "李青山", on="2023-03-02")
    await book.record("TRANSFERRED_IN", "李青山", level=A, on="2023-03-05")
    assert await book.figures(on="2023-03-04") == {A: (0, 0, 0, 1)}
    assert await book.figures(on="2023-03-05") == {A: (0, 1, 0, 0)}


@pytest.mark.clause("A2")
async def test_it_is_asked_as_of_any_day(book):
    """Every evening keeps its own balance, whatever follows."""
    await book.record("PLAN_SET", level=A, posts=5, on="2022-12-31")
    await book.record("OPENING_POST", "张一", level=A, on="2022-12-31", since="2015-07-01")
    await book.record("OPENING_POST", "张二", level=A, on="2022-12-31")
    await book.record("RETIRED", "张一", on="2023-04-30")
    await book.record("PLAN_SET", level=A, posts=4, on="2023-06-01")
    assert await book.figures(on="2022-12-30") == {}
    assert await book.figures(on="2022-12-31") == {A: (5, 2, 0, 0)}
    assert await book.figures(on="2023-04-29") == {A: (5, 2, 0, 0)}
    assert await book.figures(on="2023-04-30") == {A: (5, 1, 0, 1)}
    assert await book.figures(on="2023-06-01") == {A: (4, 1, 0, 1)}
    assert await posts(book, on="2022-12-31") == ["张二", "张一"]
    assert await posts(book, on="2023-04-30") == ["张二"]
    assert await posts(book, on="2022-12-31", level=M) == []


async def posts(book: Book, **asked: str) -> list[str]:
    """Names of those in post, newest in the ledger first."""
    query = "&".join(f"{name}={value}" for name, value in {"unit_id": book.unit.id, **asked}.items())
    answer = await ask(book.http, "GET", f"/v1/staffing/posts?{query}", book.unit.recommender)
    assert answer.status_code == 200, answer.text
    return [each["member"]["name"] for each in answer.json()["items"]]


@pytest.mark.clause("A2.n2.vacant")
async def test_the_working_can_be_followed_line_by_line(book):
    """Each number is told as what its causes made of it, the plan with its document, each line with its article."""
    await book.record("PLAN_SET", level=A, posts=5, on="2022-12-31")
    for name in ("张一", "张二", "张三"):
        await book.record("OPENING_POST", name, level=A, on="2022-12-31")
    await book.record("RETIRED", "张一", on="2022-12-31")
    await book.record("TRANSFERRED_OUT", "张二", on="2023-02-01")
    await book.record("QUALIFIED", "李青山", level=A)
    told = await book.balances(on="2023-12-31")
    [level] = [each for each in told["levels"] if each["level"] == A]
    assert [(line["text"], line["cite"]) for line in level["trace"]] == [
        ("核准岗位数 5（2022-12-31 核定，青人社事〔2022〕8号）", "附件2 表"),
        ("人员聘任数 1 = 期初在岗 3 − 退休 1 − 调出 1", "附件2 表"),
        ("已取得资格未聘人数 1 = 取得资格 1", "附件2 表"),
        ("退出人数 1 = 调出 1（统计时间 2023-01-01 至 2023-12-31）", "二（一）第2段"),
        ("另有 1 人的退出不在统计时间或情形内，不计入", "二（一）第2段"),
        ("空缺岗位数 4 = 核准 5 − 聘任 1", "附件2 说明2"),
        ("职称申报数 3 = 空缺 4 − 已取得资格未聘 1", "附件2 说明2"),
    ]
    assert (level["vacant"], level["declarable"]) == (4, 3)
    assert told["keeps_ledger"]
    assert not (await book.balances(pool="TARGETED"))["keeps_ledger"]


@pytest.mark.parametrize(
    ("cause", "before", "fields", "wrong"),
    [
        ("EMPLOYED", [], {"level": M}, ("NOT_QUALIFIED", "level")),
        ("EMPLOYED", [("QUALIFIED", M)], {"level": A}, ("NOT_QUALIFIED", "level")),
        ("EMPLOYED", [("QUALIFIED", M)], {"level": M, "pool": "TARGETED"}, ("NOT_QUALIFIED", "level")),
        ("EMPLOYED", [("OPENING_POST", J), ("QUALIFIED", M)], {"level": M}, ("POST_HELD", "member")),
        ("OPENING_POST", [("OPENING_POST", J)], {"level": M}, ("POST_HELD", "member")),
        ("OPENING_POST", [("QUALIFIED", J)], {"level": M}, ("NOT_THE_FIRST", "cause")),
        ("OPENING_QUALIFIED", [("TRANSFERRED_IN", J)], {"level": M}, ("NOT_THE_FIRST", "cause")),
        ("QUALIFIED", [("OPENING_POST", M)], {"level": M}, ("NOT_NEW", "level")),
        ("QUALIFIED", [("OPENING_POST", M)], {"level": J}, ("NOT_NEW", "level")),
        ("QUALIFIED", [("QUALIFIED", M)], {"level": M}, ("NOT_NEW", "level")),
        ("PROMOTED", [("QUALIFIED", M)], {"level": M}, ("NO_POST_HELD", "member")),
        ("PROMOTED", [("OPENING_POST", M)], {"level": A}, ("NOT_QUALIFIED", "level")),
        ("LOWERED", [("OPENING_POST", M)], {"level": M}, ("NOT_BELOW", "level")),
        ("LOWERED", [("OPENING_POST", M)], {"level": A}, ("NOT_BELOW", "level")),
        ("LOWERED", [], {"level": M}, ("NO_POST_HELD", "member")),
        ("RELEASED", [("QUALIFIED", M)], {}, ("NO_POST_HELD", "member")),
        ("REGRADED", [], {}, ("NO_POST_HELD", "member")),
        ("TRANSFERRED_IN", [("OPENING_POST", M)], {"level": A}, ("HERE_ALREADY", "member")),
        ("TRANSFERRED_IN", [("QUALIFIED", M)], {"level": M}, ("HERE_ALREADY", "member")),
        ("RETIRED", [], {}, ("NOT_HERE", "member")),
        ("POST_DECISION", [("QUALIFIED", M)], {"level": M}, ("NO_EXAM", "level")),
        ("QUALIFIED", [], {"level": J, "pool": "TARGETED"}, ("LEVEL_WITHOUT_POSTS", "level")),
        ("OPENING_POST", [], {"level": M, "since": "2023-03-02"}, ("SINCE_AFTER_DATE", "since")),
        ("QUALIFIED", [], {"level": M, "on": "2199-01-01"}, ("IN_FUTURE", "on_date")),
        ("RETIRED", [("OPENING_POST", M)], {"on": "2023-02-28"}, ("OUT_OF_ORDER", "on_date")),
        ("RETIRED", [("OPENING_POST", M)], {"level": M}, ("FIELD_UNFIT", "level")),
        ("QUALIFIED", [], {"level": M, "takes_post": True}, ("FIELD_UNFIT", "takes_post")),
        ("QUALIFIED", [], {"level": M, "title": None}, ("FIELD_MISSING", "title")),
        ("EMPLOYED", [("QUALIFIED", M)], {}, ("FIELD_MISSING", "level")),
    ],
)  # fmt: skip
async def test_what_does_not_fit_the_person_is_refused(book, session, cause, before, fields, wrong):
    """The refusal names the rule and the field, in both languages, and not a row is written."""
    for earlier, level in before:
        await book.record(earlier, "李青山", level=level)
    written = await everything_written(session)
    answer = await book.ask(cause, "李青山", **fields)
    assert wrong in codes(answer)
    body = book.body(cause, "李青山", **fields)
    zh, en = await both_languages(book.http, "POST", MOVEMENTS, book.unit.recommender, body)
    assert zh != en
    assert await everything_written(session) == written


async def everything_written(session) -> tuple:
    """The rows that a movement would add."""
    tables = (
        *("staffing_book", "staff_member", "staffing_movement", "staffing_entry"),
        *("audit_log", "outbox", "history"),
    )
    async with session("quota") as tx:
        counts = [await tx.scalar(text(f"select count(*) from {each}")) for each in tables]
    return tuple(counts)


async def test_a_promotion_does_not_lead_down(book):
    """Also who has another qualification is promoted upwards only."""
    await book.record("OPENING_POST", "李青山", level=M)
    await book.record("QUALIFIED", "李青山", level=A)
    assert codes(await book.ask("PROMOTED", "李青山", level=J)) == {
        ("NOT_ABOVE", "level"),
        ("NOT_QUALIFIED", "level"),
    }


async def test_a_plan_needs_its_document_and_comes_in_order(book):
    """A plan without document, or before the one in force, is refused; pools and levels have plans of their own."""
    assert codes(await book.ask("PLAN_SET", level=A, document=None)) == {("FIELD_MISSING", "document")}
    assert codes(await book.ask("PLAN_SET", "李青山", level=A)) == {("FIELD_UNFIT", "member")}
    await book.record("PLAN_SET", level=A, posts=5)
    assert codes(await book.ask("PLAN_SET", level=A, on="2023-02-01")) == {("OUT_OF_ORDER", "on_date")}
    await book.record("PLAN_SET", level=M, posts=7, on="2023-02-01")
    await book.record("PLAN_SET", level=A, posts=2, pool="TARGETED", on="2023-02-01")
    await book.record("PLAN_SET", level=A, posts=0)
    assert await book.figures() == {M: (7, 0, 0, 0)}
    assert await book.figures(pool="TARGETED") == {A: (2, 0, 0, 0)}


async def test_a_promotion_across_pools_moves_both(book):
    """A person holds one post, of either pool; the pools' numbers never mix."""
    await book.record("OPENING_POST", "李青山", level=M)
    await book.record("QUALIFIED", "李青山", level=A, pool="TARGETED")
    await book.record("PROMOTED", "李青山", level=A, pool="TARGETED")
    assert await book.figures() == {}
    assert await book.figures(pool="TARGETED") == {A: (0, 1, 0, 0)}


async def test_a_reversal_restores_what_was(book):
    """It takes back the latest only, on its own date, once; the history shows both."""
    await book.record("OPENING_POST", "李青山", level=M)
    before = await book.figures(on="2023-03-02")
    retired = await book.record("RETIRED", "李青山", on="2023-03-02")
    back = await book.record("TRANSFERRED_IN", "李青山", level=M, on="2023-03-03")
    refused = await book.reverse(retired)
    assert (refused.status_code, refused.json()["code"]) == (422, "STAFFING_LATER_MOVEMENTS")
    assert (await book.reverse(back)).status_code == 201
    reversal = (await book.reverse(retired)).json()["record"]
    assert (reversal["cause"], reversal["on_date"]) == ("REVERSAL", "2023-03-02")
    assert reversal["reverses_id"] == retired["id"]
    assert await book.figures(on="2023-03-02") == before
    for again in (retired, reversal):
        refused = await book.reverse(again)
        assert (refused.status_code, refused.json()["code"]) == (409, "STAFFING_MOVEMENT_REVERSED")
    path = f"{MOVEMENTS}?unit_id={book.unit.id}&member_id={retired['member']['id']}"
    told = (await ask(book.http, "GET", path, book.unit.recommender)).json()["items"]
    assert [each["cause"] for each in told] == [
        *("REVERSAL", "REVERSAL", "TRANSFERRED_IN", "RETIRED", "OPENING_POST"),
    ]
    assert told[3]["reversed_by"] == reversal["id"]
    plan = await book.record("PLAN_SET", level=M, posts=3)
    later = await book.record("PLAN_SET", level=M, posts=4)
    assert (await book.reverse(plan)).json()["code"] == "STAFFING_LATER_MOVEMENTS"
    assert (await book.reverse(later)).status_code == 201
    assert await book.figures() == {M: (3, 1, 0, 0)}
    await book.reverse(plan)
    assert (await book.balances())["keeps_ledger"]
    await book.reverse(told[4])
    assert not (await book.balances())["keeps_ledger"]


async def test_the_list_is_paged_and_filtered(book):
    """Newest first, page by page, by cause and pool."""
    for name in ("一", "二", "三"):
        await book.record("OPENING_POST", name, level=M)
    await book.record("PLAN_SET", level=M)
    path, token = f"{MOVEMENTS}?unit_id={book.unit.id}", book.unit.recommender
    first = (await ask(book.http, "GET", f"{path}&first=3", token)).json()
    rest = (await ask(book.http, "GET", f"{path}&first=3&after={first['next_cursor']}", token)).json()
    assert [each["cause"] for each in first["items"]] == ["PLAN_SET", "OPENING_POST", "OPENING_POST"]
    assert ([each["member"]["name"] for each in rest["items"]], rest["next_cursor"]) == (["一"], None)
    found = (await ask(book.http, "GET", f"{path}&cause=PLAN_SET&pool=GENERAL", token)).json()
    assert [each["cause"] for each in found["items"]] == ["PLAN_SET"]
    assert (await ask(book.http, "GET", f"{path}&pool=TARGETED", token)).json()["items"] == []
    entries = found["items"][0]["entries"]
    assert entries == [{"pool": "GENERAL", "measure": "APPROVED", "level": M, "delta": 5}]


async def test_people_are_known_by_account_or_by_a_name_of_their_own(book):
    """Whether somebody of a known name is the same person has to be said; tied to an account it is clear."""
    made = await book.record("OPENING_POST", "李青山", level=M)
    person = account()
    stranger = {"member": {"name": "李青山", "person_id": person}}
    refused = await book.ask("QUALIFIED", level=A, **stranger)
    assert (refused.status_code, refused.json()["code"]) == (409, "STAFF_NAME_AMBIGUOUS")
    path = f"/v1/staffing/members/{made['member']['id']}"
    tied = await ask(book.http, "PUT", path, book.unit.recommender, {"name": "李青山", "person_id": person})
    assert tied.json()["record"] == {**made["member"], "person_id": person}
    qualified = await book.record("QUALIFIED", level=A, **stranger)
    assert qualified["member"]["id"] == made["member"]["id"]
    refused = await book.ask("QUALIFIED", "李青山", level="FULL_SENIOR")
    assert refused.json()["code"] == "STAFF_NAME_AMBIGUOUS"
    other = await book.record("OPENING_POST", level=M, member={"name": "李青山", "person_id": account()})
    assert other["member"]["id"] != made["member"]["id"]
    await book.record("OPENING_POST", "李青山（内科）", level=M)


async def test_an_account_is_one_persons_for_good(book):
    """Another's account, another account, or another's name is refused; a slip in a name is mended."""
    token = book.unit.recommender
    first = (await book.record("OPENING_POST", "李青山", level=M))["member"]
    second = (await book.record("OPENING_POST", "王草原", level=M))["member"]
    person = account()

    async def mend(member, **body):
        return await ask(book.http, "PUT", f"/v1/staffing/members/{member['id']}", token, body)

    assert (await mend(first, name="李清山", person_id=person)).status_code == 200
    for wrong in ({"name": "王草原", "person_id": person}, {"name": "李清山"}):
        refused = await mend(second, **wrong)
        assert refused.status_code == 409, refused.text
    assert (await mend(first, name="李清山", person_id=account())).json()["code"] == "STAFF_PERSON_TAKEN"
    kept = (await mend(first, name="李青山")).json()["record"]
    assert (kept["name"], kept["person_id"]) == ("李青山", person)
    assert await posts(book) == ["王草原", "李青山"]


async def test_the_service_cannot_rewrite_the_ledger(session, book):
    """Movements and entries are only ever added: the service's own role may not change or remove one."""
    await book.record("OPENING_POST", "李青山", level=M)
    for statement in (
        "update staffing_movement set on_date = on_date",
        "delete from staffing_movement",
        "update staffing_entry set delta = 2",
        "delete from staffing_entry",
        "truncate staffing_entry",
    ):
        with pytest.raises(Exception, match="permission denied"):
            async with session("quota") as tx:
                await tx.execute(text(statement))


async def test_every_movement_is_audited(book, session):
    """A line per movement with level and article, and no name of the person it is of; a delegate's shows both names."""
    principal = Principal(id=uuid4(), name="张三")
    held = seat("RECOMMENDER", *book.unit.lineage).model_copy(update={"on_behalf_of": principal})
    made = await book.record("OPENING_POST", "李青山", level=M, by=mint([held], name="李四"))
    assert made["actor_name"] == "李四（代张三）"
    await book.reverse(made)
    async with session("quota") as tx:
        lines = "select action, actor_name, detail::text, basis::text from audit_log order by id"
        told = (await tx.execute(text(lines))).all()
    assert [(each.action, each.actor_name) for each in told] == [
        ("staffing_movement.OPENING_POST", "李四（代张三）"),
        ("staffing_movement.REVERSAL", "测试人员"),
    ]
    assert all("附件2 表" in each.basis and "李青山" not in each.detail for each in told)
