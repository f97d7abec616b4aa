"""The posts of a year as data: a broken file stops the service with file, line and reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from services.kit.policy import PolicyError
from services.quota import policy
from services.quota.__main__ import main
from services.quota.main import HEAD, articles_named
from tests.platform.settings import POLICIES

FILE = POLICIES / "qinghai" / "2023" / "posts.yaml"


@pytest.fixture
def spoilt(tmp_path):
    """`spoilt(old, new)`: a policies folder whose posts.yaml has `old` replaced."""

    def make(old: str, new: str) -> Path:
        text = FILE.read_text(encoding="utf-8")
        assert old in text
        folder = tmp_path / "qinghai" / "2023"
        shutil.copytree(FILE.parent, folder)
        (folder / "posts.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
        return tmp_path

    return make


def test_every_entry_has_its_cite():
    """Articles, rows and exemptions all say where they stand in the notice."""
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert all(article["cite"] and article["summary"] for article in told["articles"].values())
    assert [row["cite"] for row in told["ratios"]["rows"]] == [f"附件1 第{n}行" for n in range(1, 6)]
    assert {each["article"] for each in told["exemptions"]} <= set(told["articles"])


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("overall: {senior: 18, middle: 50}", "overall: {senior: 19, middle: 50}", "18 and 50"),
        (
            "unified: {senior: 15, middle: 45, junior: 40}",
            "unified: {senior: 15, middle: 45, junior: 41}",
            "make 101",
        ),
        ('"632301", "632322"', '"632300", "632322"', "is covered by"),
        ("rounding: CUT", "rounding: UP", "rounding"),
        ("among: [JUNIOR]", "among: [YOUNGSTER]", "knows no YOUNGSTER"),
        ("article: on_establishment", "article: nowhere", "nowhere"),
        ("limited_levels:", "limitd_levels:", "limit"),
        ("  within_numbers:", "  within_number:", "within_numbers"),
        ("articles:", "articles: [", "not YAML"),
    ],
)
def test_a_broken_policy_is_refused_with_its_place(spoilt, old, new, reason):
    """Sums that do not add up, rows that meet, unknown words and missing articles stop the load, by file and reason."""
    with pytest.raises(PolicyError) as refused:
        policy.load(spoilt(old, new), "qinghai", used=articles_named())
    assert str(Path("qinghai", "2023")) in str(refused.value)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, "setting DATABASE_URL: Field required"),
        ({"DATABASE_URL": "postgresql://x@127.0.0.1/x", "POLICIES_DIR": "/nowhere"}, "no policy found"),
        ({"DATABASE_URL": "postgresql://x@127.0.0.1/x", "PORT": "many"}, "setting PORT"),
    ],
)
def test_what_cannot_start_says_why_in_one_line(monkeypatch, capsys, environment, told):
    """Missing settings and policies end the process with 2 and one line, no traceback."""
    for name in ("DATABASE_URL", "POLICIES_DIR", "PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main() == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert told in said.err


async def test_it_is_ready_when_database_migrations_and_policy_are(quota):
    """Readiness names its three checks."""
    told = (await quota.get("/readyz")).json()
    assert told == {"status": "ready", "checks": {"database": "ok", "migrations": "ok", "policy": "ok"}}
    assert (await quota.get("/healthz")).json() == {"status": "alive"}


def test_readiness_waits_for_the_newest_migration():
    """The revision named in code is the head of the schema's history."""
    versions = sorted((POLICIES.parent / "migrations" / "quota" / "versions").glob("*.py"))
    assert versions[-1].name.startswith(f"{HEAD}_")
