"""How a title was obtained, and how its certificate came to be here."""

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
