"""docs/with-curl.md, copied and pasted into a shell, does what it says."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "with-curl.md"
PORTS = {"accounts": "8101", "gateway": "8100"}

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(
        not all(map(shutil.which, ("bash", "curl", "jq"))), reason="the page is for bash, curl and jq"
    ),
]


async def test_the_page_runs_as_it_stands(stack):
    """Sign-in with a second factor, a client's credentials, an import, lists: every command succeeds, in their order."""
    script = "\n".join(
        re.findall(r"^```bash\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    )
    for part, port in PORTS.items():
        script = script.replace(f"http://127.0.0.1:{port}", stack.url(part))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    shell = await create_subprocess_exec(
        "bash", "-euo", "pipefail", "-c", script, env={**os.environ, "PATH": path}, stdout=PIPE, stderr=PIPE
    )
    told, complaint = await shell.communicate()
    assert shell.returncode == 0, complaint.decode() + told.decode()
    organisations, imported, manager, people = (json.loads(line) for line in told.decode().splitlines())
    [edge] = organisations["edges"]
    assert (edge["node"]["kind"], edge["node"]["status"]) == ("HRSS", "ACTIVE")
    assert imported == {"state": "DONE", "created": 2, "refused": 0}
    assert (manager["login"], manager["activated"]) == ("province.hrss", True)
    assert "ORGANISATION_MANAGER" in manager["roles"]
    assert people == []
