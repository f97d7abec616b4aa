"""The providers of this process, from its setting `CHANNELS`; a channel that is not there has none."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.notifications.contact.states import ChannelKind
from services.notifications.provider.mail import Mail, MailSettings
from services.notifications.provider.message import Provider


class ChannelSettings(BaseModel):
    """`CHANNELS` as JSON, by channel."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False)

    email: MailSettings | None = Field(None, alias="EMAIL")


def providers_of(told: str, *, patience: float) -> Mapping[ChannelKind, Provider]:
    """The providers that there are.

    Raises:
        ValueError: it is no JSON of that shape, or nothing could be sent so; secrets are not repeated.
    """
    try:
        settings = ChannelSettings.model_validate_json(told)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(("CHANNELS", *map(str, first["loc"])))
        raise ValueError(f"{where}: {first['msg']}") from None
    found: dict[ChannelKind, Provider] = {}
    if settings.email is not None:
        found[ChannelKind.EMAIL] = Mail(settings.email, patience=patience)
    return found
