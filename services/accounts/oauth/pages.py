"""The pages people see: plain HTML without scripts, escaped throughout, shown in no frame and kept in no cache."""

import secrets
from pathlib import Path
from typing import Any

from fastapi import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.accounts.oauth.words import TEXTS
from services.kit.errors import Language

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
SAFE = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def page(
    name: str, language: Language, status: int = 200, *, form_goes_to: str = "", **told: Any
) -> Response:
    """A page; its forms may only lead back here, and from here to the origin `form_goes_to`."""
    nonce = secrets.token_urlsafe(16)
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src 'nonce-{nonce}'",
            "img-src data:",
            f"form-action 'self' {form_goes_to}".strip(),
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )
    html = TEMPLATES.get_template(f"{name}.html").render(
        t=TEXTS[language], lang="zh-CN" if language is Language.ZH else "en", nonce=nonce, **told
    )
    headers = SAFE | {"content-security-policy": policy, "content-language": language.value}
    return Response(html, status, headers, media_type="text/html; charset=utf-8")


def sent_to(address: str, *, after_form: bool) -> Response:
    """The browser goes on to a checked address; after a form by a GET, so that no password is sent along."""
    return Response(status_code=303 if after_form else 302, headers=SAFE | {"location": address})
