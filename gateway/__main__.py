"""`python -m gateway` runs the gateway."""

import sys

from pydantic import ValidationError

from gateway.main import create
from gateway.settings import GatewaySettings
from services.kit.http import serve


def main() -> int:
    """Run until told to stop; 2 where a setting is wrong."""
    try:
        settings = GatewaySettings()
    except ValidationError as error:
        first = error.errors()[0]
        print(f"gateway: setting {first['loc'][0]}: {first['msg']}", file=sys.stderr)
        return 2
    serve(create(settings), settings, "gateway")
    return 0


if __name__ == "__main__":
    sys.exit(main())
