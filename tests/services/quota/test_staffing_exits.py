"""Exits with proof and inside the window, decisions on examinations, targeted employments filed with the province."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.kit.policy import PolicyError
from services.quota import policy
from services.quota.contract import PostPool, StaffingCause, TitleLevel
from services.quota.main import articles_named
from services.quota.staffing import reading
from services.quota.staffing.exits import counting
from tests.platform.settings import POLICIES
from tests.platform.tokens import mint, node, seat
from tests.services.quota.people import Unit, ask, service_token
from tests.services.quota.staffing import Book, codes

A, M, J = "ASSOCIATE_SENIOR", "MIDDLE", "JUNIOR"
WINDOW = policy.load(POLICIES, "qinghai", used=articles_named()).newest.staffing.exits_window
EXITS = ["RETIRED", "TRANSFERRED_OUT", "RESIGNED", "DECEASED"]


async def exits(session, unit: Unit) -> list[reading.Exit]:
    """The exits that count."""
    async with session("quota") as tx:
        return await reading.exits_of(tx, UUID(unit.id), window=WINDOW)


@pytest.mark.clause("A2.n3", "2.1.2")
@pytest.mark.parametrize("cause", EXITS)
@pytest.mark.parametrize(
    ("on", "counts"),
    [("2022-12-31", False), ("2023-01-01", True), ("2023-12-31", True), ("2024-01-01", False)],
)
async def test_an_exit_counts_inside_the_window_only(book, session, cause, on, counts):
    """Both ends of the window belong to it; the answer says whether it counts, why, and on which article."""
    await book.record("OPENING_POST", "张一", level=A, title="副主任医师", on="2022-01-01")
    left = await book.record(cause, "张一", on=on)
    assert (left["counting"]["counts"], left["counting"]["cite"]) == (counts, "二（一）第2段")
    assert "2023-01-01 至 2023-12-31" in left["counting"]["text"]
    assert (await book.figures(on="2024-01-02")).get(A, (0, 0, 0, 0)) == (0, 0, 0, int(counts))
    assert [each.name for each in await exits(session, book.unit)] == (["张一"] if counts else [])


@pytest.mark.clause("A2.n3")
async def test_an_exit_is_kept_with_name_post_reason_date_and_proof(book, session):
    """What the form must tell of it is there; oldest first, and none that was reversed."""
    grade = {"title": "副主任医师", "post_grade": "专业技术七级"}
    await book.record("OPENING_POST", "张一", level=A, **grade)
    await book.record("OPENING_POST", "张二", level=M)
    await book.record("OPENING_POST", "张三", level=M)
    later = await book.record("RETIRED", "张一", on="2023-07-01")
    await book.record("TRANSFERRED_OUT", "张二", on="2023-05-01", document="调令9号", reason="调至省医院")
    wrong = await book.record("RESIGNED", "张三", on="2023-05-01")
    assert (await book.reverse(wrong)).status_code == 201
    found = await exits(session, book.unit)
    assert found == [
        reading.Exit(
            found[0].movement_id, TitleLevel.MIDDLE, "张二", "中级岗位", "调出：调至省医院",
            date(2023, 5, 1), "调令9号",
        ),
        reading.Exit(
            UUID(later["id"]), TitleLevel.ASSOCIATE_SENIOR, "张一", "副主任医师（专业技术七级）",
            "退休：达到退休年龄", date(2023, 7, 1), "青退字〔2023〕1号",
        ),
    ]  # fmt: skip


@pytest.mark.clause("A2.n3")
@pytest.mark.parametrize("missing", ["document", "reason", "member"])
async def test_an_exit_without_proof_is_refused(book, missing):
    """Document, reason and person are asked for, on the article that asks for them."""
    await book.record("OPENING_POST", "张一", level=A)
    answer = await book.ask("RETIRED", None if missing == "member" else "张一", **{missing: None})
    assert codes(answer) == {("EXIT_UNPROVEN", missing)}
    assert {each["cite"] for each in answer.json()["basis"]} == {"附件2 说明3"}


@pytest.mark.clause("A2.n3")
async def test_nobody_leaves_twice(book, session):
    """A second exit of the same person is refused, whatever its cause; of who came back only the last departure is one."""
    await book.record("OPENING_POST", "张一", level=A)
    await book.record("RETIRED", "张一", on="2023-04-01")
    for cause in EXITS:
        answer = await book.ask(cause, "张一", on="2023-05-01")
        assert codes(answer) == {("NOT_HERE", "member")}
    await book.record("TRANSFERRED_IN", "张一", level=M, on="2023-05-01")
    await book.record("RESIGNED", "张一", on="2023-06-01")
    assert [each.level for each in await exits(session, book.unit)] == [M]


@pytest.mark.clause("A2.n3")
async def test_who_held_no_post_leaves_without_counting(book, session):
    """A person who waits for a post goes out of the qualified, and the exit opens nothing."""
    await book.record("OPENING_QUALIFIED", "张一", level=A, title="副主任医师")
    left = await book.record("TRANSFERRED_OUT", "张一", on="2023-04-01")
    assert (left["counting"]["counts"], left["counting"]["cite"]) == (False, "附件2 说明3")
    assert (await book.figures(), await exits(session, book.unit)) == ({}, [])


@pytest.mark.clause("1.4.1")
async def test_exits_of_targeted_posts_are_of_their_own_pool(book, session):
    """The pools never mix: an exit from a targeted post is none of the general ones."""
    await book.record("OPENING_POST", "张一", level=A, pool="TARGETED")
    await book.record("RETIRED", "张一")
    assert await book.figures() == {}
    assert await book.figures(pool="TARGETED") == {A: (0, 0, 0, 1)}
    assert await exits(session, book.unit) == []


def test_only_the_causes_of_the_policy_count():
    """What the year's notice does not list does not count, and a list of what is no exit stops the load."""
    narrow = WINDOW.model_copy(update={"causes": frozenset({StaffingCause.RETIRED})})
    day, level = date(2023, 5, 1), TitleLevel.MIDDLE
    assert counting(StaffingCause.RETIRED, day, level, narrow).counts
    told = counting(StaffingCause.RESIGNED, day, level, narrow)
    assert (told.counts, told.article) == (False, "exits_proof")
    for wrong in ({"causes": ["RELEASED"]}, {"first": date(2024, 1, 1)}):
        with pytest.raises(ValueError, match=r"no exit|after it ends"):
            type(WINDOW).model_validate({**WINDOW.model_dump(), **wrong})


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("RESIGNED, DECEASED", "RELEASED", "no exit"),
        ("first: 2023-01-01", "first: 2024-01-01", "after it ends"),
        ("  TARGETED: [", "  TARGETTED: [", "TARGETTED"),
        ("  article: exits_window", "  article: window", "window"),
        ("  exam_post:", "  exam:", "exam_post"),
    ],
)
def test_a_broken_policy_of_the_ledger_is_refused(tmp_path, old, new, reason):
    """Words that are none, a window that ends before it begins and missing articles stop the load."""
    source = POLICIES / "qinghai" / "2023"
    folder = tmp_path / "qinghai" / "2023"
    folder.mkdir(parents=True)
    for path in source.glob("*.yaml"):
        told = path.read_text(encoding="utf-8")
        assert path.name != "staffing.yaml" or old in told
        spoilt = told.replace(old, new, 1) if path.name == "staffing.yaml" else told
        (folder / path.name).write_text(spoilt, encoding="utf-8")
    with pytest.raises(PolicyError, match=reason):
        policy.load(tmp_path, "qinghai", used=articles_named())


