"""`python -m gateway` runs the gateway."""

import gc
import sys

from pydantic import ValidationError

from gateway.main import create
from gateway.settings import GatewaySettings
from services.kit.http import serve

RARELY = (50_000, 20, 20)
"""Answers are trees that die young: a collector that runs seldom, and not over the schema, saves a fifth of the CPU."""


def main() -> int:
    """Run until told to stop; 2 where a setting is wrong."""
    try:
        settings = GatewaySettings()
    except ValidationError as error:
        first = error.errors()[0]
        print(f"gateway: setting {first['loc'][0]}: {first['msg']}", file=sys.stderr)
        return 2
    app = create(settings)
    gc.freeze()
    gc.set_threshold(*RARELY)
    serve(app, settings, "gateway")
    return 0


if __name__ == "__main__":
    sys.exit(main())
