"""Pages of the documentation as somebody reads them: each command copied and pasted into one shell, in order."""

from __future__ import annotations

import os
import re
import shutil
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.local.layout import BASE_PORT, PROCESSES, Ports
from deploy.local.stack import Stack

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```(bash|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)
needs_a_shell = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "curl", "jq"))), reason="the page is for bash, curl and jq"
)


@dataclass(frozen=True)
class Example:
    """A block of commands, and what the page says that it prints; nothing where it says nothing."""

    commands: str
    printed: str = ""


def examples(page: str) -> Iterator[Example]:
    """The examples of a page: a ```bash block, perhaps with a ```text block after it."""
    blocks = BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))
    for place, (kind, content) in enumerate(blocks):
        if kind == "bash":
            told = blocks[place + 1 : place + 2]
            yield Example(content, told[0][1] if told and told[0][0] == "text" else "")


async def printed(page: str, stack: Stack, folder: Path) -> list[str]:
    """What the examples of a page print, one by one, when they run against `stack` in `folder`."""
    end = f"end of example {uuid4()}"
    script = "".join(f"{each.commands}\necho {end!r}\n" for each in examples(page))
    for process in PROCESSES:
        if (port := Ports.from_base(BASE_PORT).of(process)) is not None:
            script = script.replace(f"http://127.0.0.1:{port}", stack.url(process))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    shell = await create_subprocess_exec(
        "bash", "-euo", "pipefail", "-c", script,
        cwd=folder, env={**os.environ, "PATH": path}, stdout=PIPE, stderr=STDOUT,
    )  # fmt: skip
    try:
        told, _ = await shell.communicate()
    finally:
        if shell.returncode is None:  # the test was given up: what the page waits for may never come
            shell.kill()
    assert shell.returncode == 0, told.decode()
    return told.decode().split(f"{end}\n")[:-1]
