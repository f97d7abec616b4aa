"""`python -m services.relay.heartbeat FILE`: whether the relay's loop turned lately. It listens on no port that could be asked.

It knows nothing of databases and subscribers: while those are away the relay waits, and would not mend by being started again.
"""

import asyncio
import sys
import time
from pathlib import Path

EVERY_SECONDS = 5.0
LATE_SECONDS = 60.0


async def beat(file: Path) -> None:
    """Touch `file` for as long as the loop turns."""
    while True:
        await asyncio.to_thread(file.touch)
        await asyncio.sleep(EVERY_SECONDS)


def late(file: Path) -> bool:
    """Whether `file` was not touched for a minute, or never."""
    return not file.exists() or time.time() - file.stat().st_mtime > LATE_SECONDS


if __name__ == "__main__":
    sys.exit(late(Path(sys.argv[1])))
