"""Run the notifications service: `python -m services.notifications`."""

import sys

from services.notifications.main import create
from services.notifications.settings import Settings
from services.process import run


def main() -> int:
    """Serve until told to stop; 2 where settings or policy cannot be used."""
    return run("notifications", Settings, create)


if __name__ == "__main__":
    sys.exit(main())
