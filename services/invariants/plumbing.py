"""What must hold in every schema: every step has its line of audit, every event is on its way to whoever should hear it."""

from services.invariants.invariant import Invariant, holds

AUDITED = """
select t.subject_kind || '/' || t.subject_id, t.action || ' has no line of audit' from history t
where {slice} and not exists (
    select from audit_log a where a.subject = t.subject_kind || '/' || t.subject_id
    and a.action = t.subject_kind || '.' || t.action and a.at = t.at
)
"""

CHAINED = """
select t.id, 'recorded at ' || t.recorded_at from audit_log t
where {slice} and t.recorded_at < now() - interval '1 day'
and not exists (select from audit_chain c where c.audit_id = t.id)
"""

ADDRESSED = """
select t.id, t.type || ' is routed to nobody' from outbox t
where {slice} and t.routed and not exists (select from outbox_delivery d where d.event_id = t.id)
"""

CARRIED = """
select t.event_id, 'open for ' || t.subscriber || ', and in no lane' from outbox_delivery t
where {slice} and t.delivered_at is null and t.dead_at is null
and not exists (select from outbox_lane l where l.subscriber = t.subscriber and l.subject = t.subject)
"""

ALIVE = """
select t.event_id, 'refused by ' || t.subscriber || ': ' || coalesce(t.last_error, '') from outbox_delivery t
join outbox_lane l on l.subscriber = t.subscriber and l.subject = t.subject
where {slice} and t.dead_at is not null and l.parked_at is not null
"""

COMMON: tuple[Invariant, ...] = (
    holds("history.audited", "every step has its line of audit", "history", AUDITED),
    holds("audit.chained", "every line of audit older than a day is in the chain", "audit_log", CHAINED),
    holds("outbox.addressed", "every routed event has somebody to hear it", "outbox", ADDRESSED),
    holds("outbox.carried", "every open delivery is in a lane", "outbox_delivery", CARRIED, key="event_id"),
    holds(
        "outbox.alive", "no subject is parked behind a dead letter", "outbox_delivery", ALIVE, key="event_id"
    ),
)
"""They hold in each of the four schemas; the chain itself is walked by `services.kit.audit.verify`."""
