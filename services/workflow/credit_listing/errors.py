"""Why something about a platform's answer is refused."""

from services.kit.errors import NotFound


class CreditListingNotFound(NotFound):
    """No answer by that id about a declaration that the caller may read."""

    code = "CREDIT_LISTING_NOT_FOUND"
    zh = "没有找到该信用核查记录"
    en = "There is no such answer of a credit platform."
