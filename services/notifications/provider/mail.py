"""E-mail by SMTP: text and HTML of the same notices, under an id that stays the same however often it is sent."""

import re
import ssl
from pathlib import Path
from typing import Annotated, Literal, Self

import aiosmtplib
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from services.notifications.provider.letters import Letters, message_id
from services.notifications.provider.mail_connections import MailConnections
from services.notifications.provider.message import Away, Message, NotNow, Receipt, Refused
from services.notifications.provider.transit import loopback

ADDRESS = re.compile(r"\S+@\S+")
PERMANENT, SHUTTING_DOWN = 500, 421
TOLD = 200
PORTS = {"starttls": 587, "implicit": 465, "none": 25}


class MailSettings(BaseModel):
    """A mail server: TLS is asked for (`starttls`) or there from the start (`implicit`); `none` for the own machine alone.

    `ca_file`: whom to trust instead of the system's authorities. `preferences_url`: where a reader switches e-mail off.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(min_length=1)
    port: int | None = Field(None, ge=1, le=65535)
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    ca_file: Path | None = None
    user: str | None = None
    password: SecretStr | None = None
    sender: Annotated[str, StringConstraints(pattern=r"^[^\s@<>]+@[^\s@<>]+$")]
    sender_name: str = "职称申报评审平台"
    preferences_url: Annotated[str, StringConstraints(pattern=r"^https://\S+$")] | None = None

    @model_validator(mode="after")
    def _can_work(self) -> Self:
        if self.tls == "none" and not loopback(self.host):
            raise ValueError("names and cases go there: without TLS only to the own machine")
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password belong together")
        if self.ca_file is not None and not self.ca_file.is_file():
            raise ValueError(f"ca_file: there is no {self.ca_file}")
        return self


class Mail:
    """Hands messages to a mail server, one after the other on connections that are kept."""

    def __init__(self, settings: MailSettings, *, patience: float) -> None:
        self._settings = settings
        self._patience = patience
        self._letters = Letters(settings.sender, settings.sender_name, settings.preferences_url)
        self._connections = MailConnections(self._connection)
        self._tls = ssl.create_default_context(cafile=settings.ca_file) if settings.tls != "none" else None

    async def send(self, message: Message) -> Receipt:
        """Hand the message over; what the server answered is the receipt."""
        told = self._settings
        try:
            letter = self._letters.letter(message)
            answer = await self._connections.send(letter, told.sender, message.address)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise failure_of(error) from error
        return Receipt(f"{message_id(message, told.sender)} {bare(answer)}")

    async def close(self) -> None:
        """Give the connections back."""
        await self._connections.close()

    def _connection(self) -> aiosmtplib.SMTP:
        told = self._settings
        return aiosmtplib.SMTP(
            hostname=told.host,
            port=told.port or PORTS[told.tls],
            username=told.user,
            password=told.password.get_secret_value() if told.password else None,
            use_tls=told.tls == "implicit",
            start_tls=told.tls == "starttls",
            tls_context=self._tls,
            timeout=self._patience,
        )


def failure_of(error: Exception) -> Exception:
    """Whether the server, this try or this address failed.

    A session that breaks off in the middle is counted as this message's: one that makes a server fall over must not be
    tried for ever.
    """
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    told = (
        f"{error.code} {error.message}" if isinstance(error, aiosmtplib.SMTPResponseException) else str(error)
    )
    why = bare(told) or type(error).__name__
    if isinstance(error, aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPDataError):
        if error.code >= PERMANENT:
            return Refused(why, address_failing=isinstance(error, aiosmtplib.SMTPRecipientRefused))
        return Away(why) if error.code == SHUTTING_DOWN else NotNow(why)
    if isinstance(error, ValueError):
        return Refused(type(error).__name__, address_failing=True)
    if isinstance(error, aiosmtplib.SMTPServerDisconnected | aiosmtplib.SMTPReadTimeoutError):
        return NotNow(why)
    return Away(why)


def bare(told: str) -> str:
    """What a server said, without the addresses that it repeats."""
    return ADDRESS.sub("…", " ".join(told.split()))[:TOLD]
