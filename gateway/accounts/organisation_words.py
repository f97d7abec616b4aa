"""Words of organisations (机构): kinds, levels and natures; roles held there; where one stands and what can be done with it."""

from enum import Enum

from gateway.words import terms
from services.accounts.contract import OrganisationKind, OrganisationLevel, OrganisationNature, Role

terms("The six kinds of organisation (附件3 一).")(OrganisationKind)
terms("The level an organisation belongs to (层级).")(OrganisationLevel)
terms("What an organisation is by law (单位性质); special subordinations follow from it (附件3 三).")(
    OrganisationNature
)
terms("A role, always held at one organisation (角色).")(Role)


@terms("Where an organisation stands (机构状态).")
class OrganisationStatus(Enum):
    """Status of an organisation."""

    ACTIVE = "使用中"
    CLOSED = "已停用"
    MERGED = "已并入其他机构"


@terms("What can be done with an organisation: by those above it, or by itself.")
class OrganisationAction(Enum):
    """Action on an organisation."""

    RENAME = "更名"
    MOVE = "划转"
    MERGE = "合并"
    CLOSE = "停用"
    REOPEN = "恢复使用"
    UPDATE_CONTACT = "维护联系信息"
    NAME_PERSON_IN_CHARGE = "指定专人负责"


@terms("Whether a field of a form has to be filled in.")
class FieldNeed(Enum):
    """Need of a field."""

    REQUIRED = "必填"
    OPTIONAL = "选填"
    FORBIDDEN = "不填"
