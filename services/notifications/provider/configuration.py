"""The providers of this process, from its setting `CHANNELS`; a channel that is not there has none."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from services.notifications.contact.states import ChannelKind
from services.notifications.provider.chat import AppSettings, DingTalk, Feishu, WeCom
from services.notifications.provider.mail import Mail, MailSettings
from services.notifications.provider.message import Provider
from services.notifications.provider.push import Push, PushSettings
from services.notifications.provider.sms import Sms, SmsSettings


def _with_agent(settings: AppSettings) -> AppSettings:
    if settings.agent_id is None:
        raise ValueError("agent_id: messages come from an agent of the application")
    return settings


Agent = Annotated[AppSettings, AfterValidator(_with_agent)]


class ChannelSettings(BaseModel):
    """`CHANNELS` as JSON, by channel."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=str.upper)

    email: MailSettings | None = None
    sms: SmsSettings | None = None
    wecom: Agent | None = None
    dingtalk: Agent | None = None
    feishu: AppSettings | None = None
    web_push: PushSettings | None = None


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
    return dict(_made(settings, patience))


def _made(settings: ChannelSettings, patience: float) -> list[tuple[ChannelKind, Provider]]:
    made: list[tuple[ChannelKind, Provider]] = []
    if settings.email is not None:
        made.append((ChannelKind.EMAIL, Mail(settings.email, patience=patience)))
    if settings.sms is not None:
        made.append((ChannelKind.SMS, Sms(settings.sms, patience=patience)))
    if settings.wecom is not None:
        made.append((ChannelKind.WECOM, WeCom(settings.wecom, patience=patience)))
    if settings.dingtalk is not None:
        made.append((ChannelKind.DINGTALK, DingTalk(settings.dingtalk, patience=patience)))
    if settings.feishu is not None:
        made.append((ChannelKind.FEISHU, Feishu(settings.feishu, patience=patience)))
    if settings.web_push is not None:
        made.append((ChannelKind.WEB_PUSH, Push(settings.web_push, patience=patience)))
    return made
