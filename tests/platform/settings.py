"""Settings of the apps under test: their own role's URL, a simulated clock, keys made for this run."""

from __future__ import annotations

import atexit
import base64
import json
import os
import tempfile
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.platform.server import LEAST_PASSWORD_MEMORY_KIB
from tests.platform.tokens import signing_key

PATIENCE = 110
"""Seconds for requests and calls: what is slow on a busy machine is no failure, a test that hangs is stopped by its own limit."""
POLICIES = Path(__file__).parents[2] / "policies"
SERVICE_SECRETS = {
    name: f"secret of {name}" for name in ("accounts", "workflow", "quota", "notifications", "relay")
}


@cache
def key() -> str:
    """Return 32 random bytes in base64, the same all the run."""
    return base64.b64encode(os.urandom(32)).decode()


@cache
def files() -> Path:
    """Return a folder for what the services keep, the same all the run of this process and gone with it."""
    folder = tempfile.TemporaryDirectory(prefix="titles-files-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def settings_for(url: Callable[[str], str], service: str, **changed: Any) -> Any:
    """Return the settings of `service` as its own settings class reads them, with some of them `changed`."""
    given: dict[str, Any] = {
        "database_url": url(service),
        "simulated_clock": True,
        "policies_dir": POLICIES,
        "pool_size": 5,
        "service_name": service,
        "service_secret": SERVICE_SECRETS[service],
        "field_keys": json.dumps({"k1": key()}),
        "index_key": key(),
        "log_level": "WARNING",
        "request_seconds": PATIENCE,
        "call_timeout_seconds": PATIENCE,
    }
    if service in {"accounts", "workflow"}:
        given |= {"storage_url": (files() / service).as_uri()}
    if service == "accounts":
        given |= {
            "signing_keys": json.dumps({"keys": [signing_key().as_dict(private=True)]}),
            "service_secrets": json.dumps(SERVICE_SECRETS),
            "second_factor": False,  # tests of it switch it on
            "password_memory_kib": LEAST_PASSWORD_MEMORY_KIB,
            "password_queue": 100,  # tests of rushes are about other limits
            "import_poll_seconds": 3600,  # tests of imports ask for `imports_at_work`
        }
    if service == "workflow":
        given |= {"import_seconds": 3600}  # tests of imports say when they are worked on
    if service == "notifications":
        # tests say when it reminds and sends: the app of all tests would send what another test has waiting
        given |= dict.fromkeys(("reminder_seconds", "delivery_seconds", "webhook_seconds"), 3600)
    if service == "quota":
        given |= {"recalculation_poll_seconds": 3600}  # tests of it say when it works
    if service == "workflow":
        given |= {
            "credential_keys": json.dumps([signing_key().as_dict(private=True)]),
            "sweep_seconds": 3600,  # tests of it say when it sweeps
        }
    return import_module(f"services.{service}.settings").Settings(**given | changed)
