"""What squawk finds in the SQL of migrations that run while people work, and code of the release before with them.

A migration whose name begins with `pre_` runs while old code goes on, and takes nothing away; `post_` runs when none is
left. Whatever else is found in one is argued beside it: `ARGUED = {"the rule": "why it does no harm here"}`.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import yaml
from alembic import command
from alembic.script import Script, ScriptDirectory

from migrations.run import HERE, LOCK_SECONDS, configuration

OLDEST_SERVER = "15"
STYLE = ("prefer-text-field", "prefer-bigint-over-int", "prefer-bigint-over-smallint", "prefer-identity")
"""How columns are typed is the models' business."""
GIVEN = ("transaction-nesting", "require-statement-timeout", "prefer-robust-stmts")
"""All steps are one transaction, of which nothing stays where it fails; what waits for a lock gives up, what works may take long."""
CONTRACTING = (
    "ban-drop-column", "ban-drop-table", "ban-drop-constraint", "ban-drop-function", "ban-drop-trigger",
    "ban-drop-view", "ban-drop-type", "ban-drop-default", "adding-not-nullable-field", "renaming-column", "renaming-table",
)  # fmt: skip
"""What nobody misses once no old code is left."""


@dataclass(frozen=True)
class Finding:
    """A rule of squawk that a migration breaks, and how."""

    migration: str
    rule: str
    message: str


def baseline() -> Mapping[str, str]:
    """The revision of each schema from which on migrations are linted."""
    told: dict[str, str] = yaml.safe_load((HERE / "baseline.yaml").read_text(encoding="utf-8"))
    return told


def since(service: str, revision: str | None) -> list[Script]:
    """The migrations of `service` that come after a revision, oldest first."""
    scripts = ScriptDirectory.from_config(configuration(service)).walk_revisions()
    return [*takewhile(lambda each: each.revision != revision, scripts)][::-1]


def findings(service: str, script: Script) -> Iterator[Finding]:
    """What is wrong with a migration, and arguments that no finding needs any more."""
    name = f"{service}/{Path(script.path).stem}"
    argued: Mapping[str, str] = getattr(script.module, "ARGUED", {})
    found = dict(_found(service, script))
    yield from (Finding(name, rule, message) for rule, message in found.items() if rule not in argued)
    yield from (Finding(name, rule, "is argued, and not found") for rule in argued if rule not in found)


def sql(service: str, script: Script) -> str:
    """What a migration does, as the runner has it done."""
    config = configuration(service)
    config.output_buffer = io.StringIO()
    before = script.down_revision or "base"
    command.upgrade(config, f"{before}:{script.revision}", sql=True)
    return f"set lock_timeout = '{int(LOCK_SECONDS * 1000)}ms';\n{config.output_buffer.getvalue()}"


def _found(service: str, script: Script) -> Iterator[tuple[str, str]]:
    contracts = Path(script.path).stem.partition("_")[2].startswith("post_")
    left_out = (*STYLE, *GIVEN, *(CONTRACTING if contracts else ()))
    asked = subprocess.run(  # noqa: S603 - squawk, on SQL of our own
        [
            str(Path(sys.executable).with_name("squawk")),
            *("--assume-in-transaction", "--pg-version", OLDEST_SERVER, "--reporter", "json"),
            *("--exclude", ",".join(left_out), "--stdin-filepath", Path(script.path).name),
        ],
        input=sql(service, script), capture_output=True, text=True, check=False,
    )  # fmt: skip
    for each in json.loads(asked.stdout):
        yield each["rule_name"], each["message"]
