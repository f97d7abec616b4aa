"""A way to break each invariant by SQL, and what the check should name then: itself, and what cannot hold without it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Break:
    """Statements that the administrator's connection runs, and the invariants that they break, the one meant first."""

    sql: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        """What it is called among the tests."""
        return self.names[0]


def broken(*names: str, by: str) -> Break:
    """A break and what it breaks."""
    return Break(by, names)


def twin(table: str, changes: str, where: str = "true") -> str:
    """Statements that put a second row beside the first one, with these changes."""
    return (
        f"create temp table twin on commit drop as select * from {table} where {where} limit 1;"
        f"update twin set {changes}; insert into {table} select * from twin;"
    )


UNCHECKED = "set local session_replication_role = replica;"
"""Foreign keys and triggers are not looked at."""

OF_ACCOUNTS = "set local search_path = accounts, extensions;"
"""Its triggers name their tables without a schema."""

HOSPITAL = "(select id from accounts.organisation where name like '%同康%')"
FIRST = "(select min(id::text)::uuid from workflow.declaration where recommendation_id is not null)"
DELIVERED = "(select max(event_id::text)::uuid from workflow.outbox_delivery where subscriber = 'quota')"
ONE = f"event_id = {DELIVERED} and subscriber = 'quota'"
LANE = (
    "insert into workflow.outbox_lane (subscriber, subject, last_seq, parked_at)"
    f" select subscriber, subject, seq, {{parked}} from workflow.outbox_delivery where {ONE};"
)
UNDELIVERED = f"update workflow.outbox_delivery set delivered_at = null, dead_at = {{dead}} where {ONE};"
OLD_LINE = """
insert into quota.audit_log (id, at, recorded_at, actor_name, action, subject, basis, detail)
values (gen_random_uuid(), now(), now() - interval '2 days', '-', 'a.B', 'a/b', '[]', '{}')
"""
ROUTED = """
insert into quota.outbox (id, type, subject, time, data, routed) values (gen_random_uuid(), 'a.b', 'a/b', now(), '{}', true)
"""
DISPATCHED = """
insert into notifications.dispatch (id, province, event_id, audience, type, template, topic, subject, legal, at, title_zh, title_en,
    body_zh, body_en, basis, priority, attempts, due_at)
values (gen_random_uuid(), 'qinghai', gen_random_uuid(), 'a', 'a', 'a', 'a', 'a/b', false, now(), '', '', '', '', '[]', 2, 0, now());
"""
COPY = """
insert into notifications.delivery_copy
    (id, province, dispatch_id, account_id, channel, contact_id, language, priority, bundle_id, last_way, attempts, due_at)
select gen_random_uuid(), 'qinghai', id, gen_random_uuid(), 'mail', gen_random_uuid(), 'zh', 1, gen_random_uuid(), true, 0, now()
from notifications.dispatch limit 1
"""
TALLIED = """
insert into notifications.delivery_tally (dispatch_id, writer, waiting, sent, dead, withdrawn)
select id, 1, 1, 0, 0, 0 from notifications.dispatch limit 1
"""
PUSHED = """
alter table notifications.webhook_delivery drop constraint uq_webhook_delivery_endpoint_id_message_id;
insert into notifications.webhook_delivery (id, province, endpoint_id, message_id, type, subject, seq, attempts, due_at)
select gen_random_uuid(), 'qinghai', '00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', 'a', 'a/b', n, 0, now()
from generate_series(1, 2) n
"""
BEFALLEN = """
insert into workflow.certificate_change (id, province, certificate_id, no, kind, standing, cause_kind, cause_id, document_number,
    note, organisation_id, decided_by_name, account_id, decided_at, details)
select gen_random_uuid(), 'qinghai', id, 2, 'CORRECTED', 'IN_FORCE', 'a', id, '1', '', id, '-', id, now(), '{}'
from workflow.certificate limit 1
"""

ACCOUNTS = (
    broken(
        "organisation.path",
        by=OF_ACCOUNTS
        + f"update accounts.organisation set lineage = array[parent_id, id] where id = {HOSPITAL}",
    ),
    broken(
        "organisation.path",
        by=OF_ACCOUNTS + "update accounts.organisation o set parent_id = c.id from accounts.organisation c"
        " where c.parent_id = o.id and o.parent_id is not null",
    ),
    broken(
        "organisation.closure",
        by=f"delete from accounts.organisation_closure where descendant_id = {HOSPITAL} and ancestor_id <> descendant_id",
    ),
    broken(
        "organisation.beneath",
        by=f"insert into accounts.organisation_closure values ({HOSPITAL}, (select id from accounts.organisation where parent_id is null))",
    ),
    broken("person.place", by=OF_ACCOUNTS + "update accounts.person set lineage = array[employer_id]"),
    broken("person.closure", by="delete from accounts.person_closure"),
    broken(
        "person.beneath",
        by="insert into accounts.person_closure select o.id, p.id from accounts.person p join accounts.organisation o"
        " on o.id <> all(p.lineage) limit 1",
    ),
    broken("person.employment", by="delete from accounts.employment where ended_on is null"),
)

