"""What can be refused about credentials."""

from services.kit.errors import NotFound


class StatusListNotFound(NotFound):
    """No status list of that number."""

    code = "STATUS_LIST_NOT_FOUND"
    zh = "没有该编号的状态列表"
    en = "No status list of that number."


class CredentialTypeNotFound(NotFound):
    """No credential of that type is issued here."""

    code = "CREDENTIAL_TYPE_NOT_FOUND"
    zh = "没有该类型的电子凭证"
    en = "No credential of that type is issued here."
