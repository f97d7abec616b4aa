"""The words of the pages, both languages side by side in `words.yaml`; what a service tells by a code has its words there too."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from services.kit.errors import Language

FILE = Path(__file__).parent / "words.yaml"


@cache
def catalogue() -> dict[str, Any]:
    """`texts` by key, and `words` by kind and code; each is a pair, Chinese and English."""
    told: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return told


def text(language: Language, key: str, **told: object) -> str:
    """A text of a page.

    Raises:
        KeyError: there is none; a test asks for each that a template names.
    """
    return _of(catalogue()["texts"][key], language).format(**told)


def word(language: Language, kind: str, code: str | None, name: str | None = None) -> str:
    """What a code of that kind is called; a code that came later by its Chinese name, or in English by itself."""
    if code is None:
        return name or ""
    pair = catalogue()["words"][kind].get(code)
    if pair is not None:
        return _of(pair, language)
    if name is not None and language is Language.ZH:
        return name
    return code.replace("_", " ").capitalize() if code.isascii() else code


def codes(kind: str) -> list[str]:
    """The codes of a kind that have words, in their order."""
    return list(catalogue()["words"][kind])


def _of(pair: list[str], language: Language) -> str:
    return pair[1] if language is Language.EN else pair[0]
