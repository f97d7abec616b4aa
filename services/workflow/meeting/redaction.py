"""What an expert sees of a declaration: named sections only, without hidden fields, names masked in every text."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

MASK = "××"


class Redaction:
    """Hides what is not needed to judge an applicant's work."""

    def __init__(
        self, sections: Collection[str], hidden_fields: Collection[str], names: Iterable[str]
    ) -> None:
        self._sections = sections
        self._hidden = frozenset(hidden_fields)
        self._names = sorted({name for name in names if name}, key=len, reverse=True)

    def of(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """The content of a declaration, redacted."""
        return {name: self._seen(content[name]) for name in self._sections if name in content}

    def _seen(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self._seen(each) for key, each in value.items() if key not in self._hidden}
        if isinstance(value, list):
            return [self._seen(each) for each in value]
        return self._masked(value) if isinstance(value, str) else value

    def _masked(self, told: str) -> str:
        for name in self._names:
            told = told.replace(name, MASK)
        return told
