"""Names as people type them, in one form: width, spaces and the dot in Tibetan, Uygur and foreign names do not matter."""

import hmac
import unicodedata

DOTS = "·•‧∙・･．.●"


def normalise(name: str) -> str:
    """The name without spaces, in compatibility form, with one kind of dot."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join("·" if c in DOTS else c for c in plain if not c.isspace())


def same(told: str, known: str) -> bool:
    """Whether both are one name; takes the same time wherever they differ."""
    return hmac.compare_digest(normalise(told).encode(), normalise(known).encode())
