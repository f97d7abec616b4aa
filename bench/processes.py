"""What processes use, as Linux tells it: time of processors, and memory."""

import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TIMES = slice(11, 15)
"""What of a process's status behind its name is its time in user and system mode, and that of children that ended."""
KILOBYTES_PER_MB = 1024
PEAK = "VmHWM:"
"""Where Linux tells what a process has had in memory at most, since it runs the program that it runs."""
LOOK_SECONDS = 0.05
GONE = (FileNotFoundError, ProcessLookupError)
"""It ended meanwhile."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes: what a process has mapped (RSS), and its own and its share of what others map too (PSS)."""

    rss: float = 0.0
    pss: float = 0.0

    def __add__(self, other: "Memory") -> "Memory":
        return Memory(self.rss + other.rss, self.pss + other.pss)


def family(pid: int) -> Iterator[int]:
    """A process and all that are below it."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        below = [int(each) for task in tasks for each in (task / "children").read_text("utf-8").split()]
    except GONE:
        return
    yield pid
    for each in below:
        yield from family(each)


def used(pid: int) -> float:
    """Seconds of processors of a process and of those below it, also of those that have ended."""
    return sum(map(_own_time, family(pid))) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> Memory:
    """What one process takes."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
    except GONE:
        return Memory()
    sizes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines[1:])}
    return Memory(sizes["Rss"] / KILOBYTES_PER_MB, sizes["Pss"] / KILOBYTES_PER_MB)


def ended(process: "subprocess.Popen[bytes]") -> tuple[float, float]:
    """Wait for the end of a process: seconds of processors that it used, and megabytes that it had at most.

    What the kernel tells with the end (`ru_maxrss`) begins with what the process had before it ran its program, and that
    was its parent's. So it is looked at while it runs: what it takes in its very last moment is missed.
    """
    megabytes = 0.0
    while True:
        megabytes = max(megabytes, peak(process.pid))
        gone, status, took = os.wait4(process.pid, os.WNOHANG)
        if gone:
            process.returncode = os.waitstatus_to_exitcode(status)
            return took.ru_utime + took.ru_stime, megabytes
        time.sleep(LOOK_SECONDS)


def peak(pid: int) -> float:
    """Megabytes that one process has had in memory at most; none of one that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except GONE:
        return 0.0
    told = (int(line.split()[1]) for line in lines if line.startswith(PEAK))
    return next(told, 0) / KILOBYTES_PER_MB


def name_of(pid: int) -> str:
    """What a process calls itself."""
    try:
        return Path(f"/proc/{pid}/comm").read_text("utf-8").strip()
    except GONE:
        return ""


def _own_time(pid: int) -> int:
    try:
        told = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except GONE:
        return 0
    return sum(map(int, told[TIMES]))
