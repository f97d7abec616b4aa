"""docs/draw.md, run as anybody would: the page's program on a published draw, with Python alone."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[4] / "docs" / "draw.md"


async def replay(public: dict[str, Any], folder: Path) -> tuple[int | None, str]:
    """How the page's program ends on a record, and what it says."""
    [program] = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    script, record = folder / "replay.py", folder / "draw.json"
    script.write_text(program, "utf-8")
    record.write_text(json.dumps(public), "utf-8")
    pipe = asyncio.subprocess.PIPE
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(script), str(record), stdout=pipe, stderr=pipe
    )
    told, why = await run.communicate()
    return run.returncode, (told + why).decode().strip()
