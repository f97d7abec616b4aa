"""What the first migration of every schema creates: the plumbing tables, and their append-only grants."""

from typing import Any

from services.kit import audit, clock, idempotency, inbox, outbox, transition
from services.kit.db import plumbing

APPEND_ONLY = (audit.audit_log.name, audit.audit_chain.name, transition.history.name)
TABLES = (clock, idempotency, inbox, outbox)
"""Named so that every module which defines a plumbing table is imported before they are created."""


def create_plumbing(op: Any, service: str) -> None:
    """Create outbox, inbox, audit, history, idempotency keys and clock in the present schema."""
    plumbing.create_all(op.get_bind(), checkfirst=False)
    for table in APPEND_ONLY:
        append_only(op, table, service)


def append_only(op: Any, table: str, service: str) -> None:
    """Let the service's login role add rows to `table` and read them, no more."""
    op.execute(f"revoke update, delete, truncate on {table} from {service}")