EVERYWHERE = (
    broken("cycle.state", by="update workflow.cycle set state = 'CLOSED'"),
    broken(
        "declaration.history",
        by="delete from workflow.history where subject_kind = 'declaration' and action = 'SUBMIT'",
    ),
    broken(
        "declaration.steps",
        "history.audited",
        by="update workflow.history set action = 'ACCEPT' where subject_kind = 'declaration' and action = 'SUBMIT'",
    ),
    broken(
        "audit.whole",
        "history.audited",
        by="delete from workflow.audit_log where action = 'declaration.SUBMIT'",
    ),
    broken(
        "audit.whole", by="update workflow.audit_log set actor_name = '某人' where action = 'ballot.CAST'"
    ),
    broken("audit.chained", by=OLD_LINE),
    broken("outbox.addressed", by=ROUTED),
    broken("outbox.carried", by=UNDELIVERED.format(dead="null")),
    broken("outbox.alive", by=UNDELIVERED.format(dead="now()") + LANE.format(parked="now()")),
)

QUOTA = (
    broken(
        "reservation.within_numbers",
        by="update quota.annual_form_column set approved = approved - 1 where level = 'ASSOCIATE_SENIOR'",
    ),
    broken(
        "reservation.once",
        "reservation.state",
        "reservation.within_numbers",
        by="alter table quota.reservation drop constraint uq_reservation_recommendation_id;"
        + twin("quota.reservation", "id = gen_random_uuid()"),
    ),
    broken("reservation.counted", by=UNCHECKED + "delete from quota.ledger"),
    broken("annual_form.state", "ledger.in_force", by="update quota.annual_form set state = 'RETURNED'"),
)

NOTIFICATIONS = (
    broken(
        "message.once",
        by="alter table notifications.message drop constraint uq_message_event_id_audience_template;"
        + twin("notifications.message", "id = gen_random_uuid()"),
    ),
    broken("delivery.counted", by=DISPATCHED + TALLIED),
    broken("delivery.bundled", by=DISPATCHED + COPY),
    broken("webhook.once", by=UNCHECKED + PUSHED),
)

WORKFLOW = (
    broken(
        "recommendation.one_live",
        "recommendation.place",
        "recommendation.state",
        by="drop index workflow.uq_recommendation_live;"
        + twin("workflow.recommendation", "id = gen_random_uuid(), place = gen_random_uuid()"),
    ),
    broken(
        "declaration.one_live",
        "declaration.state",
        by="drop index workflow.uq_declaration_live;"
        + twin("workflow.declaration", "id = gen_random_uuid(), number = 'x', state = 'DRAFT'"),
    ),
    broken(
        "declaration.grounded", by=f"update workflow.declaration set pool = 'TARGETED' where id = {FIRST}"
    ),
    broken(
        "declaration.confirmed",
        "certificate.one",
        "declaration.state",
        "recommendation.place",
        "recommendation.state",
        "result.followed",
        by=f"update workflow.declaration set state = 'DRAFT' where id = {FIRST};"
        "update workflow.recommendation set state = 'RESERVED'",
    ),
    broken(
        "vote.once",
        "tally.counted",
        by="alter table workflow.ballot_roll drop constraint pk_ballot_roll;"
        + twin("workflow.ballot_roll", "meeting_id = meeting_id"),
    ),
    broken("vote.present", by="update workflow.meeting_member set present = false"),
    broken("tally.counted", by=f"delete from workflow.ballot where declaration_id = {FIRST}"),
    broken(
        "tally.share",
        "certificate.result",
        "result.followed",
        by=f"update workflow.ballot_tally set passed = false where declaration_id = {FIRST}",
    ),
    broken(
        "result.followed",
        "certificate.one",
        "declaration.state",
        by=f"update workflow.declaration set state = 'NOT_PASSED' where id = {FIRST}",
    ),
    broken(
        "certificate.one",
        "certificate.counted",
        by=UNCHECKED + f"delete from workflow.certificate where declaration_id = {FIRST}",
    ),
    broken("certificate.result", by=UNCHECKED + "update workflow.certificate set level = 'JUNIOR'"),
    broken(
        "certificate.number",
        by="drop index workflow.uq_certificate_number; drop index workflow.uq_certificate_declaration;"
        + UNCHECKED
        + twin(
            "workflow.certificate",
            "id = gen_random_uuid(), replaces_id = gen_random_uuid()",
        ),
    ),
    broken("certificate.counted", by="update workflow.certificate_counter set last = last + 1"),
    broken("certificate.changes", by=BEFALLEN),
)

BETWEEN = (
    broken("recommendation.place", by=UNCHECKED + "delete from quota.reservation"),
    broken(
        "reservation.recommendation",
        "reservation.state",
        "reservation.within_numbers",
        by=twin("quota.reservation", "id = gen_random_uuid(), recommendation_id = gen_random_uuid()"),
    ),
    broken("recommendation.person", by="update workflow.recommendation set account_id = gen_random_uuid()"),
    broken("declaration.person", by="update workflow.declaration set account_id = gen_random_uuid()"),
    broken(
        "recommendation.unit",
        "declaration.grounded",
        "recommendation.place",
        by="update workflow.recommendation set unit_id = gen_random_uuid()",
    ),
    broken("workflow.heard_by_quota", by="delete from quota.inbox"),
    broken(
        "workflow.told",
        by=UNCHECKED + "delete from notifications.message where type like '%recommendation%'",
    ),
)

BREAKS = (*ACCOUNTS, *EVERYWHERE, *QUOTA, *NOTIFICATIONS, *WORKFLOW, *BETWEEN)
