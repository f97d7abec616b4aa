"""What an address of a channel looks like: checked, made alike, and masked for whoever reads a list of them. Pure."""

import json
import re
from urllib.parse import urlsplit

from services.kit.sealing import Sealer
from services.notifications.contact.states import ChannelKind

FORMS = {
    ChannelKind.EMAIL: re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+"),
    ChannelKind.SMS: re.compile(r"1[3-9][0-9]{9}"),
    ChannelKind.WECOM: re.compile(r"[A-Za-z0-9_.@-]{1,64}"),
    ChannelKind.DINGTALK: re.compile(r"[A-Za-z0-9_.@-]{1,64}"),
    ChannelKind.FEISHU: re.compile(r"[A-Za-z0-9_.@-]{1,64}"),
}
KEY = re.compile(r"[A-Za-z0-9_-]{16,120}={0,2}")
LONGEST = 1000


def normalised(channel: ChannelKind, told: str) -> str | None:
    """The address in the one form that it is kept and sent in; None: it is none of that channel's."""
    told = told.strip()
    if len(told) > LONGEST:
        return None
    if channel is ChannelKind.WEB_PUSH:
        return _subscription(told)
    if channel is ChannelKind.SMS:
        told = re.sub(r"[\s-]", "", told).removeprefix("+86")
    if channel is ChannelKind.EMAIL:
        told = told.lower()
    return told if FORMS[channel].fullmatch(told) else None


def masked(channel: ChannelKind, address: str) -> str:
    """The address as answers show it."""
    match channel:
        case ChannelKind.EMAIL:
            name, _, host = address.partition("@")
            return f"{name[:1]}***@{host}"[:120]
        case ChannelKind.SMS:
            return f"{address[:3]}****{address[-4:]}"
        case ChannelKind.WEB_PUSH:
            return f"{urlsplit(json.loads(address)['endpoint']).hostname}/***"[:120]
        case _:
            return f"{address[:2]}***"


def digest_of(sealer: Sealer, channel: ChannelKind, address: str) -> bytes:
    """By which an address is found again."""
    return sealer.index(address, context=f"contact/{channel}")


def _subscription(told: str) -> str | None:
    """A browser's push subscription: an https endpoint and the two keys that messages are sealed with (RFC 8291)."""
    match _json(told):
        case {"endpoint": str(endpoint), "keys": {"p256dh": str(p256dh), "auth": str(auth)}}:
            pass
        case _:
            return None
    try:
        reached = urlsplit(endpoint)
    except ValueError:
        return None
    if (
        reached.scheme != "https"
        or not reached.hostname
        or not (KEY.fullmatch(p256dh) and KEY.fullmatch(auth))
    ):
        return None
    kept = {"endpoint": endpoint, "keys": {"p256dh": p256dh, "auth": auth}}
    return json.dumps(kept, sort_keys=True)


def _json(told: str) -> object:
    try:
        return json.loads(told)
    except (ValueError, RecursionError):
        return None
