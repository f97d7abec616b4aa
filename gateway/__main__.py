"""`python -m gateway` runs the gateway."""

import sys

from gateway.main import create
from gateway.settings import GatewaySettings
from services.process import run


def main() -> int:
    """Run until told to stop; 2 where a setting is wrong."""
    return run("gateway", GatewaySettings, create)


if __name__ == "__main__":
    sys.exit(main())
