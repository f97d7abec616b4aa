"""What exists from the start, and nothing else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import text

from services.accounts.__main__ import main
from services.accounts.installation import Desk
from services.accounts.seed import seed
from services.kit import clock
from tests.platform.settings import POLICIES, SERVICE_SECRETS, key
from tests.platform.tokens import signing_key
from tests.services.accounts.world import World

DEMO = "Lantern-Demo-2023!"


@pytest.mark.clause("A3.2.1")
async def test_a_fresh_system_has_the_provincial_hrss_only(world, session):
    """One organisation without superior, its manager, an operator; the database itself admits no second root."""
    async with session("accounts") as tx:
        rows = (await tx.execute(text("select kind, level, parent_id from organisation"))).all()
        logins = (await tx.execute(text("select login, password_hash from account order by login"))).all()
    assert [tuple(row) for row in rows] == [("HRSS", "PROVINCE", None)]
    assert [tuple(row) for row in logins] == [("operator", None), ("province.hrss", None)]


async def test_the_first_manager_signs_in_with_the_printed_code(world: World, first_lines):
    """The code is good once; the operator is nothing but an operator."""
    for line, role in zip(first_lines, ("ORGANISATION_MANAGER", "OPERATOR"), strict=True):
        login, code = re.fullmatch(r"(\S+): activation code (\S+), good until \S+", line).groups()
        await world.activate({"login": login, "code": code})
        account = (await world.sign_in(login)).json()["account"]
        assert [held["role"] for held in account["roles"]] == [role]


async def test_seeding_again_changes_nothing(world, session, installation):
    """Not even a new code while the old one is good; an expired one is replaced."""
    async with session("accounts") as tx:
        again = await seed(tx, Desk(installation, await clock.now(tx, simulated=True)), None)
    assert again == ["province.hrss: the code printed before", "operator: the code printed before"]
    async with session("accounts") as tx:
        await tx.execute(text("update activation set expires_at = now()"))
    async with session("accounts") as tx:
        third = await seed(tx, Desk(installation, await clock.now(tx, simulated=True)), None)
        assert await tx.scalar(text("select count(*) from organisation")) == 1
        assert await tx.scalar(text("select count(*) from account")) == 2
    assert all("activation code" in line for line in third)


async def test_a_demonstration_has_a_known_password_and_more_seats(client, database, session, installation):
    """The provincial manager also works as title officer and reviewer; the second run says the same."""
    for _ in range(2):
        async with session("accounts") as tx:
            told = await seed(tx, Desk(installation, await clock.now(tx, simulated=True)), DEMO)
        assert told == [f"province.hrss / {DEMO}", f"operator / {DEMO}"]
    http = await client("accounts")
    answer = await http.post("/v1/sessions", json={"login": "province.hrss", "password": DEMO})
    roles = {held["role"] for held in answer.json()["account"]["roles"]}
    assert roles == {"ORGANISATION_MANAGER", "TITLE_OFFICER", "REVIEWER"}


def environment(database_url, **changed: str) -> dict[str, str]:
    """What the processes of this service find in their environment."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return (
        kept
        | {
            "DATABASE_URL": database_url("accounts"),
            "POLICIES_DIR": str(POLICIES),
            "FIELD_KEYS": json.dumps({"k1": key()}),
            "INDEX_KEY": key(),
            "SIGNING_KEYS": json.dumps({"keys": [signing_key().as_dict(private=True)]}),
            "SERVICE_SECRETS": json.dumps(SERVICE_SECRETS),
        }
        | changed
    )


@pytest.fixture
def start(monkeypatch, capsys, database_url):
    """`start(SIGNING_KEYS="[]")`: the service's command with settings that keep it from serving; code and complaint."""

    def command(**changed: str) -> tuple[int, str]:
        for name, value in environment(database_url, **changed).items():
            monkeypatch.setenv(name, value)
        code = main()
        return code, capsys.readouterr().err

    return command


async def test_the_command_prints_how_to_sign_in(database_url):
    """As a process, with the password from its environment."""
    done = subprocess.run(
        [sys.executable, "-m", "services.accounts.seed"],
        env=environment(database_url, DEMO_PASSWORD=DEMO),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=POLICIES.parent,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [f"province.hrss / {DEMO}", f"operator / {DEMO}"]


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"SIGNING_KEYS": "[]"}, "SIGNING_KEYS holds no key"),
        ({"SIGNING_KEYS": "nonsense"}, "SIGNING_KEYS cannot be read"),
        ({"SERVICE_SECRETS": '{"quota": ""}'}, "SERVICE_SECRETS must be JSON"),
        ({"FIELD_KEYS": "{}"}, "FIELD_KEYS and INDEX_KEY must be set"),
        ({"POLICIES_DIR": "/nowhere"}, "no policy found"),
        ({"PASSWORD_WORKERS": "0"}, "setting PASSWORD_WORKERS"),
    ],
)
def test_bad_settings_are_one_line(start, changed, complaint):
    """The service does not start and says in one line why."""
    code, told = start(**changed)
    assert code == 2
    assert complaint in told
    assert len(told.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("file", "before", "after", "complaint"),
    [
        ("organisations.yaml", "uscc: FORBIDDEN", "uscc: FORBIDEN", "organisations.yaml:"),
        ("organisations.yaml", "article: townships", "article: towns", "lacks: towns"),
        ("learning.yaml", "answer: b", "answer: x", "learning.yaml:"),
        ("learning.yaml", "questions: 10,", "questions: 99,", "more questions than there are"),
        ("sign_in.yaml", "min_length: 10", "min_length: 3", "sign_in.yaml:"),
    ],
)
def test_a_broken_policy_stops_the_start(start, tmp_path: Path, file, before, after, complaint):
    """With file, line and reason."""
    folder = copytree(POLICIES / "qinghai" / "2023", tmp_path / "qinghai" / "2023")
    whole = (folder / file).read_text(encoding="utf-8")
    assert before in whole
    (folder / file).write_text(whole.replace(before, after, 1), encoding="utf-8")
    code, told = start(POLICIES_DIR=str(tmp_path))
    assert code == 2
    assert complaint in told
    assert len(told.strip().splitlines()) == 1


async def test_a_weak_demonstration_password_is_refused(session, database, installation):
    """Not even a demonstration has a password that a guesser finds first; nothing is seeded."""
    async with session("accounts") as tx:
        with pytest.raises(ValueError, match="does not obey"):
            await seed(tx, Desk(installation, await clock.now(tx, simulated=True)), "demo")
        assert await tx.scalar(text("select count(*) from organisation")) == 0
