"""Filling a notice's words from an event, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.kit.errors import Language
from services.notifications.template.policy import Bilingual, Label, Words

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Text:
    """A notice in one language, as it is sent."""

    title: str
    body: str


def render(
    words: Bilingual, data: Mapping[str, Any], labels: Mapping[str, Mapping[str, Label]]
) -> dict[Language, Text]:
    """The notice in every language; codes by their labels, what is empty as a dash."""
    by_language = {Language.ZH: words.zh, Language.EN: words.en}
    return {language: _filled(said, data, labels, language) for language, said in by_language.items()}


def _filled(
    words: Words, data: Mapping[str, Any], labels: Mapping[str, Mapping[str, Label]], language: Language
) -> Text:
    named = {name: _told(data[name], labels.get(name, {}), language) for name in words.variables()}
    return Text(words.title.format_map(named), words.body.format_map(named))


def _told(value: Any, labels: Mapping[str, Label], language: Language) -> str:
    if value is None or value == "":
        return NOTHING
    label = labels.get(str(value))
    if label is None:
        return str(value)
    return label.en if language is Language.EN else label.zh
