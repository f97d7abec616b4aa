"""What is made public, for how long, and that nobody can change it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
import yaml
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import ProgrammingError

from services.kit.auth import Actor
from services.kit.clock import CalendarUnknown, Moment
from services.workflow.publicity import service
from services.workflow.publicity.errors import PersonalNumbers
from services.workflow.publicity.model import Publicity, PublicityEnd
from services.workflow.publicity.policy import PublicityPolicy
from services.workflow.publicity.states import PublicityKind
from tests.platform.settings import POLICIES
from tests.services.workflow.stage import problem


def test_no_policy_shortens_a_publicity_below_the_article():
    """A year's file with fewer working days than the article has does not load; the refusal names the article."""
    told = yaml.safe_load((POLICIES / "qinghai/2023/publicity.yaml").read_text("utf-8"))
    with pytest.raises(ValueError, match="人社部令第40号"):
        PublicityPolicy.model_validate(told | {"working_days": told["floor"]["working_days"] - 1})
    with pytest.raises(ValueError, match="no article"):
        PublicityPolicy.model_validate(told | {"floor": told["floor"] | {"article": "nowhere"}})
    assert PublicityPolicy.model_validate(told | {"working_days": 7}).working_days == 7


@pytest.mark.clause("3.6.2")
async def test_a_recommendation_in_publicity_is_read_by_anybody(stage):
    """Who is recommended by whom for what, without any id or phone."""
    made = await stage.publicised()
    (told,) = (await stage.ask("GET", "/publicities", None)).json()["items"]
    assert told == (await stage.ask("GET", f"/publicities/{made['publicity_id']}")).json()
    assert told["snapshot"] == {
        "unit": "机构EMPLOYER",
        "name": "李医生",
        "series": "卫生系列",
        "specialty": None,
        "level": "副高级",
        "rank": 1,
        "pool": "一般岗位",
        "ground": None,
        "route": "一般申报",
    }
    assert (told["kind"], told["state"], told["working_days"]) == ("RECOMMENDATION", "OPEN", 5)
    assert told["subject_id"] == made["id"]
    assert str(made["person_id"]) not in str(told)


async def test_names_are_public_for_so_many_days_and_then_for_those_who_have_to_do_with_them(stage):
    """To the last day strangers read them, from the next on nothing of the person; officers and whom it is about do."""
    made = await stage.publicised()
    path = f"/publicities/{made['publicity_id']}"
    told = (await stage.ask("GET", path)).json()
    assert (told["closes_on"], told["named_until"]) == ("2023-11-09", "2023-12-09")
    assert [each["cite"] for each in told["basis"]] == ["人社部令第40号", "三（六）3"]
    await stage.time("2023-12-09T23:00+08:00")
    assert (await stage.ask("GET", path)).json()["snapshot"] == told["snapshot"]
    await stage.time("2023-12-10T00:00+08:00")
    gone = await stage.ask("GET", path)
    assert (gone.json()["snapshot"], "李医生" in gone.text) == ({}, False)
    every = await stage.ask("GET", "/publicities")
    assert (len(every.json()["items"]), "李医生" in every.text) == (1, False)
    stranger = stage.places.clinic
    for role, at, sees in (
        ("TITLE_OFFICER", stage.places.province, True),
        ("SUPERVISOR", stage.places.province, True),
        ("REVIEWER", stage.places.hospital, True),
        ("APPLICANT", stage.places.hospital, False),
        ("TITLE_OFFICER", stranger, False),
        ("SUPERVISOR", stranger, False),
    ):
        asked = await stage.ask("GET", path, stage.places.token(role, at))
        assert ("李医生" in asked.text) is sees, (role, at.id)


async def test_lists_are_narrowed_by_unit_kind_cycle_and_day(stage):
    """Each filter leaves what fits."""
    made = await stage.publicised()
    hospital, clinic = stage.places.hospital.id, stage.places.clinic.id
    fitting = [
        f"organisation_id={hospital}",
        "kind=RECOMMENDATION",
        f"cycle_id={made['cycle_id']}",
        "running=true",
    ]
    for query in fitting:
        assert len((await stage.ask("GET", f"/publicities?{query}")).json()["items"]) == 1, query
    for query in (f"organisation_id={clinic}", "kind=RESULT", f"cycle_id={uuid4()}"):
        assert (await stage.ask("GET", f"/publicities?{query}")).json()["items"] == [], query
    await stage.time("2023-11-10T00:00+08:00")
    assert (await stage.ask("GET", "/publicities?running=true")).json()["items"] == []
    problem(await stage.ask("GET", f"/publicities/{uuid4()}"), 404, "PUBLICITY_NOT_FOUND")


