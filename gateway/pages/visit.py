"""One visit of a page: in which language, how links go on in it, and what the query asks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from fastapi import Request

from services.kit.errors import Invalid, Language

LANG = "lang"
SWITCHED = {Language.ZH: Language.EN, Language.EN: Language.ZH}
TAGS = {Language.ZH: "zh-CN", Language.EN: "en"}
LONGEST = 120


class NotUnderstood(Invalid):
    """The query holds what the page has no answer to."""

    code = "PAGE_QUERY_INVALID"
    zh = "地址中的“{asked}”无法识别，请从页面上重新选择"
    en = "The address holds a “{asked}” that is not known. Please choose again on the page."


class FormMalformed(Invalid):
    """What was sent is no form of ours."""

    code = "PAGE_FORM_INVALID"
    zh = "提交的内容无法识别，请在页面上重新填写"
    en = "What was sent is not understood. Please fill in the form on the page."


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page."""

    request: Request
    language: Language
    switched: bool
    """Whether the visitor chose the language on the page: links then go on in it."""

    @classmethod
    def of(cls, request: Request) -> "Visit":
        """In the language that `?lang=` says, else in the browser's."""
        chosen = request.query_params.get(LANG)
        if chosen in set(Language):
            return cls(request, Language(chosen), switched=True)
        preferred = Language.preferred(request.headers.get("accept-language", ""))
        return cls(request, preferred, switched=False)

    @property
    def tag(self) -> str:
        """The language as HTML tells it."""
        return TAGS[self.language]

    def href(self, path: str, **query: object) -> str:
        """A link to a page of ours, in the language that was chosen; what is None is left out."""
        kept = {name: str(value) for name, value in query.items() if value is not None}
        if self.switched:
            kept[LANG] = self.language.value
        return f"{path}?{urlencode(kept)}" if kept else path

    @property
    def other(self) -> str:
        """This page in the other language.

        Of a page that is not there the path may be anything: slashes at its beginning would begin another host's address.
        """
        kept = {**self.request.query_params, LANG: SWITCHED[self.language].value}
        path = quote(self.request.scope["path"].lstrip("/\\"))
        return f"/{path}?{urlencode(kept)}"

    @property
    def other_tag(self) -> str:
        """The other language as HTML tells it."""
        return TAGS[SWITCHED[self.language]]

    def asked(self, name: str) -> str | None:
        """A parameter of the query; None where it is empty.

        Raises:
            NotUnderstood: it is longer than anything the pages ask.
        """
        told = self.request.query_params.get(name, "").strip()
        if len(told) > LONGEST or "\0" in told:
            raise NotUnderstood(asked=name, field=name)
        return told or None

    def chosen(self, name: str, among: Collection[str] | Mapping[str, object]) -> str | None:
        """A parameter that is one of a few.

        Raises:
            NotUnderstood: it is another.
        """
        told = self.asked(name)
        if told is not None and told not in among:
            raise NotUnderstood(asked=name, field=name)
        return told

    def year(self) -> int | None:
        """The year that the query asks for.

        Raises:
            NotUnderstood: it is no year.
        """
        told = self.asked("year")
        if told is None:
            return None
        if not (told.isascii() and told.isdigit() and len(told) == len("YYYY")):
            raise NotUnderstood(asked="year", field="year")
        return int(told)
