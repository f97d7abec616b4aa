"""Every event goes through here: its notices to every channel, what credit platforms hear, in the transaction that took it."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.clock import Moment
from services.kit.inbox import type_of_handler
from services.kit.outbox import CloudEvent, Event
from services.notifications.contact import copying
from services.notifications.credit import channel as credit
from services.notifications.credit_check import keeping as checks
from services.notifications.parts import Parts
from services.notifications.reminder.keeping import Keeper
from services.notifications.system import Tell
from services.notifications.template.events import EVENTS, OWN
from services.notifications.template.service import notices
from services.notifications.webhook import channel as webhooks
from services.notifications.webhook import lost
from services.workflow.contract import DeclarationMoved


def telling(parts: Parts) -> Tell:
    """What carries an event's notices to every channel."""

    async def tell(tx: AsyncSession, event: Event, envelope: CloudEvent) -> None:
        made = notices(parts.catalogue, parts.policies, event, envelope)
        for channel in parts.channels:
            await channel.deliver(tx, made)

    return tell


def handlers(parts: Parts, province: str) -> Mapping[type[Event], type_of_handler]:
    """A handler for every event of other services that somebody hears of: readers, platforms of misconduct, third parties."""
    tell, keeper = telling(parts), Keeper(parts.reminders, province)

    async def take(tx: AsyncSession, event: Event, moment: Moment, envelope: CloudEvent) -> None:
        if isinstance(event, credit.EVENTS):
            await credit.deliver(tx, event, envelope, parts.platforms, province)
        if isinstance(event, DeclarationMoved):
            await checks.hear(tx, event, moment, parts.platforms, province)
        await lost.after(tx, parts.webhooks, event, moment)
        await webhooks.deliver(tx, parts.webhooks.telling, event, envelope, province)
        if isinstance(event, copying.EVENTS):
            await copying.hear(tx, event)
        await tell(tx, event, envelope)
        await keeper.note(tx, event, moment, envelope)

    told = parts.reminders.events | {template.event for template in parts.catalogue.templates}
    told |= (
        parts.webhooks.telling.events.keys() | {event.type for event in lost.EVENTS} | {DeclarationMoved.type}
    )
    return dict.fromkeys({EVENTS[each] for each in told} - set(OWN.values()), take)
