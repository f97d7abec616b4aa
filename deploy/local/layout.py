"""What one installation on this machine consists of: ports, folders, processes and the environment of each."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.bootstrap import SERVICES, service_url
from deploy.local.failures import LocalFailure
from deploy.local.keys import Keys
from deploy.local.postgres import free_port

PROJECT = Path(__file__).resolve().parents[2]
RELAY = "relay"
GATEWAY = "gateway"
BACKUP = "backup"
"""The keeper of copies, which runs beside them where BACKUP_URL is set."""
PROCESSES = (*SERVICES, RELAY, GATEWAY)
BASE_PORT = 8100
LOWEST_BASE = 1024
HIGHEST_BASE = 65000
DEMO_PASSWORD = "Lantern-Demo-2023!"  # noqa: S105 - known on purpose, and only with DEMO=1
FILES = {"accounts": "evidence", "workflow": "materials"}
"""The folder of each process that keeps files; none sweeps another's."""

NOT_PASSED_ON = ("DATABASE_URL", "PORT", "HOST", "METRICS_PORT", "DEMO_PASSWORD")


class SettingWrong(LocalFailure):
    """A variable given to make has no meaning."""

    def __init__(self, name: str, value: str, expected: str) -> None:
        super().__init__(f"{name}={value} is not understood; {expected}")


@dataclass(frozen=True)
class Ports:
    """The loopback ports of one installation; the relay listens on none."""

    gateway: int
    accounts: int
    workflow: int
    quota: int
    notifications: int
    postgres: int

    @classmethod
    def from_base(cls, base: int) -> Ports:
        """Return six ports in a row."""
        return cls(*range(base, base + 6))

    @classmethod
    def free(cls) -> Ports:
        """Return ports that are free at this moment."""
        return cls(*(free_port() for _ in range(6)))

    def of(self, process: str) -> int | None:
        """Return the port of a process; None for the relay."""
        return getattr(self, process, None)

    def url(self, process: str) -> str:
        """Return the address of a process."""
        return f"http://127.0.0.1:{self.of(process)}"


@dataclass(frozen=True)
class Layout:
    """Where an installation lives and how it behaves."""

    run: Path
    ports: Ports
    database_url: str | None = None
    demo: bool = True
    second_factor: bool = True
    log_level: str = "INFO"
    backup_url: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Layout:
        """Read PORT, DEMO, SECOND_FACTOR, DATABASE_URL, BACKUP_URL and RUN_DIR as `make run` passes them on.

        In a demonstration the second factor is off unless it is asked for: its first sign-in is one line.

        Raises:
            SettingWrong: a value has no meaning.
        """
        port = environment.get("PORT") or str(BASE_PORT)
        if not port.isdigit() or not LOWEST_BASE <= int(port) <= HIGHEST_BASE:
            raise SettingWrong(
                "PORT", port, f"give a number from {LOWEST_BASE} to {HIGHEST_BASE}, the first of six ports"
            )
        demo = environment.get("DEMO") or "1"
        if demo not in {"0", "1"}:
            raise SettingWrong("DEMO", demo, "give 1 (demo sign-in, simulated clock) or 0 (neither)")
        second_factor = environment.get("SECOND_FACTOR") or ("off" if demo == "1" else "on")
        if second_factor not in {"on", "off"}:
            raise SettingWrong("SECOND_FACTOR", second_factor, "give on or off")
        return cls(
            run=Path(environment.get("RUN_DIR") or PROJECT / ".run"),
            ports=Ports.from_base(int(port)),
            database_url=environment.get("DATABASE_URL") or None,
            demo=demo == "1",
            second_factor=second_factor == "on",
            backup_url=environment.get("BACKUP_URL") or None,
        )

    @property
    def logs(self) -> Path:
        """The folder of the processes' logs."""
        return self.run / "logs"

    @property
    def signing_keys(self) -> Path:
        """The file of the keys that sign tokens; accounts follows it while it serves."""
        return self.run / "signing-keys.json"

    @property
    def credential_keys(self) -> Path:
        """The file of the keys that sign credentials; workflow follows it while it serves."""
        return self.run / "credential-keys.json"

    def environment(self, process: str, keys: Keys, admin_url: str) -> dict[str, str]:
        """Return what `process` finds in its environment: the user's own, our settings, and its secrets only."""
        ours = {
            "HOST": "127.0.0.1",
            "PORT": str(self.ports.of(process) or 0),
            "LOG_LEVEL": self.log_level,
            "SIMULATED_CLOCK": "1" if self.demo else "0",
            "DEMO": "1" if self.demo else "0",
            "SECOND_FACTOR": "on" if self.second_factor else "off",
            "TRUSTED_PROXIES": "" if process == GATEWAY else "127.0.0.1",
            "POLICIES_DIR": str(PROJECT / "policies"),
            "PYTHONUNBUFFERED": "1",
        } | {f"{service.upper()}_URL": self.ports.url(service) for service in (*SERVICES, GATEWAY)}
        if process == "workflow":  # people read a printed certificate at the gateway
            ours |= {"PUBLIC_URL": os.environ.get("PUBLIC_URL") or self.ports.url(GATEWAY)}
        if process in FILES:
            ours |= {"STORAGE_URL": (self.run / FILES[process]).resolve().as_uri()}
        return _inherited() | ours | self._secrets(process, keys, admin_url)

    def preparing_environment(self, keys: Keys, admin_url: str) -> dict[str, str]:
        """Return what finds who makes roles, schemas and tables: the database as its administrator, and each role's password."""
        ours = {"ADMIN_DATABASE_URL": admin_url, "ROLE_PASSWORDS": json.dumps(keys.role_passwords)}
        return _inherited() | ours | {"PYTHONUNBUFFERED": "1"}

    def seed_environment(self, keys: Keys, admin_url: str) -> dict[str, str]:
        """Return what the seed finds: the environment of accounts, and in a demonstration the known password."""
        environment = self.environment("accounts", keys, admin_url)
        return environment | ({"DEMO_PASSWORD": DEMO_PASSWORD} if self.demo else {})

    def backup_environment(self, admin_url: str) -> dict[str, str]:
        """Return what the keeper of copies finds: the database as its administrator, and the user's own BACKUP_*."""
        ours = {"RUN_DIR": str(self.run), "DATABASE_URL": admin_url, "BACKUP_URL": str(self.backup_url)}
        return _inherited() | ours | {"LOG_LEVEL": self.log_level, "PYTHONUNBUFFERED": "1"}

    def _secrets(self, process: str, keys: Keys, admin_url: str) -> dict[str, str]:
        if process == GATEWAY:
            return {}
        urls = {name: service_url(admin_url, name, keys.role_passwords[name]) for name in SERVICES}
        own = {"SERVICE_NAME": process} | keys.of(process, urls)
        if process == "accounts":
            own |= {"SIGNING_KEYS_FILE": str(self.signing_keys.resolve())}
        if process == "workflow":
            own |= {"CREDENTIAL_KEYS_FILE": str(self.credential_keys.resolve())}
        return own


def _inherited() -> dict[str, str]:
    """What every process finds of the user's own environment."""
    return {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}


def module_of(process: str) -> str:
    """Return the Python module that is `process`."""
    return process if process == GATEWAY else f"services.{process}"
