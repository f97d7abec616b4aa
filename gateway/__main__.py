"""`python -m gateway` runs the gateway."""

import gc
import sys

from fastapi import FastAPI

from gateway.main import create
from gateway.settings import GatewaySettings
from services.process import run

RARELY = (50_000, 20, 20)
"""Answers are trees that die young: a collector that runs seldom, and not over the schema, saves a fifth of the CPU."""


def main() -> int:
    """Run until told to stop; 2 where a setting is wrong."""
    return run("gateway", GatewaySettings, _tuned)


def _tuned(settings: GatewaySettings) -> FastAPI:
    app = create(settings)
    gc.freeze()
    gc.set_threshold(*RARELY)
    return app


if __name__ == "__main__":
    sys.exit(main())
