"""What a neighbour refused, as the refusal it was."""

from collections.abc import Mapping
from typing import Any

import httpx

from services.kit import errors
from services.kit.deadline import DeadlineExceeded
from services.kit.errors import Basis, Finding, Language, Refusal, Unavailable

KINDS: Mapping[int, type[Refusal]] = {
    400: errors.Invalid,
    401: errors.Unauthenticated,
    403: errors.Forbidden,
    404: errors.NotFound,
    409: errors.Conflict,
    413: errors.TooLarge,
    422: errors.RuleBroken,
    429: errors.TooMany,
    503: errors.Unavailable,
    504: DeadlineExceeded,
}
DIGITS = 6


def refusal_of(answer: httpx.Response, part: str) -> Refusal:
    """A neighbour's problem answer as the refusal it was; a bare failure as `Unavailable`."""
    kind = KINDS.get(answer.status_code)
    again = come_again(answer)
    try:
        body = answer.json()
        code, message = str(body["code"]), str(body["message"])
    except (ValueError, KeyError, TypeError):
        return Unavailable(part=part, **again)
    if kind is None:
        return Unavailable(part=part, **again)
    return passed_on(kind, code, message, {"part": part, **body}, again)


def come_again(answer: httpx.Response) -> dict[str, Any]:
    """`seconds`, where the answer says in how many of them to come again."""
    told = answer.headers.get("retry-after", "")
    return {"seconds": int(told)} if told.isascii() and told.isdigit() and len(told) <= DIGITS else {}


def passed_on(
    kind: type[Refusal], code: str, message: str, body: Mapping[str, Any], again: Mapping[str, Any]
) -> Refusal:
    """A refusal that keeps the neighbour's code and words (already in the caller's language), and when to come again."""

    class PassedOn(kind):  # type: ignore[valid-type,misc]
        def message(self, language: Language) -> str:
            del language
            return message

    PassedOn.code = code
    findings = [
        Finding(f["code"], f["message"], f["message"], f.get("field"), _basis(f))
        for f in body.get("findings", ())
    ]
    basis = _basis(body)
    return PassedOn(field=body.get("field"), basis=basis, findings=findings, part=body.get("part"), **again)


def _basis(told: Mapping[str, Any]) -> tuple[Basis, ...]:
    return tuple(Basis(b["cite"], b["summary"]) for b in told.get("basis", ()))
