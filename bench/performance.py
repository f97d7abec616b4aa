"""Measure what docs/performance.md tells, print it, and with `--write` put it there. `make dev` first: all of it runs in .venv.

The parts: `footprint` (start and memory of `make run`), `transitions` (installs engines with pip), `step`, `replicas` (HAProxy), `growth` and `tree`
(`--million`). Without a name all of them, half an hour on two cores with nothing else to do: `growth` a third of it, each other part a few minutes.
What the page tells of the declaration page, of the executor and of the last hour has commands of its own, which need Node and npm:
`make bench ARGS=page`, `make bench ARGS=executor`, `make bench ARGS=last_hour`. The first and the second print; their tables are put there by hand.
Where a program is missing the others go on, and the end is 1.
"""

import argparse
import sys
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

import uvloop

from bench import footprint, replicas, tools, tree
from bench.growth import run as growth
from bench.report import sections
from bench.report.page import Section, write
from bench.transitions import run as transitions
from bench.transitions import step
from services.process import collect_rarely

Measure = Callable[[], Coroutine[Any, Any, Section]]
PARTS = ("footprint", "transitions", "step", "replicas", "growth", "tree")
NEEDS: Mapping[str, tuple[str, ...]] = {"replicas": tools.HAPROXY}


async def _footprint() -> Section:
    return sections.footprint(await footprint.run())


async def _transitions() -> Section:
    return sections.taken(await transitions.run())


async def _step() -> Section:
    return sections.step(await step.run())


async def _replicas() -> Section:
    return sections.doubled(await replicas.run())


def _growing(*, million: bool) -> dict[str, Measure]:
    async def declarations() -> Section:
        sizes = (*growth.SIZES, growth.MILLION) if million else growth.SIZES
        return sections.growth({size: costs async for size, costs in growth.run(sizes)})

    async def organisations() -> Section:
        return sections.tree(await tree.run(million=million))

    return {"growth": declarations, "tree": organisations}


def _told(name: str, measure: Measure, *, writes: bool) -> None:
    section = uvloop.run(measure())
    print(f"\n## {name}\n\n{section.markdown()}", flush=True)
    if writes:
        write(section)


def main() -> int:
    """Measure what was asked for, or everything; 1 where something could not be."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.performance",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    fixed: dict[str, Measure] = {
        "footprint": _footprint,
        "transitions": _transitions,
        "step": _step,
        "replicas": _replicas,
    }
    parser.add_argument("only", nargs="*", choices=[*PARTS, []], help="which; else all")
    parser.add_argument("--million", action="store_true", help="a million declarations and organisations too")
    parser.add_argument("--write", action="store_true", help="put it into docs/performance.md")
    chosen = parser.parse_args()
    collect_rarely()  # what of ours runs in this process runs as in a service's
    parts = {
        name: partial(_told, name, measure, writes=chosen.write)
        for name, measure in (fixed | _growing(million=chosen.million)).items()
        if not chosen.only or name in chosen.only
    }
    return tools.measure(parts, NEEDS)


if __name__ == "__main__":
    sys.exit(main())
