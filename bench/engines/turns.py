"""What is common to the engines: turns are read from standard input, and each is worked on by so many threads."""

import sys
import time
from collections.abc import Callable
from threading import Thread

Case = Callable[[], int]
"""One case from its beginning to its end; how many transitions that were."""


def take_turns(ways: dict[str, Case]) -> None:
    """Do what is asked for, line by line: the way, how many writers, and for how many seconds."""
    print("ready", flush=True)
    for line in sys.stdin:
        way, writers, seconds = line.split()
        print(_rate(ways[way], int(writers), float(seconds)), flush=True)


def _rate(case: Case, writers: int, seconds: float) -> float:
    began = time.perf_counter()
    done = [0] * writers
    ended = [began] * writers

    def work(number: int) -> None:
        while time.perf_counter() < began + seconds:
            done[number] += case()
            ended[number] = time.perf_counter()

    threads = [Thread(target=work, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (max(ended) - began)
