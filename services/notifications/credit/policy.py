"""`credit.yaml`: how often and how long apart a delivery is tried; the platforms themselves are settings of the process."""

from datetime import timedelta
from ipaddress import ip_address
from typing import Annotated, ClassVar

import httpx
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, ValidationError

from services.kit.policy import Entry, PolicyFile
from services.notifications.delivery.policy import jittered
from services.notifications.outward import signing

PlatformName = Annotated[str, Field(min_length=1, max_length=60)]


class ReconciliationRule(Entry):
    """How often it is compared what a platform has, when a comparison counts as dead, and how much of a list is read.

    `page` messages are asked for at a time; a list of more than `pages` or with more than `differences` is not believed.
    """

    every_hours: int = Field(ge=1)
    lease_minutes: int = Field(ge=1)
    page: int = Field(ge=1, le=1000)
    pages: int = Field(ge=1)
    differences: int = Field(ge=1)


class CreditPolicy(PolicyFile):
    """credit.yaml."""

    used: ClassVar[frozenset[str]] = frozenset({"credit_shared"})

    attempts: int = Field(ge=1)
    told_after: int = Field(ge=1)
    first_wait_seconds: int = Field(ge=1)
    longest_wait_seconds: int = Field(ge=1)
    reconciliation: ReconciliationRule

    def wait(self, attempts: int) -> timedelta:
        """How long after the so-manieth attempt the next one comes: doubled each time, up to the longest."""
        return timedelta(
            seconds=min(self.first_wait_seconds * 2 ** (attempts - 1), self.longest_wait_seconds)
        )

    def jittered_wait(self, attempts: int) -> timedelta:
        """How long after the so-manieth question the next one comes: by lot, so that many do not come back at once."""
        return jittered(attempts, self.first_wait_seconds, self.longest_wait_seconds)


def _reached(url: str) -> str:
    """An address that names of people may go to: over TLS, or on this very machine."""
    try:
        told = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(f"no address: {error}") from error
    if not told.host or not (told.scheme == "https" or (told.scheme == "http" and _loopback(told.host))):
        raise ValueError("an https address with a host is needed; http is for the own machine alone")
    return url


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _signs(key: SecretStr) -> SecretStr:
    signing.require_key(key.get_secret_value())
    return key


class Platform(BaseModel):
    """A credit platform: where it takes messages and, perhaps, lists what it has and is asked of people, and the key that all is signed with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1, max_length=120)
    url: Annotated[str, AfterValidator(_reached)]
    list_url: Annotated[str, AfterValidator(_reached)] | None = None
    check_url: Annotated[str, AfterValidator(_reached)] | None = None
    key: Annotated[SecretStr, AfterValidator(_signs)]


def platforms_of(told: str) -> dict[str, Platform]:
    """The platforms of the settings, by name.

    Raises:
        ValueError: it is no JSON of that shape, or no message could be sent so; the keys are not repeated.
    """
    try:
        return TypeAdapter(dict[PlatformName, Platform]).validate_json(told)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(("CREDIT_PLATFORMS", *map(str, first["loc"])))
        raise ValueError(f"{where}: {first['msg']}") from None