@pytest.mark.clause("A2.n2.exam")
async def test_an_examination_counts_only_once_it_is_decided(book):
    """Without a decision nothing is counted and the person is named; it can be decided anew, and the history stays."""
    exam = {"level": M, "title": "软件设计师", "by_examination": True}
    made = await book.record("QUALIFIED", "王软", on="2023-02-01", **exam)
    told = await book.balances(on="2023-02-01")
    assert told["undecided"] == [
        {
            "member_id": made["member"]["id"], "name": "王软", "level": M, "title": "软件设计师",
            "since": "2023-02-01",
        }
    ]  # fmt: skip
    assert await book.figures(on="2023-02-01") == {}
    decisions = [("2023-02-02", True), ("2023-02-03", False), ("2023-02-04", False), ("2023-02-05", True)]
    for day, takes_post in decisions:
        decided = await book.record("POST_DECISION", "王软", level=M, takes_post=takes_post, on=day)
        assert (await book.figures(on=day)).get(M, (0, 0, 0, 0)) == (0, 0, int(takes_post), 0)
        assert (await book.balances(on=day))["undecided"] == []
        assert decided["reason"] == "承担信息系统运维职责"
    assert (await book.balances(on="2023-02-01"))["undecided"] != []
    assert (await book.reverse(decided)).status_code == 201
    assert await book.figures() == {}


