"""What a process reads from its environment, checked at start."""

import re
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class ProcessSettings(BaseSettings):
    """Settings every process has, with or without a database."""

    model_config = SettingsConfigDict(extra="ignore")

    host: str = "127.0.0.1"
    port: int = 8100
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    accounts_url: str = "http://127.0.0.1:8101"
    workflow_url: str = "http://127.0.0.1:8102"
    quota_url: str = "http://127.0.0.1:8103"
    notifications_url: str = "http://127.0.0.1:8104"
    trusted_proxies: str = ""
    """Addresses and networks, by commas, whose X-Forwarded-For is believed: a proxy; for a service, the gateway."""
    call_timeout_seconds: float = Field(10.0, gt=0)
    """How long one call to another part may take, for the gateway one question; never longer than the request's own deadline."""
    request_seconds: float = Field(30.0, gt=0)
    """How long a request is worked on, unless its caller waits for less."""
    max_at_work: int = Field(400, ge=1)  # so many requests at once; others are sent away (services/admission)
    drain_seconds: float = Field(0.0, ge=0)  # told to stop, it serves on so long, not ready
    nats_url: SecretStr = SecretStr("")  # events over JetStream instead of HTTP, relay and services alike
    max_body_bytes: int = 1_048_576
    metrics_port: int | None = None
    """Where Prometheus finds `/metrics`: a port of its own, that no balancer leads to; None: nowhere."""
    otel_exporter_otlp_endpoint: str = ""
    """Where spans are sent (OTLP over HTTP), as `http://collector:4318`; empty: nothing is traced."""


class ServiceSettings(ProcessSettings):
    """Settings of a service that owns a schema."""

    database_url: SecretStr = Field(
        description="postgresql://role:password@host:port/database of this service's role"
    )
    pool_size: int = 10
    policies_dir: Path = Path("policies")
    province: str = "qinghai"
    simulated_clock: bool = False
    service_name: str = ""
    service_secret: SecretStr = SecretStr("")
    field_keys: SecretStr = Field(SecretStr("{}"), description='{"id": "base64 or sm4:..."}; the last seals')
    index_key: SecretStr = Field(SecretStr(""), description="base64, or sm3: and base64: for the blind index")

    @cached_property
    def async_database_url(self) -> str:
        """The URL in the form SQLAlchemy's asyncpg dialect takes."""
        return async_url(self.database_url.get_secret_value())

    @property
    def pool(self) -> dict[str, Any]:
        """How many connections a `Database` keeps, and how long callers wait for what needs one."""
        return {"pool_size": self.pool_size, "callers_wait": self.call_timeout_seconds}


def async_url(url: str) -> str:
    """A PostgreSQL URL in the form SQLAlchemy's asyncpg dialect takes."""
    return re.sub(r"^postgres(ql)?://", "postgresql+asyncpg://", url)


def unusable(error: ValidationError) -> str:
    """Which setting cannot be used, and why, in one line that tells no value: many are secrets."""
    first = error.errors(include_input=False)[0]
    name = "_".join(str(part) for part in first["loc"]).upper()
    return f"setting {name}: {first['msg']}" if name else str(first["msg"])
