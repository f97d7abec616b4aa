"""What one sees: a bar while the season plays, the timeline at its end (as a table, or as Markdown for the README)."""

from collections.abc import Iterable

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from demo.season import SCENES
from demo.stage import Entry


def progress(console: Console) -> Progress:
    """A bar over the scenes, with what is being done just now."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.fields[scene]}", style="bold"),
        BarColumn(bar_width=24),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[now]}", style="dim"),
        console=console,
    )


def timeline(entries: Iterable[Entry]) -> Table:
    """Who did what when, and on which article."""
    table = Table(title="2023年度时间线", show_lines=False)
    for heading in ("日期", "人员", "事项", "依据"):
        table.add_column(heading, overflow="fold")
    scene = 0
    for entry in entries:
        if entry.scene != scene:
            scene = entry.scene
            table.add_section()
            table.add_row("", "", f"[bold]{scene}. {SCENES[scene - 1].title}", "")
        style = "red" if entry.refused else None
        table.add_row(f"{entry.at:%Y-%m-%d}", entry.who, entry.what, "、".join(entry.basis), style=style)
    return table


def markdown(entries: Iterable[Entry]) -> Iterable[str]:
    """The same as Markdown."""
    yield "| 日期 | 人员 | 事项 | 依据 |"
    yield "| --- | --- | --- | --- |"
    scene = 0
    for entry in entries:
        if entry.scene != scene:
            scene = entry.scene
            yield f"| | | **{scene}. {SCENES[scene - 1].title}** | |"
        yield f"| {entry.at:%Y-%m-%d} | {entry.who} | {entry.what} | {'、'.join(entry.basis)} |"
