"""What must hold of messages and of what is on its way to readers and third parties."""

from pathlib import Path

from services.invariants.agreement import Facts, Side
from services.invariants.invariant import Guarded, holds
from services.notifications.announcement.steps import STEPS as ANNOUNCEMENT
from services.notifications.template.audience import audiences, together
from services.notifications.template.events import EVENTS, OWN
from services.notifications.template.policy import load_catalogue
from services.notifications.webhook.steps import STEPS as ENDPOINT

ONCE = """
select t.event_id, count(*) || ' messages of ' || t.template || ' to one audience' from message t
where {slice} group by t.event_id, t.audience, t.template having count(*) > 1
"""

COUNTED = """
select t.id, 'the count says ' || k.told || ', the copies ' || c.found from dispatch t
cross join lateral (
    select array[coalesce(sum(waiting), 0), coalesce(sum(sent), 0), coalesce(sum(dead), 0), coalesce(sum(withdrawn), 0)]::text as told
    from delivery_tally where dispatch_id = t.id
) k cross join lateral (
    select array[
        count(*) filter (where coalesce(sent_at, handed_on_at, dead_at, withdrawn_at) is null)::numeric,
        count(sent_at)::numeric, count(dead_at)::numeric, count(withdrawn_at)::numeric
    ]::text as found from delivery_copy where dispatch_id = t.id and priority >= 2
) c where {slice} and t.priority >= 2 and k.told is distinct from c.found
"""

BUNDLED = """
select t.id, 'its bundle is not there' from delivery_copy t
where {slice} and t.bundle_id is not null and not exists (select from delivery_copy b where b.id = t.bundle_id)
"""

COPIED = """
select t.message_id, count(*) || ' deliveries to one receiver' from webhook_delivery t
where {slice} group by t.message_id, t.endpoint_id having count(*) > 1
"""

MESSAGES = """
select t.event_id, array_agg(t.audience || ' ' || t.template) from message t where {slice} group by t.event_id
"""


class Told:
    """Who should have which message of an event, by the catalogue in force.

    A notice that a release adds, or sends to more, is missing of the events that were delivered before it: looked at right
    after such a release, these are named until the outbox forgets them.
    """

    side = Side("notifications", "message", MESSAGES, "event_id")

    def __init__(self) -> None:
        self._catalogue = load_catalogue(EVENTS)
        self.types = {each.event for each in self._catalogue.templates} - set(OWN)

    def lacks(self, event: Facts, messages: Facts | None) -> str:
        """The notices that should be there and are not."""
        kind, told = event
        data = EVENTS[kind].model_validate(told).model_dump(mode="json")
        due = {
            f"{audience.key} {template.key}"
            for template in self._catalogue.of(kind, data)
            for audience in together(to for each in template.to for to in audiences(each, data))
        }
        lost = due - set(messages[0] if messages else ())
        return f"{len(lost)} of {len(due)} messages are not there" if lost else ""


def guarded(_policies: Path, _province: str) -> Guarded:
    """The machines and invariants of the schema."""
    return Guarded(
        machines={"announcement": ANNOUNCEMENT, "webhook_endpoint": ENDPOINT},
        invariants=(
            holds("message.once", "an audience has one message of an event", "message", ONCE, key="event_id"),
            holds(
                "delivery.counted", "what is counted of a notice is what its copies say", "dispatch", COUNTED
            ),
            holds("delivery.bundled", "what goes out together has its first copy", "delivery_copy", BUNDLED),
            holds(
                "webhook.once",
                "a receiver has one delivery of a message",
                "webhook_delivery",
                COPIED,
                key="message_id",
            ),
        ),
    )
