"""Filling a notice's words from an event, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.kit.errors import Language
from services.notifications.template.policy import Bilingual, Label, Words
from services.notifications.template.redaction import NOTHING, Redaction


@dataclass(frozen=True, slots=True)
class Text:
    """A notice in one language, as it is sent."""

    title: str
    body: str


def render(
    words: Bilingual,
    data: Mapping[str, Any],
    labels: Mapping[str, Mapping[str, Label]],
    *,
    outside: Redaction | None = None,
) -> dict[Language, Text]:
    """The notice in every language; codes by their labels, what is empty as a dash.

    `outside`: as it leaves the platform, with what is personal made unreadable by these rules.
    """
    made = {}
    for language, each in {Language.ZH: words.zh, Language.EN: words.en}.items():
        told = _named(each, data, labels, language)
        made[language] = _filled(each, outside.outside(told, language) if outside else told)
    return made


def _named(
    words: Words, data: Mapping[str, Any], labels: Mapping[str, Mapping[str, Label]], language: Language
) -> dict[str, str]:
    return {name: _told(data[name], labels.get(name, {}), language) for name in words.variables()}


def _filled(words: Words, told: Mapping[str, str]) -> Text:
    return Text(words.title.format_map(told), words.body.format_map(told))


def _told(value: Any, labels: Mapping[str, Label], language: Language) -> str:
    if value is None or value == "":
        return NOTHING
    label = labels.get(str(value))
    if label is None:
        return str(value)
    return label.en if language is Language.EN else label.zh