@pytest.mark.clause("A2.n2.exam")
@pytest.mark.parametrize("missing", ["reason", "takes_post", "level", "member"])
async def test_a_decision_is_per_person_with_its_reason(book, missing):
    """Without person, level, outcome or reason it is refused, on the article."""
    await book.record("QUALIFIED", "王软", level=M, by_examination=True)
    who = None if missing == "member" else "王软"
    answer = await book.ask("POST_DECISION", who, **{"level": M, missing: None})
    assert codes(answer) == {("DECISION_INCOMPLETE", missing)}
    assert {each["cite"] for each in answer.json()["basis"]} == {"附件2 说明2"}


@pytest.mark.clause("A2.n2.exam")
async def test_an_examined_person_can_be_employed_and_released(book):
    """Employed without a decision nothing is taken from the qualified; released, the post he took waits counted."""
    await book.record("QUALIFIED", "王软", level=M, by_examination=True)
    await book.record("EMPLOYED", "王软", level=M)
    assert await book.figures() == {M: (0, 1, 0, 0)}
    assert (await book.balances())["undecided"] == []
    await book.record("RELEASED", "王软")
    assert await book.figures() == {M: (0, 0, 1, 0)}
    await book.record("POST_DECISION", "王软", level=M, takes_post=False)
    assert await book.figures() == {}


@pytest.mark.clause("1.4.1")
async def test_a_targeted_employment_is_filed_with_the_province(book, session):
    """Whoever comes onto a targeted post is told to the province and listed there; general posts and openings are not."""
    await book.record("OPENING_POST", "期初", level=M, pool="TARGETED")
    await book.record("TRANSFERRED_IN", "一般", level=M)
    await book.record("QUALIFIED", "李青山", level=M, pool="TARGETED", title="全科主治医师（基层）")
    employed = await book.record("EMPLOYED", "李青山", level=M, pool="TARGETED", on="2023-04-01")
    async with session("quota") as tx:
        told = (await tx.execute(text("select type, subject, data from outbox"))).all()
    assert [(each.type, each.subject) for each in told] == [
        ("titles.quota.targeted_employment.filed.v1", f"staffing_movement/{employed['id']}")
    ]
    assert told[0].data == {
        "movement_id": employed["id"], "unit_id": book.unit.id, "province_id": book.unit.lineage_ids[0],
        "person_name": "李青山", "level": M, "employed_on": "2023-04-01",
    }  # fmt: skip
    [filed] = await filings(book, book.unit.at(0, "TITLE_OFFICER"))
    assert (filed["id"], filed["title"], filed["reversed_by"]) == (
        employed["id"], "全科主治医师（基层）", None,
    )  # fmt: skip
    reversal = (await book.reverse(employed)).json()["record"]
    [filed] = await filings(book, book.unit.at(0, "TITLE_OFFICER"))
    assert filed["reversed_by"] == reversal["id"]


