"""`python -m bench.performance [PART ...]`: measure what docs/performance.md tells, print it, and with `--write` put it there.

All of it takes half an hour on two cores with nothing else to do: `growth` a third of it, each other part a few minutes.
"""

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bench import footprint, replicas, tree
from bench.growth import run as growth
from bench.report import sections
from bench.report.page import Section, write
from bench.transitions import run as transitions
from bench.transitions import step

Measure = Callable[[], Coroutine[Any, Any, Section]]
PARTS = ("footprint", "transitions", "step", "replicas", "growth", "tree")


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


def main() -> None:
    """Measure what was asked for, or everything."""
    parser = argparse.ArgumentParser(prog="python -m bench.performance", description=__doc__)
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

    for name, measure in (fixed | _growing(million=chosen.million)).items():
        if not chosen.only or name in chosen.only:
            section = asyncio.run(measure())
            print(f"\n## {name}\n\n{section.markdown()}", flush=True)
            if chosen.write:
                write(section)


if __name__ == "__main__":
    main()
