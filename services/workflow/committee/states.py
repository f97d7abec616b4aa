"""States and actions of committees; the state of an expert in the pool."""

from services.kit.words import Word


class CommitteeState(Word):
    """Where a committee stands."""

    PROPOSED = "PROPOSED", "待批准"
    APPROVED = "APPROVED", "已批准组建"


class CommitteeAction(Word):
    """What can be done with a committee."""

    APPROVE = "APPROVE", "批准组建"