@pytest.mark.clause("1.4.1")
async def test_the_province_is_told_that_a_filed_employment_is_taken_back(book, session):
    """A reversal of what was filed is told with its reason; of a general post and of an opening there was nothing to take back."""
    opened = await book.record("OPENING_POST", "期初", level=M, pool="TARGETED")
    general = await book.record("TRANSFERRED_IN", "一般", level=M)
    await book.record("QUALIFIED", "李青山", level=M, pool="TARGETED", title="全科主治医师（基层）")
    employed = await book.record("EMPLOYED", "李青山", level=M, pool="TARGETED", on="2023-04-01")
    reversed_by = [(await book.reverse(each)).json()["record"] for each in (opened, general, employed)]
    async with session("quota") as tx:
        told = (await tx.execute(text("select type, subject, data from outbox order by seq"))).all()
    assert [(each.type, each.subject) for each in told] == [
        (f"titles.quota.targeted_employment.{what}.v1", f"staffing_movement/{employed['id']}")
        for what in ("filed", "withdrawn")
    ]
    assert told[1].data == {
        "movement_id": employed["id"], "reversal_id": reversed_by[-1]["id"], "unit_id": book.unit.id,
        "province_id": book.unit.lineage_ids[0], "person_name": "李青山", "level": M,
        "employed_on": "2023-04-01", "reason": reversed_by[-1]["reason"],
    }  # fmt: skip


async def filings(book: Book, token: str) -> list[dict]:
    """The targeted employments that somebody sees."""
    answer = await ask(book.http, "GET", "/v1/staffing/targeted-employments", token)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


@pytest.mark.clause("1.4.1")
async def test_filings_are_read_from_above(book, quota):
    """The province sees all, page by page; a unit its own; another authority none."""
    other = Unit((book.unit.lineage[0], node("AUTHORITY", "PROVINCE"), node("EMPLOYER", "COUNTY")))
    for each in (book, Book(quota, other)):
        await each.record("TRANSFERRED_IN", "李青山", level=A, pool="TARGETED")
    seen = {
        book.unit.at(0, "TITLE_OFFICER"): 2,
        book.unit.at(1, "REVIEWER"): 1,
        book.unit.recommender: 1,
        other.recommender: 1,
        service_token(): 2,
        mint([seat("REVIEWER", node("HRSS", "PROVINCE"))]): 0,
        book.unit.at(2, "APPLICANT"): 0,
    }
    for token, count in seen.items():
        assert len(await filings(book, token)) == count
    path = "/v1/staffing/targeted-employments?first=1"
    first = (await ask(quota, "GET", path, service_token())).json()
    second = (await ask(quota, "GET", f"{path}&after={first['next_cursor']}", service_token())).json()
    assert [each["unit_id"] for each in (*first["items"], *second["items"])] == [other.id, book.unit.id]
    assert second["next_cursor"] is None


async def test_what_others_read_of_people(book, session):
    """Posts and particulars by account, on a day: the highest title, the one employed on, since when, which grade."""
    first, second, stranger = uuid4(), uuid4(), uuid4()
    one = {"name": "李青山", "person_id": str(first)}
    await book.record("OPENING_POST", member=one, level=M, title="主治医师", since="2015-07-01")
    await book.record("QUALIFIED", member=one, level=A, title="副主任医师", on="2023-05-01")
    two = {"name": "王草原", "person_id": str(second)}
    await book.record("OPENING_QUALIFIED", member=two, level=M, title="主管护师")
    await book.record("RETIRED", member=one, on="2023-06-01")
    unit, people = UUID(book.unit.id), [first, second, stranger]
    async with session("quota") as tx:
        day = date(2023, 5, 1)
        counted = await reading.counted_people(tx, unit, PostPool.GENERAL, on=day)
        assert sorted(counted, key=str) == sorted(
            [
                (first, TitleLevel.MIDDLE, True),
                (first, TitleLevel.ASSOCIATE_SENIOR, False),
                (second, TitleLevel.MIDDLE, False),
            ],
            key=str,
        )
        assert await reading.staff_of(tx, unit, people, on=day) == {
            first: reading.Staff("副主任医师", "主治医师", date(2015, 7, 1), None),
            second: reading.Staff("主管护师"),
        }
        later = await reading.staff_of(tx, unit, people, on=date(2023, 6, 1))
        assert later[first] == reading.Staff()
        counted = await reading.counted_people(tx, unit, PostPool.GENERAL, on=date(2023, 6, 1))
        assert counted == [(second, TitleLevel.MIDDLE, False)]
        assert await reading.staff_of(tx, unit, people, on=date(2022, 1, 1)) == {}
