"""Child processes that never outlive us."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def bound_to_us(by: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """Return what a child runs before it executes, so that the kernel sends it `by` when we die (Linux only)."""
    us = os.getpid()

    def bind() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(PR_SET_PDEATHSIG, int(by))
        if os.getppid() != us:
            os.kill(os.getpid(), by)

    return bind
