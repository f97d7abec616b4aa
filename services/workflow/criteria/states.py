"""States and actions of review criteria."""

from services.kit.words import Word


class CriteriaState(Word):
    """Where a version of criteria stands."""

    PROPOSED = "PROPOSED", "待批准"
    APPROVED = "APPROVED", "已批准"
    PUBLISHED = "PUBLISHED", "已公布"


class CriteriaAction(Word):
    """What can be done with criteria."""

    APPROVE = "APPROVE", "批准"
    PUBLISH = "PUBLISH", "公布"
