"""What becomes of operations is counted, and what is ours to mend is logged."""

import structlog
from prometheus_client import Counter

log = structlog.get_logger(__name__)
OPERATIONS = Counter(
    "titles_query_plans",
    "Operations, by what became of them: a plan was there, was made, none can be, or their variables are wrong.",
    ("plan",),
)
KEPT, NEW, WITHOUT, WRONG = (OPERATIONS.labels(each) for each in ("kept", "new", "none", "wrong"))
REASONS = Counter(
    "titles_query_plans_none",
    "Operations that graphql-core carried out, by the reason; and selection sets that no plan could be made of later.",
    ("reason",),
)


def failed(error: Exception) -> None:
    """Tell of a plan that could not be made."""
    log.error("plan failed", exc_info=error)
