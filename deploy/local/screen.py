"""The one screen that `make run` shows once everything is ready."""

from __future__ import annotations

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from deploy.local.bootstrap import SERVICES
from deploy.local.layout import GATEWAY
from deploy.local.stack import Stack

console = Console(highlight=False, soft_wrap=True)


def show(stack: Stack, seconds: float) -> None:
    """Print addresses, first sign-in, how to stop, and where the logs are."""
    console.print(
        Panel(
            Group(_addresses(stack), Text(), _sign_in(stack), Text(), _housekeeping(stack)),
            title="职称申报评审平台 · professional-title platform",
            subtitle=f"ready after {seconds:.1f} s",
            expand=False,
        )
    )


def _addresses(stack: Stack) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_row("GraphiQL", f"{stack.url(GATEWAY)}/graphql", "the whole platform in one schema")
    for service in SERVICES:
        table.add_row(service, f"{stack.url(service)}/docs", "OpenAPI page")
    return table


def _sign_in(stack: Stack) -> Table:
    table = Table.grid(padding=(0, 2))
    for number, line in enumerate(stack.seeded.splitlines()):
        table.add_row("sign in" if number == 0 else "", line)
    if not stack.layout.second_factor:
        table.add_row(
            "", "second factor off, for a demonstration only; SECOND_FACTOR=on make run asks for it"
        )
    return table


def _housekeeping(stack: Stack) -> Table:
    table = Table.grid(padding=(0, 2))
    clock = "simulated, an operator may set it" if stack.layout.demo else "real"
    table.add_row("clock", f"{clock} (DEMO={int(stack.layout.demo)})")
    table.add_row("database", stack.data)
    table.add_row("logs", str(stack.layout.logs))
    table.add_row("stop", "Ctrl-C; the data stay for the next make run")
    return table
