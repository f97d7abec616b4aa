"""Others' rules for the schema: what breaks a client is announced, and pages are as Relay asks."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from gateway.export import FILE
from tests.platform import npm

pytestmark = pytest.mark.timeout(300)
ROOT = Path(__file__).resolve().parents[2]
PACKAGES = Path(__file__).with_name("npm")
BAD_PAGE = """
type Query { things(first: Int!): ThingConnection }
type ThingConnection { edges: [ThingEdge] pageInfo: PageInfo! }
type ThingEdge { cursor: String! node: ID }
type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
"""


def git(*arguments: str) -> str | None:
    """What git says; None where it knows no such thing."""
    done = subprocess.run(["git", *arguments], check=False, cwd=ROOT, capture_output=True, text=True)  # noqa: S607
    return done.stdout.strip() if done.returncode == 0 else None


def before() -> str | None:
    """The schema of the last release; before the first, of where this branch left main, or of main's last change."""
    here = git("rev-parse", "HEAD")
    release = git("describe", "--tags", "--abbrev=0", "--match", "v*", "HEAD^")
    left = next((at for main in ("main", "origin/main") if (at := git("merge-base", "HEAD", main))), None)
    base = release or (left if left != here else None) or "HEAD^"
    return git("show", f"{base}:gateway/schema.graphql")


def breaks(old: str, new: str) -> list[dict[str, str]]:
    """What graphql-inspector finds to break a client."""
    home = npm.installed(PACKAGES / "spec")
    found: list[dict[str, str]] = json.loads(
        npm.ran(home, "breaks.mjs", given=json.dumps({"before": old, "after": new}))
    )
    return found


def announced() -> set[str]:
    """What the changelog says will break: the names in its Breaking section of what is not released."""
    unreleased = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## [")[1]
    section = re.search(r"^### Breaking\n(.*?)(?=^##|\Z)", unreleased, re.DOTALL | re.MULTILINE)
    return set(re.findall(r"`([\w.]+)`", section[1])) if section else set()


def test_nothing_breaks_a_client_unannounced() -> None:
    """Whatever breaks a client of the last schema stands in the changelog under Breaking, by its name in the schema."""
    if (old := before()) is None:
        pytest.skip("no earlier schema is known here")
    found = breaks(old, FILE.read_text(encoding="utf-8"))
    assert [each for each in found if each["path"] not in announced()] == []


def test_what_breaks_a_client_is_found() -> None:
    """A field that may be null, an argument that must be given: both by name."""
    old = "type Query { a: Int! b(c: Int): Int }"
    found = breaks(old, "type Query { a: Int b(c: Int!): Int d: Int }")
    assert sorted(each["path"] for each in found) == ["Query.a", "Query.b.c"]


def test_pages_are_as_relay_asks() -> None:
    """graphql-eslint's rules of Relay find nothing in the schema, and find a page that cannot be gone on with."""
    home = npm.installed(PACKAGES / "lint")
    schemas = json.dumps([FILE.read_text(encoding="utf-8"), BAD_PAGE])
    ours, bad = json.loads(npm.ran(home, "relay.mjs", given=schemas))
    assert ours == []
    assert "@graphql-eslint/relay-arguments" in [each["ruleId"] for each in bad]
