"""How a title was obtained."""

from services.kit.words import Word


class Way(Word):
    """How a title was obtained (取得方式)."""

    REVIEW = "REVIEW", "评审"
    RECOGNITION = "RECOGNITION", "认定"
    CONFIRMATION = "CONFIRMATION", "确认"
    EXAMINATION = "EXAMINATION", "考试"
