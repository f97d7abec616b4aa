"""Keeps the processes alive: one that ends by itself is started again, more slowly each time, until it is hopeless."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable

from deploy.local.processes import Child

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0
HEALTHY_AFTER_SECONDS = 60.0
ATTEMPTS = 5

Say = Callable[[str], None]


class Supervisor:
    """Watches over children; `say` tells the user in one line what happened."""

    def __init__(self, say: Say, *, pause: float = FIRST_PAUSE_SECONDS, attempts: int = ATTEMPTS) -> None:
        self._say = say
        self._pause = pause
        self._attempts = attempts
        self._watching: dict[str, asyncio.Task[None]] = {}

    def watch(self, children: Iterable[Child]) -> None:
        """Begin to watch running children."""
        for child in children:
            self._watching[child.name] = asyncio.create_task(self._keep(child), name=f"watch {child.name}")

    def watches(self, name: str) -> bool:
        """Whether a child that ends will be started again."""
        return name in self._watching and not self._watching[name].done()

    async def release(self, *names: str) -> None:
        """Stop watching the named children, or all; they go on running."""
        tasks = [
            self._watching.pop(name) for name in names or tuple(self._watching) if name in self._watching
        ]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep(self, child: Child) -> None:
        failures = 0
        while True:
            started = time.monotonic()
            code = await child.wait()
            failures = 1 if time.monotonic() - started > HEALTHY_AFTER_SECONDS else failures + 1
            if failures > self._attempts:
                self._say(
                    f"{child.name} ended {failures} times in a row and stays down ({child.last_words()}); "
                    f"mend it and run again, its log is {child.log}"
                )
                return
            pause = min(self._pause * 2 ** (failures - 1), LONGEST_PAUSE_SECONDS)
            self._say(
                f"{child.name} ended ({_told(code)}); starting it again in {pause:g} s, its log is {child.log}"
            )
            await asyncio.sleep(pause)
            await child.start()


def _told(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"
