"""Every event goes through here: its notices to every channel, what credit platforms hear, in the transaction that took it."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.clock import Moment
from services.kit.inbox import type_of_handler
from services.kit.outbox import CloudEvent, Event
from services.notifications.credit import channel as credit
from services.notifications.credit.events import DeliveryFailing
from services.notifications.delivery.channel import Channel
from services.notifications.policy import Policies
from services.notifications.template.events import EVENTS
from services.notifications.template.policy import Catalogue
from services.notifications.template.service import notices

Tell = Callable[[AsyncSession, Event, CloudEvent], Awaitable[None]]


def telling(catalogue: Catalogue, policies: Policies, channels: Sequence[Channel]) -> Tell:
    """What carries an event's notices to every channel."""

    async def tell(tx: AsyncSession, event: Event, envelope: CloudEvent) -> None:
        made = notices(catalogue, policies, event, envelope)
        for channel in channels:
            await channel.deliver(tx, made)

    return tell


def handlers(
    tell: Tell, catalogue: Catalogue, platforms: Collection[str], province: str
) -> Mapping[type[Event], type_of_handler]:
    """A handler for every event of other services that the catalogue tells of; `platforms` hear of misconduct."""

    async def take(tx: AsyncSession, event: Event, moment: Moment, envelope: CloudEvent) -> None:
        del moment
        if isinstance(event, credit.EVENTS):
            await credit.deliver(tx, event, envelope, platforms, province)
        await tell(tx, event, envelope)

    told = {EVENTS[template.event] for template in catalogue.templates}
    return dict.fromkeys(told - {DeliveryFailing}, take)
