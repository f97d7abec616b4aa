"""A service as a process: settings and policy are read, then it is served until told to stop, and seen while it runs."""

import gc
import sys
from collections.abc import Callable
from contextlib import suppress
from math import ceil
from typing import TypeVar

import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError
from uvicorn.config import STARTUP_FAILURE

from services.admission import limited
from services.ending.server import Door, Server
from services.kit import logging
from services.kit.policy import PolicyError
from services.kit.settings import ProcessSettings, unusable
from services.telemetry import observed
from services.telemetry.pool import Pool

S = TypeVar("S", bound=ProcessSettings)
UNUSABLE = 2
AFTERWARDS_SECONDS = 1
"""What a request that took all of its time needs to be answered and rolled back."""
RARELY = (50_000, 20, 20)


def run(service: str, settings_type: type[S], create: Callable[[S], FastAPI]) -> int:
    """Serve until told to stop; 2, with one line that says why, where settings or policy cannot be used."""
    try:
        settings = settings_type()
        app = create(settings)
    except ValidationError as error:
        sys.stderr.write(f"{service}: {unusable(error)}\n")
        return UNUSABLE
    except (PolicyError, ValueError) as error:
        sys.stderr.write(f"{service}: {error}\n")
        return UNUSABLE
    limited(app, settings.max_at_work)
    serve(app, settings, service)
    return 0


def collect_rarely() -> None:
    """Answers are trees that die young: a collector that runs seldom, and never over what was made so far, saves processors."""
    gc.freeze()
    gc.set_threshold(*RARELY)


def serve(app: FastAPI, settings: ProcessSettings, service: str) -> None:
    """Run an application until it is told to stop; requests under way are finished first."""
    logging.configure(settings.log_level, service)
    door = Door(app)
    config = uvicorn.Config(
        door,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=ceil(settings.request_seconds) + AFTERWARDS_SECONDS,
        ws_max_size=settings.max_body_bytes,
    )
    server = Server(config, door, settings.drain_seconds)
    collect_rarely()
    with observed(settings, service, Pool(app)), suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)