@pytest.mark.parametrize(
    ("opened", "days", "closes"),
    [
        ("2023-09-28", 5, "2023-10-11"),  # National Day holds 29 Sep to 6 Oct; 7 and 8 Oct are worked
        ("2023-10-05", 2, "2023-10-08"),  # both make-up days, a weekend
        ("2023-11-02", 5, "2023-11-09"),
        ("2023-11-03", 1, "2023-11-06"),  # a weekend in between
        ("2023-12-29", 1, "2024-01-02"),  # New Year's Day is a Monday
        ("2024-02-09", 5, "2024-02-22"),  # Spring Festival; 18 Feb, a Sunday, is worked
    ],
)
@pytest.mark.clause("2.5.3")
async def test_working_days_follow_the_official_calendar(stage, session, opened, days, closes):
    """Holidays do not count, make-up days do, the day of publication does not."""
    publicity = await publish(stage, session, opened, days)
    assert publicity.closes_on.isoformat() == closes
    last = date.fromisoformat(closes)
    assert service.not_yet_over(publicity, at_noon(last)) is not None
    assert service.not_yet_over(publicity, at_noon(last.replace(day=last.day + 1))) is None


async def test_a_year_without_calendar_is_refused_not_guessed(stage, session):
    """No holiday calendar, no publicity."""
    with pytest.raises(CalendarUnknown):
        await publish(stage, session, "2077-12-30", 5)


@pytest.mark.clause("3.6.4")
async def test_the_service_itself_cannot_alter_or_shorten_a_publicity(stage, session):
    """The login role has no UPDATE and no DELETE on what was made public, nor on its end."""
    made = await stage.publicised()
    rows = [
        update(Publicity).values(closes_on=date(2023, 11, 3)),
        update(Publicity).values(snapshot={}),
        delete(Publicity),
        update(PublicityEnd).values(outcome="SETTLED"),
        delete(PublicityEnd),
    ]
    for statement in rows:
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with session("workflow") as tx:
                await tx.execute(statement)
    async with session("workflow") as tx:
        await tx.execute(
            insert(PublicityEnd).values(
                publicity_id=UUID(made["publicity_id"]), outcome="CANCELLED", at=datetime.now(UTC)
            )
        )


@pytest.mark.parametrize("number", ["63010319800101123X", "13997012345", {"phone": ["电话 15500597407"]}])
async def test_ids_and_phones_never_become_public(stage, session, number):
    """A snapshot with something like a resident id or a mobile number is a mistake that stops at once."""
    with pytest.raises(PersonalNumbers):
        await publish(stage, session, "2023-11-02", 5, snapshot={"name": "李医生", "other": number})


async def test_a_name_with_a_phone_number_is_refused_and_not_published(stage):
    """Where somebody wrote a number into the person's name, the unit is told so, and nothing changes."""
    plan = await stage.plan(await stage.ready())
    person = stage.employ(name="李医生 13997012345")
    made = await stage.made("/recommendations", stage.recommender, stage.wish(plan, person))
    told = problem(await stage.act(made, "PUBLICISE"), 422, "PERSONAL_NUMBERS")
    assert "13997012345" not in told["message"]
    assert told["basis"]
    assert (await stage.ask("GET", "/publicities")).json()["items"] == []


async def publish(stage, session, day, working_days, snapshot=None):
    """Make something public on a day."""
    cycle = await stage.opened()
    async with session("workflow") as tx:
        about: service.About = {
            "kind": PublicityKind.RESULT,
            "subject_id": uuid4(),
            "cycle_id": UUID(cycle["id"]),
            "organisation_id": stage.places.authority.id,
            "lineage": [n.id for n in stage.places.line(stage.places.authority)],
            "province": "qinghai",
        }
        return await service.open(
            tx,
            snapshot or {"name": "李医生"},
            about,
            working_days=working_days,
            actor=Actor(uuid4(), "person", "办事机构"),
            moment=at_noon(date.fromisoformat(day)),
            basis=(),
        )


def at_noon(day: date) -> Moment:
    """Noon of a day in Shanghai."""
    return Moment(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
