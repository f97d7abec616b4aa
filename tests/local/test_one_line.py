"""Whatever goes wrong as expected is one line that says what to do next, exit code 2, and no traceback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import asyncpg
import pytest

from demo import stage
from deploy.local import install
from deploy.local.bootstrap import bootstrap, libpq_call
from deploy.local.failures import DatabaseUnreachable, RightsMissing
from deploy.local.holder import held, holder
from deploy.local.keys import Keys
from deploy.local.layout import DEMO_PASSWORD, PROJECT, Layout, Ports, SettingWrong
from deploy.local.postgres import free_port


def _run(tmp_path, command="run", **environment) -> str:
    """Run a command that fails as expected and return its one line."""
    ended = subprocess.run(
        [sys.executable, "-m", "deploy.local", command],
        cwd=PROJECT,
        env=dict(os.environ) | {"RUN_DIR": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert ended.stderr.count("\n") == 1, ended.stderr
    return ended.stderr.strip()


def test_a_taken_port(tmp_path):
    """The line names the port, who wanted it, and how to shift all."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        line = _run(tmp_path, PORT=str(port - 1))
    assert line.startswith(f"Port {port} (wanted by accounts) is taken")
    assert "make run PORT=" in line


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://me:hidden@127.0.0.1:1/titles", "no connection to 127.0.0.1:1/titles"),
        ("postgresql://me:hidden@nowhere.invalid/titles", "no connection to nowhere.invalid:5432/titles"),
        ("mysql://me:hidden@127.0.0.1/titles", "only PostgreSQL"),
        ("nonsense", "not a URL of the form"),
    ],
)
def test_a_broken_database_url(tmp_path, url, told):
    """The line says what is wrong and never shows the password."""
    line = _run(tmp_path, "migrate", DATABASE_URL=url)
    assert line.startswith("DATABASE_URL: ")
    assert told in line
    assert "hidden" not in line


def test_a_wrong_password(tmp_path, test_server):
    """The server's own reason is told."""
    assert "authentication failed" in _run(
        tmp_path, "migrate", DATABASE_URL=test_server.admin_url.replace("@", "x@")
    )


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "many"), ("PORT", "80"), ("PORT", "70000"), ("DEMO", "yes")]
)
def test_a_variable_without_meaning(name, value):
    """The line names the variable, its value and what would be understood."""
    with pytest.raises(SettingWrong, match=f"{name}={value} is not understood; give"):
        Layout.from_environment({name: value})


async def test_missing_rights_to_create_roles(test_server, fresh_database):
    """The line says what a superuser has to grant."""
    admin = await asyncpg.connect(fresh_database)
    await admin.execute("DROP ROLE IF EXISTS weak; CREATE ROLE weak LOGIN PASSWORD 'weak'")
    await admin.close()
    weak = fresh_database.replace(fresh_database.partition("//")[2].partition("@")[0], "weak:weak")
    with pytest.raises(RightsMissing, match=r"user weak may not create roles; .* ALTER ROLE weak CREATEROLE"):
        await bootstrap(weak, test_server.passwords)


async def test_an_administrator_without_superuser_is_enough(test_server, fresh_database):
    """CREATEROLE and CREATE on the database suffice, as on managed servers."""
    name = fresh_database.rpartition("/")[2]
    admin = await asyncpg.connect(fresh_database)
    await admin.execute("DROP ROLE IF EXISTS keeper; CREATE ROLE keeper LOGIN CREATEROLE PASSWORD 'keeper'")
    await admin.execute(f"GRANT CREATE ON DATABASE {name} TO keeper")
    for service in test_server.passwords:
        await admin.execute(f"GRANT {service}, {service}_owner TO keeper WITH ADMIN OPTION")
    await admin.close()
    await bootstrap(
        fresh_database.replace(fresh_database.partition("//")[2].partition("@")[0], "keeper:keeper"),
        test_server.passwords,
    )


async def test_a_database_that_is_not_there(test_server):
    """The name of the missing database is told."""
    with pytest.raises(DatabaseUnreachable, match="nowhere"):
        await bootstrap(test_server.admin("nowhere"), test_server.passwords)


def test_a_second_run_in_the_same_folder(tmp_path):
    """The line names the process that runs already; once it ends the folder is free."""
    assert holder(tmp_path) is None
    with held(tmp_path, 1):
        assert holder(tmp_path).pid == os.getpid()
        assert f"already running (process {os.getpid()})" in _run(tmp_path, PORT=str(free_port()))
    assert holder(tmp_path) is None


def test_an_old_python(monkeypatch, capsys):
    """The line names the version needed and how to choose another interpreter."""
    monkeypatch.setattr(install, "OLDEST", (99, 0))
    assert install.main("runtime") == 2
    assert "install Python" in capsys.readouterr().err


def test_secrets_are_private_and_kept(tmp_path):
    """Made once, readable by their owner only, the same at the next start."""
    file = tmp_path / "secrets.json"
    made = Keys.kept_in(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert Keys.kept_in(file) == made


def test_a_password_is_on_no_command_line():
    """What `ps` shows to every user of the machine holds the place and no password."""
    place, told = libpq_call("postgresql://quota:s%3Acret@127.0.0.1:8105/titles")
    assert (place, told) == ("postgresql://quota@127.0.0.1:8105/titles", {"PGPASSWORD": "s:cret"})


def test_a_process_gets_its_own_secrets_only(tmp_path):
    """Quota cannot sign tokens, the gateway cannot reach the database, and nobody gets the administrator's password."""
    keys = Keys.generate()
    admin_url = f"postgresql://postgres:{keys.postgres_password}@127.0.0.1:1/titles"
    layout = Layout(tmp_path, Ports.from_base(8100))
    quota = layout.environment("quota", keys, admin_url)
    gateway = layout.environment("gateway", keys, admin_url)
    assert "SIGNING_KEYS_FILE" in layout.environment("accounts", keys, admin_url)
    assert "SIGNING_KEYS_FILE" not in quota
    assert keys.role_passwords["quota"] in quota["DATABASE_URL"]
    assert keys.role_passwords["accounts"] not in str(quota)
    assert "DATABASE_URL" not in gateway
    assert all(keys.postgres_password not in str(environment) for environment in (quota, gateway))


def test_a_printed_certificate_leads_to_the_gateway(tmp_path, monkeypatch):
    """Its pages are the gateway's; an operator who names another address for the world keeps it."""
    keys, layout = Keys.generate(), Layout(tmp_path, Ports.from_base(8100))
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    assert layout.environment("workflow", keys, "postgresql://u:p@h/d")["PUBLIC_URL"] == layout.ports.url(
        "gateway"
    )
    monkeypatch.setenv("PUBLIC_URL", "https://zc.example.cn")
    assert (
        layout.environment("workflow", keys, "postgresql://u:p@h/d")["PUBLIC_URL"] == "https://zc.example.cn"
    )


def test_the_demonstrations_password_is_known_to_the_demonstration():
    """The seed of `make run` and the season of `make demo` agree on it."""
    assert stage.PASSWORD == DEMO_PASSWORD
