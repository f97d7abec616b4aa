"""How a title was obtained, how its certificate came to be here, where it stands, and what may befall it."""

from collections.abc import Mapping

from services.kit.words import Word


class Way(Word):
    """How a title was obtained (取得方式)."""

    REVIEW = "REVIEW", "评审"
    RECOGNITION = "RECOGNITION", "认定"
    CONFIRMATION = "CONFIRMATION", "确认"
    EXAMINATION = "EXAMINATION", "考试"


class Origin(Word):
    """How a certificate came to be here (证书来源)."""

    REVIEWED = "REVIEWED", "本平台评审"
    IMPORTED = "IMPORTED", "历史导入"
    CONFIRMED = "CONFIRMED", "外来确认"


class Standing(Word):
    """Where a certificate stands; it follows from the last of its changes."""

    IN_FORCE = "IN_FORCE", "有效"
    SUPERSEDED = "SUPERSEDED", "已更正换发"
    REVOKED = "REVOKED", "已撤销"
    VOID = "VOID", "无效"


class ChangeKind(Word):
    """What may befall a certificate after its issue; each is a fact of its own, on a document."""

    CORRECTED = "CORRECTED", "更正换发"
    VOIDED = "VOIDED", "宣布无效"
    REVOKED = "REVOKED", "撤销"
    REINSTATED = "REINSTATED", "恢复"
    LINKED = "LINKED", "关联持证人"


class PublicStanding(Word):
    """What anyone is told of where a certificate stands: not why it is no longer in force."""

    IN_FORCE = "IN_FORCE", "有效"
    REVOKED = "REVOKED", "已撤销"
    INVALID = "INVALID", "已失效"


FOLLOWS: Mapping[tuple[Standing, ChangeKind], Standing] = {
    (Standing.IN_FORCE, ChangeKind.CORRECTED): Standing.SUPERSEDED,
    (Standing.IN_FORCE, ChangeKind.REVOKED): Standing.REVOKED,
    (Standing.IN_FORCE, ChangeKind.VOIDED): Standing.VOID,
    (Standing.REVOKED, ChangeKind.REINSTATED): Standing.IN_FORCE,
    (Standing.REVOKED, ChangeKind.VOIDED): Standing.VOID,
    (Standing.IN_FORCE, ChangeKind.LINKED): Standing.IN_FORCE,
    (Standing.REVOKED, ChangeKind.LINKED): Standing.REVOKED,
}
"""What a change makes of a certificate; whatever is not here is refused. A void result stays void."""

PUBLIC: Mapping[Standing, PublicStanding] = {
    Standing.IN_FORCE: PublicStanding.IN_FORCE,
    Standing.SUPERSEDED: PublicStanding.INVALID,
    Standing.REVOKED: PublicStanding.REVOKED,
    Standing.VOID: PublicStanding.INVALID,
}
