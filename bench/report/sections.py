"""Each bench's figures as a section of docs/performance.md."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from bench import replicas
from bench.footprint import Footprint
from bench.growth.operations import CONTROL
from bench.growth.run import Cost, Costs
from bench.page.run import PAID
from bench.processes import Memory
from bench.report.drawing import Bar, bars, curves
from bench.report.page import Section, Table
from bench.transitions import run as transitions
from bench.transitions import step as steps
from bench.tree import Curve

TO_FIRST = "to the first answer (GraphQL, through the gateway to a service and its database)"
LEAST_MS = 0.1
FEW_PAGES = 10
"""Of fewer at the smallest size no ratio is told: a page more would be a large part of them."""


def footprint(measured: Footprint) -> Section:
    """Start, and memory."""
    figures = {
        f"seconds {TO_FIRST}": "answered",
        "seconds until every part is ready": "ready",
        "seconds of processors until then": "computed",
    }
    began = [
        [name, f"{measured.median(figure):.1f}", _span([getattr(each, figure) for each in measured.starts])]
        for name, figure in figures.items()
    ]
    names = list(measured.idle)
    rows = [[name, *_megabytes(measured.idle[name]), *_megabytes(measured.loaded[name])] for name in names]
    idle, loaded = (sum(each.values(), Memory()) for each in (measured.idle, measured.loaded))
    rows.append(["in all", *_megabytes(idle), *_megabytes(loaded)])
    drawn = [Bar(each, measured.idle[each].pss, f"{measured.idle[each].pss:.0f} MB") for each in names]
    return Section(
        "footprint",
        (
            Table(("`make run`, installed, its data there", "median", "least to most"), began),
            Table(("megabytes", "idle, PSS", "idle, RSS", "after load, PSS", "after load, RSS"), rows),
        ),
        (f"The load was the declaration's page, {measured.rate:.0f} times a second.",),
        {"memory": bars("Memory with nothing to do, megabytes (PSS)", drawn)},
    )


def taken(measured: transitions.Measured) -> Section:
    """Transitions a second."""
    writers = list(measured.at)
    names = list(measured.at[writers[0]])
    rows = [
        [
            name,
            *(
                f"{measured.at[each][name]:,.0f} ({measured.ratio(each, name, transitions.PGBENCH):.2f})"
                for each in writers
            ),
        ]
        for name in names
    ]
    ours = [
        [
            f"ours to {name}",
            *(f"{measured.ratio(each, transitions.OURS, name):.2f}" for each in writers),
        ]
        for name in names
        if name != transitions.OURS
    ]
    middle = writers[len(writers) // 2]
    drawn = [Bar(name, rate, f"{rate:,.0f}") for name, rate in measured.at[middle].items()]
    headings = [f"{each} writer{'s' * (each > 1)}" for each in writers]
    return Section(
        "transitions",
        (
            Table(("durable transitions a second (to pgbench)", *headings), rows),
            Table(("ratio", *headings), ours),
        ),
        (),
        {"transitions": bars(f"Durable transitions a second, {middle} writers", drawn)},
    )


def step(measured: steps.Measured) -> Section:
    """What a review step costs, and whom."""
    rows = []
    for name, way in measured.ways.items():
        each = [way.milliseconds(parts, measured.idle) for parts in PAID.values()]
        whole = sum(each)
        shares = (f"{cost:.1f} ({cost / whole:.0%})" for cost in each)
        rows.append([name, *shares, f"{whole:.1f}", f"{len(way.seconds) / way.lasted:.1f}"])
    headings = ("milliseconds of processors for a review step", *PAID, "in all", "steps a second")
    return Section("step", (Table(headings, rows),))


def growth(measured: Mapping[int, Costs]) -> Section:
    """What each operation costs over the number of declarations, and what that is to the cost at the smallest.

    What the machine itself does to a ratio shows in the control's, so each is told beside that, too.
    """
    first, last = min(measured), max(measured)
    many = [name for name, cost in measured[first].items() if cost.pages >= FEW_PAGES]
    paid = {name: _times(measured, last, name, _whole) for name in measured[first]}
    looked = {name: f"{_times(measured, last, name, _pages):.2f}" for name in many}
    return Section(
        "growth",
        (
            _grown(
                ("milliseconds of processors (of these the database's)", "ratio", "beside the control's"),
                measured,
                _shown,
                {name: (f"{each:.2f}", f"{each / paid[CONTROL]:.2f}") for name, each in paid.items()},
            ),
            _grown(
                ("pages the database looks at", "ratio"),
                measured,
                lambda cost: f"{cost.pages:,.0f}",
                {name: (looked.get(name, ""),) for name in paid},
            ),
        ),
        (),
        {
            "growth": _drawn(
                "Milliseconds of processors, times those at the smallest size", measured, _whole, paid
            ),
            "growth-pages": _drawn(
                "Pages looked at, times those at the smallest size", measured, _pages, many
            ),
        },
    )


def doubled(measured: replicas.Measured) -> Section:
    """One of each beside two of each."""
    rows = []
    for (kind, how), taken in measured.taken.items():
        paid = measured.milliseconds(kind, how)
        rows.append(
            [
                f"{kind}, {how}",
                f"{taken.rate:.1f}",
                f"{taken.within(50):,.0f}",
                f"{taken.within(99):,.0f}",
                *(f"{cost:.1f}" for cost in (*paid.values(), sum(paid.values()))),
                f"{measured.at_work(kind, how):.2f} of {measured.cores}",
                str(taken.failed),
            ]
        )
    paid_by = (f"ms of {name}" for name in replicas.PAID)
    headings = ("asked for", "a second", "p50 ms", "p99 ms", *paid_by, "ms in all", "processors", "failed")
    factors = [
        f"Two of each answer {kind} {measured.factor(kind):.2f} times as often as one of each."
        for kind in dict.fromkeys(kind for kind, _ in measured.taken)
    ]
    return Section("replicas", (Table(headings, rows),), factors)


def tree(measured: Sequence[Curve]) -> Section:
    """What a question to the tree costs over the number of organisations."""
    sizes = sorted(measured[0].at)
    rows = [
        [each.name, *(f"{each.at[size]:.2f}" for size in sizes), f"{each.ratio(sizes[-1]):.2f}"]
        for each in measured
    ]
    headings = ("milliseconds", *(f"{each:,}" for each in sizes), "ratio")
    drawn = curves(
        "What a question to the tree costs, by organisations", "ms", {each.name: each.at for each in measured}
    )
    return Section("tree", (Table(headings, rows),), (), {"tree": drawn})


def _megabytes(memory: Memory) -> tuple[str, str]:
    return f"{memory.pss:.0f}", f"{memory.rss:.0f}"


def _span(figures: Sequence[float]) -> str:
    return f"{min(figures):.1f} to {max(figures):.1f}"


def _grown(
    headings: Sequence[str],
    measured: Mapping[int, Costs],
    shown: Callable[[Cost], str],
    ratios: Mapping[str, Sequence[str]],
) -> Table:
    """The figures of every size, between the name of each operation and its ratios."""
    sizes, (what, *others) = sorted(measured), headings
    rows = [[name, *(shown(measured[size][name]) for size in sizes), *each] for name, each in ratios.items()]
    return Table((what, *(f"{each:,}" for each in sizes), *others), rows)


def _drawn(
    title: str, measured: Mapping[int, Costs], of: Callable[[Cost], float], names: Iterable[str]
) -> str:
    lines = {name: {size: _times(measured, size, name, of) for size in measured} for name in names}
    return curves(title, "by declarations", lines)


def _times(measured: Mapping[int, Costs], size: int, name: str, of: Callable[[Cost], float]) -> float:
    """A figure at a size over that at the smallest."""
    return of(measured[size][name]) / of(measured[min(measured)][name])


def _whole(cost: Cost) -> float:
    """Of no time there is no ratio: less than tables tell is lost in what the platform does anyway."""
    return max(LEAST_MS, cost.whole)


def _pages(cost: Cost) -> float:
    return cost.pages


def _shown(cost: Cost) -> str:
    return f"{cost.whole:.1f} ({cost.milliseconds['database']:.1f})"
