"""Run the workflow service: `python -m services.workflow`."""

import sys

from services.process import run
from services.workflow.main import create
from services.workflow.settings import Settings


def main() -> int:
    """Serve until told to stop; 2 where settings or policy cannot be used."""
    return run("workflow", Settings, create)


if __name__ == "__main__":
    sys.exit(main())
