"""The nursery of tests: what a module imports it imports once, before it forks the first process that runs the module.

Where people start the platform a restarted service finds its newest code, and takes three seconds of processor time to
import it. While tests run the code stays as it is; a hundred processes are started and killed.
"""

from __future__ import annotations

import importlib
import sys
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from deploy.local.nursery import main

MODULE = __name__


@cache
def learn(module: str) -> None:
    """Import what `module` imports; it runs later, in the fork, which also says what is wrong with it."""
    with suppress(Exception):
        found = find_spec(module)
        runs = f"{module}.__main__" if found and found.submodule_search_locations else module
        importlib.import_module(runs)
        del sys.modules[runs]


if __name__ == "__main__":
    sys.path[:0] = [] if str(Path.cwd()) in sys.path else [str(Path.cwd())]
    sys.exit(main(learn))
