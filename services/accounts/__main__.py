"""Run the accounts service: `python -m services.accounts`."""

import sys

from services.accounts.main import create
from services.accounts.settings import Settings
from services.process import run


def main() -> int:
    """Serve until told to stop; 2 where settings or policy cannot be used."""
    return run("accounts", Settings, create)


if __name__ == "__main__":
    sys.exit(main())
