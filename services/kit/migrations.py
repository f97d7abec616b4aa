"""What the first migration of every schema creates: the plumbing tables, and their append-only grants.

Frozen: a later change to a plumbing table is a migration of its own in every schema. A test holds the outcome against
the tables that the kit's modules define.
"""

from typing import Any

PLUMBING = (
    """create table clock_setting (
        id smallint not null constraint pk_clock_setting primary key,
        ahead_by interval not null)""",
    """create table idempotency_key (
        owner uuid not null, key varchar(120) not null, fingerprint bytea not null,
        status smallint, media_type varchar(80), body bytea, created_at timestamptz not null default now(),
        constraint pk_idempotency_key primary key (owner, key))""",
    """create table inbox (
        event_id uuid not null constraint pk_inbox primary key,
        type varchar(120) not null, handled_at timestamptz not null default now())""",
    """create table outbox (
        id uuid not null constraint pk_outbox primary key,
        seq bigint not null generated always as identity,
        type varchar(120) not null, subject varchar(160) not null, time timestamptz not null, data jsonb not null,
        routed boolean not null default false, created_at timestamptz not null default now())""",
    "create index ix_outbox_unrouted on outbox (seq) where not routed",
    """create table outbox_lane (
        subscriber varchar(60) not null, subject varchar(160) not null, last_seq bigint not null,
        due_at timestamptz not null default now(), lease uuid, parked_at timestamptz,
        constraint pk_outbox_lane primary key (subscriber, subject))""",
    "create index ix_outbox_lane_due on outbox_lane (subscriber, due_at) where parked_at is null",
    """create table outbox_delivery (
        event_id uuid not null constraint fk_outbox_delivery_event_id references outbox (id),
        subscriber varchar(60) not null, seq bigint not null, subject varchar(160) not null,
        attempts integer not null default 0, delivered_at timestamptz, dead_at timestamptz, last_error text,
        constraint pk_outbox_delivery primary key (event_id, subscriber))""",
    """create index ix_outbox_delivery_open on outbox_delivery (subscriber, subject, seq)
        where delivered_at is null and dead_at is null""",
    "create index ix_outbox_delivery_dead on outbox_delivery (seq) where dead_at is not null",
    """create table audit_log (
        id uuid not null constraint pk_audit_log primary key,
        at timestamptz not null, recorded_at timestamptz not null default clock_timestamp(),
        actor_id uuid, actor_name varchar(120) not null, organisation_id uuid,
        action varchar(80) not null, subject varchar(160) not null, basis jsonb not null, detail jsonb not null)""",
    "create index ix_audit_log_subject on audit_log (subject)",
    """create table audit_chain (
        no bigint not null constraint pk_audit_chain primary key,
        audit_id uuid not null constraint uq_audit_chain_audit_id unique, hash bytea not null)""",
    """create table history (
        id uuid not null constraint pk_history primary key,
        seq bigint not null generated always as identity,
        subject_kind varchar(60) not null, subject_id uuid not null, action varchar(60) not null,
        before varchar(60), after varchar(60) not null, actor_id uuid, actor_name varchar(120) not null,
        role varchar(60), organisation_id uuid, at timestamptz not null, note text, basis jsonb not null)""",
    "create index ix_history_subject on history (subject_id, seq)",
)
APPEND_ONLY = ("audit_log", "audit_chain", "history")


def create_plumbing(op: Any, service: str) -> None:
    """Create outbox, inbox, audit, history, idempotency keys and clock in the present schema."""
    for statement in PLUMBING:
        op.execute(statement)
    for table in APPEND_ONLY:
        append_only(op, table, service)


def append_only(op: Any, table: str, service: str) -> None:
    """Let the service's login role add rows to `table` and read them, no more."""
    op.execute(f"revoke update, delete, truncate on {table} from {service}")
