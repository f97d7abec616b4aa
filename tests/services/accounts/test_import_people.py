"""Imports of people: by the unit they work at, judged like single creations, with the same accounts."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from services.accounts.installation import Desk
from services.accounts.intake.worker import end_abandoned, forget_old
from services.kit import clock
from tests.services.accounts.importing import PERSON, Importing, opened, person, xlsx
from tests.services.accounts.test_import_applying import added, everything, shape
from tests.services.accounts.world import World, new_resident_id, refused, token_at

pytestmark = pytest.mark.usefixtures("imports_at_work")

__all__ = ["everything"]


@pytest.fixture
async def hospital(world: World):
    """A provincial hospital."""
    return await world.hospital()


@pytest.fixture
async def importing(world, hospital) -> Importing:
    """Imports of people from the hospital."""
    return Importing(world, hospital, "PEOPLE")


@pytest.mark.clause("A3.4.1")
@pytest.mark.clause("2.2.1")
async def test_a_unit_imports_its_people(importing, world, hospital):
    """People of the unit and of its departments get accounts there, and sign in with their codes."""
    department = await world.department(hospital)
    rows = [
        person(登录名="zhuo.ma", 手机号码="13900001111"),
        person(姓名="李四", 内设机构=department["name"]),
    ]
    told = await importing.checked(rows)
    assert told["accepted"] == 2, await importing.refusals(told["id"])
    done = await importing.applied(told["id"])
    assert (done["state"], done["created"]) == ("DONE", 2)
    people = (await world.ask("GET", "/v1/people", token_at(hospital))).json()["items"]
    assert {each["name"]: each["department_id"] for each in people} == {
        "卓玛": None,
        "李四": department["id"],
    }
    assert all(each["employer_id"] == hospital["id"] for each in people)
    codes = opened((await world.ask("GET", f"/v1/imports/{told['id']}/activations", importing.token)).content)
    assert codes[1][0] == "zhuo.ma"
    await world.activate({"login": codes[1][0], "code": codes[1][2]})


async def test_an_imported_person_leaves_what_a_created_one_leaves(importing, world, hospital, everything):
    """Row by row of every table of the service, the import writes what the creation writes."""
    start = await everything()
    body = world.person(hospital, login="single.login", phone="13900001111")
    assert (await world.ask("POST", "/v1/people", importing.token, body)).status_code == 201
    middle = await everything()
    row = person(登录名="import.login", 手机号码="13900001111")
    done = await importing.applied((await importing.checked([row]))["id"])
    assert done["state"] == "DONE"
    by_one, by_import = added(start, middle), added(middle, await everything())
    swaps = []
    for rows, login in ((by_one, "single.login"), (by_import, "import.login")):
        for of_table in rows.values():
            for each in of_table:
                for sealed in [name for name in each if name.endswith("_sealed")]:
                    each[sealed] = bool(each[sealed])
        swaps.append({rows["person"][0]["id"]: "P", rows["account"][0]["id"]: "A", login: "L"})
    assert shape(by_import, swaps[1]) == shape(by_one, swaps[0])


async def test_people_are_judged_by_the_rules_of_a_creation(importing, world, hospital):
    """Kind, document, residence, contract: a row is refused with the code, message and articles of the creation."""
    wrong = [
        person(人员类别="企业（民办机构）人员"),
        person(人员类别="个体工商户"),
        person(证件号码="630104198506121234"),
        person(人员类别="档案托管人员"),
    ]
    told = await importing.checked(wrong)
    found = await importing.refusals(told["id"])
    asked = [
        {"kind": "ENTERPRISE"},
        {"kind": "SELF_EMPLOYED"},
        {"number": "630104198506121234"},
        {"kind": "HOSTED"},
    ]
    for row_no, more in enumerate(asked, start=2):
        body = world.person(hospital, **more)
        single = (await world.ask("POST", "/v1/people", importing.token, body)).json()
        [finding] = found[row_no]
        assert {key: single.get(key) for key in ("code", "message", "basis")} == {
            key: finding[key] for key in ("code", "message", "basis")
        }
    assert "630104198506121234" not in str(found)


@pytest.mark.clause("A3.4.1")
async def test_nobody_imports_people_of_another_unit(importing, world, hospital):
    """A row that names another unit, or a department that is not the unit's, is refused; so is the superior's file."""
    health = await world.ask("GET", f"/v1/organisations/{hospital['parent_id']}", token_at(world.root))
    header = [*PERSON, "单位信用代码"]
    rows = [
        person(单位信用代码="别的单位"),
        person(内设机构="没有的科室"),
        person(单位信用代码=hospital["uscc"]),
        person(单位信用代码=hospital["name"]),
    ]
    told = await importing.checked([], xlsx(header, rows))
    assert await importing.codes(told["id"]) == {2: ["NOT_YOUR_UNIT"], 3: ["NOT_YOUR_UNIT"]}
    above = Importing(world, health.json(), "PEOPLE")
    told = await above.checked([], xlsx(header, rows[2:]))
    assert await above.codes(told["id"]) == {2: ["NOT_YOUR_UNIT"], 3: ["NOT_YOUR_UNIT"]}


@pytest.mark.clause("2.2.1")
async def test_one_person_one_account(importing, world, hospital):
    """Who has an account is refused, and who comes twice in a file the second time; so is a sign-in name in use."""
    number = new_resident_id()
    await world.add_person(hospital, number=number, login="taken.login")
    twice = new_resident_id()
    told = await importing.checked(
        [
            person(证件号码=number),
            person(证件号码=twice),
            person(证件号码=twice.lower() + " "),
            person(登录名="Taken.Login"),
        ]
    )
    assert await importing.codes(told["id"]) == {
        2: ["PERSON_EXISTS"],
        4: ["REPEATS_ROW"],
        5: ["LOGIN_TAKEN"],
    }
    again = [person(证件号码=new_resident_id()) for _ in range(3)]
    content = xlsx(PERSON, again)
    first = await importing.checked([], content)
    await importing.applied(first["id"])
    second = await importing.checked([], content)
    codes = await importing.codes(second["id"])
    assert all(found[0] == "PERSON_EXISTS" for found in codes.values())
    assert len(codes) == 3


async def test_a_report_masks_numbers(importing, world):
    """The report shows enough of a number to find the person by, and the database holds none in the open."""
    number = new_resident_id()
    told = await importing.checked([person(证件号码=number, 手机号码="13900001111", 内设机构="没有的科室")])
    report = await world.ask("GET", f"/v1/imports/{told['id']}/report", importing.token)
    cells = opened(report.content)[1]
    assert number not in cells
    assert any(cell.startswith(number[:3]) and cell.endswith(number[-4:]) for cell in cells)
    assert "139****1111" in cells


async def test_the_rows_are_forgotten_in_time(importing, session, installation, world):
    """What an import held of people is deleted so many days after it ended."""
    told = await importing.checked([person(内设机构="没有的科室"), person()])
    await importing.applied(told["id"], skip_refused=True)
    keep = installation.policies.of(2023).intake.limits.keep_days
    async with session("accounts") as tx:
        await forget_old(tx, keep)
        assert await tx.scalar(text("select count(*) from intake_row")) == 2
        await tx.execute(text(f"update intake set ended_at = now() - interval '{keep} days 1 minute'"))
        await forget_old(tx, keep)
        assert await tx.scalar(text("select count(*) from intake_row")) == 0
    answer = await world.ask("GET", f"/v1/imports/{told['id']}", token_at(world.root))
    refused(answer, 404, "IMPORT_NOT_FOUND")


async def test_an_abandoned_import_ends_and_is_forgotten(importing, session, installation):
    """Checked and then left alone for as long as rows are kept, it fails, its rows are deleted, it counts no more."""
    told = await importing.checked([person()])
    keep = installation.policies.of(2023).intake.limits.keep_days
    for age, state, rows in (("1 day", "CHECKED", 1), (f"{keep} days 1 minute", "FAILED", 0)):
        async with session("accounts") as tx:
            await tx.execute(text(f"update intake set created_at = now() - interval '{age}'"))
            await end_abandoned(tx, Desk(installation, await clock.now(tx, simulated=True)))
        async with session("accounts") as tx:
            assert await tx.scalar(text("select count(*) from intake_row")) == rows
        found = await importing.read(told["id"])
        assert found["state"] == state
    assert (found["failure"], found["available_actions"]) == ("ABANDONED", [])
