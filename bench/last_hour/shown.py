"""What the last hour came to: tables as they go into the documents, and the curve of waiting over the rate."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from bench.last_hour.mix import SHARES
from bench.last_hour.run import (
    AFTER,
    AGAIN,
    ALL_LET_IN,
    HUNDREDTH,
    LOOKING,
    WANTED_SECONDS,
    Step,
    good_in_the_middle,
)
from bench.last_hour.truth import Found
from bench.page.run import PAID
from bench.report.page import DOCS, put
from services.typesetting import Format, typeset

SECTION, CURVE = "last hour", DOCS / "last-hour.svg"
TEMPLATE = Path(__file__).with_name("curve.typ")
TITLE = "The last hour: how long an answer takes at which rate"
MEDIAN, WHOLE = 50, 100
DOUBLING = (0.0625, 0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32)
"""Seconds at which the curve's axis is marked."""
HEAD = (
    "requests a second",
    "what",
    "answered",
    "p50 ms",
    "p99 ms",
    "sent away",
    "p99 ms of these",
    "wrong",
    "ms of processors",
)


async def show(measuring: AsyncIterator[Step | Found]) -> None:
    """Print each step as soon as it is there; in the end all tables, and the curve as a file."""
    steps, found = [], None
    async for each in measuring:
        if isinstance(each, Found):
            found = each
        else:
            steps.append(each)
            print(
                _row(each),
                *(f"  {count} x {what}" for what, count in each.failed.items()),
                sep="\n",
                flush=True,
            )
    tables = "\n".join(_tables(steps, found))
    print(tables)
    CURVE.write_bytes(await typeset(TEMPLATE, _curve(steps), Format.SVG, at=datetime.now(UTC)))
    put(SECTION, tables)


def _tables(steps: Sequence[Step], found: Found | None) -> Iterator[str]:
    yield from (f"![{TITLE}]({CURVE.name})", "", _headline(steps), "")
    yield from (_line(HEAD), _line("---" for _ in HEAD), *map(_row, steps), "")
    if (highest := _highest(steps)[0]) is not None:
        yield from _by_kind([step for step in steps if step.rate == highest and step.name == LOOKING])
    for before, after in pairwise(steps):
        if after.name == AFTER:
            well = (
                "not well again while it was looked at"
                if after.recovered is None
                else f"well again within {after.recovered:.1f} s"
            )
            yield f"- After {before.name}: {well}."
    late = max(each.late for step in steps for each in step.answers)
    yield f"- The generator was late by {1000 * late:,.0f} ms at most."
    if found:
        yield from _truth(found)


def _headline(steps: Sequence[Step]) -> str:
    most, least = _highest(steps)
    if most is None:
        return f"**No rate was good**, down to {least:.1f} requests a second."
    beyond = f"{least:.1f} a second were too many" if least else "more was not tried"
    return f"**The highest rate with {HUNDREDTH} of 100 answered within {1000 * WANTED_SECONDS:.0f} ms: {most:.1f} requests a second**; {beyond}."


def _highest(steps: Sequence[Step]) -> tuple[float | None, float | None]:
    """The highest rate at which the middle try was good, and the lowest at which it was not."""
    looked: dict[float, list[Step]] = {}
    for step in steps:
        if step.name == LOOKING:
            looked.setdefault(step.rate, []).append(step)
    good = {rate: good_in_the_middle(tries) for rate, tries in looked.items()}
    most = max((rate for rate, each in good.items() if each), default=None)
    return most, min((rate for rate, each in good.items() if not each), default=None)


def _truth(found: Found) -> Iterator[str]:
    told = ", ".join(f"{count:,} x {kind}" for kind, count in found.acknowledged.items())
    yield f"- Acknowledged: {told}. Lost: {found.lost}. Doubled: {found.doubled}."
    yield f"- Two wanted one place: {found.rivals:,} were told that it is taken. Units with more than their places: {found.overgranted}."
    yield f"- `python -m services.invariants` afterwards: {found.invariants}."


def _row(step: Step) -> str:
    away = step.sent_away
    paid = sum(step.paid.values()) / step.together
    return _line(
        (
            f"{step.rate:.1f}",
            step.name,
            f"{len(step.done):,} of {len(step.answers):,}",
            _ms(step.within(MEDIAN)),
            _ms(step.within(HUNDREDTH)),
            f"{len(away):,}",
            _ms(step.within(HUNDREDTH, away)) if away else "",
            str(step.failed.total()),
            f"{1000 * paid:.0f}",
        )
    )


def _by_kind(tries: Sequence[Step]) -> Iterator[str]:
    """The highest good rate, kind by kind, in all tries at it, and who pays."""
    head = (f"at {tries[0].rate:.1f} requests a second", "of a hundred", "asked", "p50 ms", "slowest ms")
    yield from (_line(head), _line("---" for _ in head))
    answers = [each for step in tries for each in step.answers]
    for kind, share in SHARES.items():
        those = [each for each in answers if each.request.kind == kind]
        times = (_ms(tries[0].within(each, those)) if those else "" for each in (MEDIAN, WHOLE))
        yield _line((kind, str(share), str(len(those)), *times))
    paid = {name: sum(step.paid[part] for step in tries for part in parts) for name, parts in PAID.items()}
    told = ", ".join(f"{name} {1000 * used / len(answers):.1f}" for name, used in paid.items())
    yield from ("", f"- Milliseconds of processors a request there: {told}.")


def _curve(steps: Sequence[Step]) -> dict[str, object]:
    """The data of the template: who waited how long at which rate, places from 0 to 1."""
    steady = [
        each for each in steps if each.name not in {AFTER, AGAIN} and not each.name.endswith(ALL_LET_IN)
    ]
    told = sorted((each for each in steady if each.done), key=lambda each: each.rate)
    most = max(each.rate for each in told)
    return {
        "title": TITLE,
        "rates": [{"at": each.rate / most, "told": f"{each.rate:.0f}"} for each in told],
        "wanted": _place(WANTED_SECONDS),
        "marks": [{"at": _place(each), "told": f"{each:g} s"} for each in DOUBLING],
        "lines": [
            {
                "told": f"p{hundredth}",
                "points": [[each.rate / most, _place(each.within(hundredth))] for each in told],
            }
            for hundredth in (MEDIAN, HUNDREDTH)
        ],
        "away": [[each.rate / most, len(each.sent_away) / len(each.answers)] for each in told],
    }


def _place(seconds: float) -> float:
    """Where on the axis, which doubles from mark to mark."""
    for place, (low, high) in enumerate(pairwise(DOUBLING)):
        if seconds <= high:
            return (place + max(0.0, (seconds - low) / (high - low))) / (len(DOUBLING) - 1)
    return 1.0


def _line(cells: "Sequence[str] | Iterator[str]") -> str:
    return f"| {' | '.join(cells)} |"


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:,.0f}"
