"""Where a reconciliation stands, told from its columns, and in what the two sides differ."""

from services.kit.words import Word


class Standing(Word):
    """Where a reconciliation stands."""

    ASKED = "ASKED", "待对账"
    RUNNING = "RUNNING", "对账中"
    AGREED = "AGREED", "一致"
    DIFFERED = "DIFFERED", "有差异"
    FAILED = "FAILED", "未能完成"


class DifferenceKind(Word):
    """In what a platform differs from what it answered."""

    MISSING = "MISSING", "平台称已收到但未留存，已重新报送"
    ALTERED = "ALTERED", "平台留存的内容与报送的不一致"
    UNKNOWN = "UNKNOWN", "平台留存了我方未报送的信息"
