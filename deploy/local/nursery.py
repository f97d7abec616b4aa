"""Starts Python processes as forks of one that has imported what they share.

Six processes that each import FastAPI, SQLAlchemy and kit take some fifteen seconds of processor time before they
answer; forked, they take the time once and share the memory. `python -m deploy.local.nursery` reads orders on its
standard input, one JSON object a line, and tells on its standard output who was born and who ended.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import select
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from deploy.local.processes import bound_to_us, call_us
from services.process import collect_rarely

PRELOAD = (
    "asyncpg",
    "httptools",
    "jinja2",
    "services.accounts.contract",
    "services.files.receiving",
    "services.neighbours.client",
    "services.kit.health",
    "services.kit.http",
    "services.kit.inbox",
    "services.kit.migrations",
    "services.kit.ops",
    "services.kit.paging",
    "services.kit.policy",
    "services.quota.contract",
    "services.reads.api",
    "services.replicas.standby",
    "services.rotation",
    "services.spreadsheet.sheets",
    "services.streaming.pulling",
    "services.telemetry.figures",
    "services.typesetting",
    "services.workflow.contract",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "uvicorn.protocols.http.httptools_impl",
    "uvloop",
)
"""Shared by most; nothing of a service itself but its contract, so that a restarted one runs its newest code."""
INPUT, OUTPUT = 0, 1


def main(before: Callable[[str], None] = lambda _module: None) -> int:
    """Import, then fork on order until the input ends; the forks end with us.

    `before` is called with the module of each order, before the fork.
    """
    gc.disable()  # modules and classes stay: to look through them meanwhile takes a sixth of the time
    for module in PRELOAD:
        importlib.import_module(module)
    gc.enable()
    gc.collect()
    collect_rarely()  # what is imported stays: to look through it again and again is in vain
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    pending = b""
    while True:
        ready, _, _ = select.select([INPUT, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _tell_ended()
        if INPUT in ready:
            received = os.read(INPUT, 1 << 16)
            if not received:
                return 0
            *orders, pending = (pending + received).split(b"\n")
            for order in orders:
                asked = json.loads(order)
                before(asked["module"])
                _bear(asked)


def _bear(order: dict[str, Any]) -> None:
    bind = bound_to_us(signal.SIGTERM)
    pid = os.fork()
    if pid == 0:
        bind()
        _live(order)
    _tell({"order": order["order"], "pid": pid})


def _live(order: dict[str, Any]) -> NoReturn:
    """Be the process that was ordered, as if the interpreter had been started for it."""
    code = 1
    try:
        _settle(order)
        runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        code = _code_of(ended)
    except BaseException:  # noqa: BLE001 - the interpreter would do the same
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _settle(order: dict[str, Any]) -> None:
    os.setsid()
    call_us(order["module"].removeprefix("services."))
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDONLY)
    output, errors = (
        os.open(order[name], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600) for name in ("output", "errors")
    )
    for target, source in enumerate((nothing, output, errors)):
        os.dup2(source, target)
    os.closerange(3, min(1 << 16, os.sysconf("SC_OPEN_MAX")))
    sys.stdout = open(1, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115 - for the process's life
    sys.stderr = open(2, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115 - for the process's life
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    sys.path.insert(0, order["folder"])
    sys.argv = [order["module"], *order["arguments"]]


def _code_of(ended: SystemExit) -> int:
    if ended.code is None:
        return 0
    if isinstance(ended.code, int):
        return ended.code & 0xFF
    print(ended.code, file=sys.stderr)
    return 1


def _tell_ended() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _tell({"pid": pid, "code": os.waitstatus_to_exitcode(status)})


def _tell(news: dict[str, int]) -> None:
    os.write(OUTPUT, json.dumps(news).encode() + b"\n")


if __name__ == "__main__":
    sys.path[:0] = [] if str(Path.cwd()) in sys.path else [str(Path.cwd())]
    sys.exit(main())
