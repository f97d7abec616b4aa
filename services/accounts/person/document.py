"""Identity documents: one person is one account, whatever document he or she shows and however it is written."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from services.accounts.contract import DocumentKind
from services.accounts.person import resident_id
from services.accounts.person.errors import DocumentWrong, NationalityMissing, NationalityNeedless
from services.accounts.person.policy import Check, DocumentRule, Form
from services.accounts.policy import Policy
from services.kit.sealing import Sealer

LONG = 15
"""Numbers at least this long show three characters at the start and four at the end; shorter ones one and two."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose number was found right; `lasting` is the part that stays the same for life."""

    kind: DocumentKind
    number: str = field(repr=False)
    lasting: str = field(repr=False)
    nationality: str | None = None

    @property
    def context(self) -> str:
        """What the number is sealed for."""
        return f"person.{self.kind.lower()}"

    def digest(self, sealer: Sealer) -> bytes:
        """The keyed digest by which whoever holds this document is found."""
        return sealer.index(f"{self.nationality or ''}{self.lasting}", context=self.context)

    def sealed(self, sealer: Sealer) -> bytes:
        """The number at rest."""
        return sealer.seal_text(self.number, context=self.context)


def normalised(text: str) -> str:
    """A number in one spelling: half-width, capitals, without blanks, hyphens and marks that cannot be seen."""
    folded = unicodedata.normalize("NFKC", text).upper()
    kept = "".join(c for c in folded if unicodedata.category(c)[0] not in "ZC" and c not in "-‐‑‒–—·.")
    # What is left can combine into one character once a blank between is gone, so until nothing changes.
    return kept if kept == text else normalised(kept)


def judge(
    policy: Policy, today: date, kind: DocumentKind, told: str, nationality: str | None, *, field_: str
) -> Document:
    """The document that was told, once its number is found right.

    Raises:
        DocumentWrong: the number has none of the forms of its kind, or its date or check digit is impossible.
        NationalityMissing, NationalityNeedless: a passport is one of a country; other documents say it themselves.
    """
    rule = policy.people.documents[kind]
    basis = (policy.articles[rule.article],)
    if rule.nationality and nationality is None:
        raise NationalityMissing(kind_zh=kind.zh, kind_en=rule.en, field=f"{field_}.nationality", basis=basis)
    if not rule.nationality and nationality is not None:
        raise NationalityNeedless(kind_zh=kind.zh, field=f"{field_}.nationality", basis=basis)
    number = normalised(told)
    form = _form(rule, number, today)
    if form is None:
        raise DocumentWrong(kind_zh=kind.zh, zh=rule.zh, en=rule.en, field=f"{field_}.number", basis=basis)
    return Document(kind, number, number[: form.keep], nationality)


def _form(rule: DocumentRule, number: str, today: date) -> Form | None:
    """The form that a number has."""
    for form in rule.forms:
        if re.fullmatch(form.pattern, number) and (
            form.check is not Check.GB_11643 or resident_id.is_right(number, today)
        ):
            return form
    return None


def masked(number: str) -> str:
    """The number as answers show it."""
    start, end = (3, 4) if len(number) >= LONG else (1, 2)
    return number[:start] + "*" * (len(number) - start - end) + number[-end:]


def masked_phone(phone: str) -> str:
    """A telephone number as answers show it."""
    return f"{phone[:3]}****{phone[-4:]}"


def masked_email(email: str) -> str:
    """An e-mail address as answers show it."""
    name, _, host = email.partition("@")
    return f"{name[:1]}***@{host}"
