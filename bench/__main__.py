"""Run every bench and print its table: each row beside the peer it is measured against."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from functools import partial

from rich.console import Console
from rich.table import Table

from bench import (
    announcement,
    creation,
    events,
    intake,
    invariants,
    meeting,
    recalculation,
    sign_in,
    tools,
    tree,
)
from bench.executor import run as executor
from bench.last_hour import run as last_hour
from bench.last_hour import shown as last_hour_shown
from bench.measure import Row
from bench.page import run as page
from bench.page import shown
from bench.tree import Curve

BAR = 24
"""Characters of the longest bar of a curve."""
WIDTH = 120
NEEDS = dict.fromkeys(("executor", "last_hour", "page"), tools.NODE)


def show(title: str, rows: Sequence[Row]) -> None:
    """Print one table; the ratio is to the first row."""
    table = Table(title=title, title_justify="left")
    for heading in ("way", "operations/s (median of rounds)", "least to most", "ratio"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for row in rows:
        ratio = row.median / rows[0].median
        table.add_row(row.name, f"{row.median:,.0f}", f"{row.least:,.0f} to {row.most:,.0f}", f"{ratio:.2f}")
    Console(width=WIDTH).print(table)


def show_curves(title: str, curves: Sequence[Curve]) -> None:
    """Print what each question costs at each size, and the curve: a flat one has bars of one length."""
    table = Table(title=title, title_justify="left")
    for heading in ("question", "organisations", "ms (median)", "ratio", "curve"):
        table.add_column(heading, justify="left" if heading in {"question", "curve"} else "right")
    for curve in curves:
        most = max(curve.at.values())
        for place, (size, cost) in enumerate(curve.at.items()):
            bar = "█" * max(1, round(BAR * cost / most))
            name = curve.name if place == 0 else ""
            table.add_row(name, f"{size:,}", f"{cost:.2f}", f"{curve.ratio(size):.2f}", bar)
        table.add_section()
    Console(width=WIDTH).print(table)


def show_beside(title: str, names: tuple[str, str], curves: Sequence[Curve]) -> None:
    """Print two of the curves side by side; the ratio is of operations a second, to the first."""
    table = Table(title=title, title_justify="left")
    for heading in ("organisations", *(f"{name}, ms" for name in names), "ratio"):
        table.add_column(heading, justify="right")
    peer, ours = (next(curve for curve in curves if curve.name == name) for name in names)
    for size, cost in ours.at.items():
        table.add_row(f"{size:,}", f"{peer.at[size]:.2f}", f"{cost:.2f}", f"{peer.at[size] / cost:.2f}")
    Console(width=WIDTH).print(table)


def _creation() -> None:
    show("Creating an organisation with its manager's account; 8 at a time", asyncio.run(creation.run()))


def _intake() -> None:
    for title, rows in asyncio.run(intake.run()).items():
        show(f"{title}: rows a second", rows)


def _sign_in() -> None:
    signing_in, tokens = asyncio.run(sign_in.run())
    show("Signing in; 2 at a time", signing_in)
    show("Checking a token", tokens)


def _meeting() -> None:
    for title, rows in asyncio.run(meeting.run()).items():
        show(title, rows)


def show_times(title: str, rows: Sequence[Row]) -> None:
    """Print how long each way takes for the whole, and how many times the first one that is."""
    table = Table(title=title, title_justify="left")
    for heading in ("way", "a second (median of rounds)", "times the first"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for row in rows:
        table.add_row(row.name, f"{row.median:,.0f}", f"{rows[0].median / row.median:,.0f}")
    Console(width=WIDTH).print(table)


def _recalculation(*, million: bool) -> None:
    units = recalculation.MANY if million else recalculation.FEW
    title = f"Recalculating a province of {units:,} institutions"
    show_times(title, asyncio.run(recalculation.run(million=million)))


def _events(*, million: bool) -> None:
    carried = asyncio.run(events.run(million=million))
    table = Table(title=f"{carried[0].events:,} events through the relay to an inbox", title_justify="left")
    for heading in ("transport", "killed in the middle", "seconds", "events/s", "ratio"):
        table.add_column(
            heading, justify="left" if heading in {"transport", "killed in the middle"} else "right"
        )
    for each in carried:
        ratio = carried[0].seconds / each.seconds
        figures = (f"{each.seconds:,.0f}", f"{each.events / each.seconds:,.0f}", f"{ratio:.2f}")
        table.add_row(each.transport, ", ".join(each.killed) or "nothing", *figures)
    Console(width=WIDTH).print(table)


def _announcement(*, readers: int) -> None:
    told = asyncio.run(announcement.run(readers=readers))
    table = Table(title=f"An announcement to {told.readers:,} readers", title_justify="left")
    for heading in ("what", "number", "a second", "ratio"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for rate in told.rates:
        ratio = rate.a_second / told.rates[0].a_second
        table.add_row(rate.name, f"{rate.number:,}", f"{rate.a_second:,.0f}", f"{ratio:.2f}")
    Console(width=WIDTH).print(table)
    delays = Table(title="An urgent notice, from commit to the mail server", title_justify="left")
    for heading in ("which", "notices", "ms (median)", "ms (99 of 100)", "ms (longest)"):
        delays.add_column(heading, justify="left" if heading == "which" else "right")
    for delay in told.delays:
        number, *figures = delay.figures
        delays.add_row(delay.name, str(number), *(f"{each:,.0f}" for each in figures))
    Console(width=WIDTH).print(delays)
    asked = announcement.Delays("progress", told.asked).figures
    print(f"Progress, asked {asked[0]} times: {asked[1]:,.0f} ms (median), {asked[3]:,.0f} ms (longest).")
    print(
        f"Withdrawn in {1000 * told.withdrawing:,.0f} ms; the last letter came {1000 * told.after:,.0f} ms after the answer."
    )


def _page(*, million: bool) -> None:
    sizes = (*page.SIZES, page.MILLION) if million else page.SIZES
    asyncio.run(shown.show(page.run(page.Effort(sizes))))


def _executor() -> None:
    executor.show(asyncio.run(executor.run()))


def _last_hour() -> None:
    asyncio.run(last_hour_shown.show(last_hour.run(last_hour.Effort())))


async def _looks() -> None:
    table = Table(title="The check of all that must hold", title_justify="left")
    for heading in ("declarations", "rows", "seconds", "of its own processor", "MB at most", "it said"):
        table.add_column(heading, justify="right")
    async for each in invariants.run():
        figures = (f"{each.size:,}", f"{each.rows:,}", f"{each.seconds:,.0f}", f"{each.own:,.0f}")
        table.add_row(*figures, f"{each.megabytes:,.0f}", each.said)
    Console(width=WIDTH).print(table)


def _invariants() -> None:
    asyncio.run(_looks())


def _tree(*, million: bool) -> None:
    curves = asyncio.run(tree.run(million=million))
    show_curves("Asking the tree of organisations, by its size", curves)
    show_beside("The check of a subtree beside the bare database", tree.SIDES, curves)


def _benches(*, million: bool, readers: int) -> dict[str, tools.Measure]:
    """All of them, in the order in which they are run."""
    return {
        "creation": _creation,
        "intake": _intake,
        "sign_in": _sign_in,
        "meeting": _meeting,
        "executor": _executor,
        "invariants": _invariants,
        "recalculation": partial(_recalculation, million=million),
        "announcement": partial(_announcement, readers=readers),
        "events": partial(_events, million=million),
        "last_hour": _last_hour,
        "page": partial(_page, million=million),
        "tree": partial(_tree, million=million),
    }


def main() -> int:
    """Measure what was asked for, or everything; 1 where something could not be."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = _benches(million=False, readers=announcement.FEW)
    parser.add_argument("only", nargs="*", choices=[*names, []], help="which; else all")
    parser.add_argument(
        "--million",
        action="store_true",
        help="a million organisations, readers and declarations, a hundred thousand events",
    )
    parser.add_argument("--readers", type=int, help="how many readers an announcement has")
    chosen = parser.parse_args()
    many = announcement.MANY if chosen.million else announcement.FEW
    benches = _benches(million=chosen.million, readers=chosen.readers or many)
    return tools.measure(
        {name: bench for name, bench in benches.items() if not chosen.only or name in chosen.only}, NEEDS
    )


if __name__ == "__main__":
    sys.exit(main())
