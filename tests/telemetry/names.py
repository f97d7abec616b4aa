"""The names of every metric of ours, read from the code that tells them."""

from __future__ import annotations

from fastapi import FastAPI

from gateway.plans.counting import OPERATIONS, REASONS
from services.admission.gate import AT_WORK, SENT_AWAY
from services.kit.background import FAILING
from services.kit.frame import REQUESTS
from services.notifications.figures import FIGURES as NOTIFICATIONS
from services.quota.figures import FIGURES as QUOTA
from services.relay.figures import ABOUT
from services.telemetry.pool import Pool
from services.workflow.figures import FIGURES as WORKFLOW

OURS = frozenset(
    {f"{family.name}{suffix}" for family in REQUESTS.describe() for suffix in ("_bucket", "_count", "_sum")}
    | {f"{family.name}_total" for each in (OPERATIONS, REASONS) for family in each.describe()}
    | {family.name for family in FAILING.describe()}
    | {family.name for family in AT_WORK.describe()}
    | {f"{family.name}_total" for family in SENT_AWAY.describe()}
    | {family.name for family in Pool(FastAPI()).describe()}
    | {each.name for each in (*QUOTA, *WORKFLOW, *NOTIFICATIONS)}
    | set(ABOUT)
)
WHEN_SOMETHING_WAITS = frozenset(
    {
        "titles_outbox_waiting",
        "titles_outbox_oldest_seconds",
        "titles_dead_letters",
        "titles_copies_waiting",
        "titles_channel_circuit_open",
        "titles_work_failing_turns",
        "titles_query_plans_none_total",
        "titles_windows_open",
        "titles_window_days_left",
    }
)
"""What has a label and no value while there is nothing to count."""
