"""What was measured of the page, as tables and as a curve."""

from collections.abc import AsyncIterator, Iterator, Sequence

from rich.console import Console
from rich.table import Table

from bench.page.run import PAGE, PARTS, PEER, STILL, Measured

WIDTH = 140
HEADINGS = ("way", "a second", "to still", "to PostGraphile", "p50 ms", "p99 ms", "bytes", "failed")
PAID = ("way", *PARTS, "the peer", "in all", "gateway's share")


async def show(measuring: AsyncIterator[Measured]) -> None:
    """Print what was measured at each size as soon as it is there, and the curve in the end."""
    console = Console(width=WIDTH)
    measured = []
    async for each in measuring:
        measured.append(each)
        console.print(_rates(each))
        console.print(_paid(each))
    console.print("\n".join(curve(measured)), markup=False, highlight=False)


def _rates(measured: Measured) -> Table:
    table = Table(title=f"The declaration page, {measured.size:,} declarations", title_justify="left")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for name, taken in measured.taken.items():
        ratios = (f"{measured.ratio(name, beside):.3f}" for beside in (STILL, _peer_of(measured, name)))
        times = (f"{taken.within(each):,.1f}" for each in (50, 99))
        table.add_row(name, f"{taken.rate:,.1f}", *ratios, *times, f"{taken.size:,}", str(taken.failed))
    return table


def _peer_of(measured: Measured, name: str) -> str:
    """PostGraphile's way of the same."""
    same = name.replace(PAGE, PEER)
    return same if same in measured.taken else PEER


def _paid(measured: Measured) -> Table:
    table = Table(title="Milliseconds of processors that an answer costs", title_justify="left")
    for heading in PAID:
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for name in measured.taken:
        costs = measured.costs(name)
        share = costs[0] / (sum(costs) or 1)
        table.add_row(name, *(f"{cost:.2f}" for cost in (*costs, sum(costs))), f"{share:.0%}")
    return table


def curve(measured: Sequence[Measured]) -> Iterator[str]:
    """The page's and PostGraphile's cost over the number of declarations, as Mermaid draws it."""
    costs = {name: [sum(each.costs(name)) for each in measured] for name in (PAGE, PEER)}
    sizes = ", ".join(f'"{each.size:,}"' for each in measured)
    most = max(cost for line in costs.values() for cost in line)
    yield "xychart-beta"
    yield f'  title "Milliseconds of processors an answer, by declarations: {PAGE}, {PEER}"'
    yield f"  x-axis [{sizes}]"
    yield f'  y-axis "ms" 0 --> {most * 1.1:.0f}'
    for line in costs.values():
        yield f"  line [{', '.join(f'{cost:.2f}' for cost in line)}]"
