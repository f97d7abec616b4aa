"""Run every bench and print its table: each row beside the peer it is measured against."""

import asyncio

from rich.console import Console
from rich.table import Table

from bench import transitions
from bench.measure import Row


def show(title: str, rows: list[Row]) -> None:
    """Print one table; the ratio is to the first row."""
    table = Table(title=title, title_justify="left")
    for heading in ("way", "operations/s (median of rounds)", "least to most", "ratio"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for row in rows:
        ratio = row.median / rows[0].median
        table.add_row(row.name, f"{row.median:,.0f}", f"{row.least:,.0f} to {row.most:,.0f}", f"{ratio:.2f}")
    Console().print(table)


if __name__ == "__main__":
    show("A durable transition: state, history, audit, outbox; 16 at a time", asyncio.run(transitions.run()))
