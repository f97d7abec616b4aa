"""Run the quota service: `python -m services.quota`."""

import sys

from services.process import run
from services.quota.main import create
from services.quota.settings import Settings


def main() -> int:
    """Serve until told to stop; 2 where settings or policy cannot be used."""
    return run("quota", Settings, create)


if __name__ == "__main__":
    sys.exit(main())
