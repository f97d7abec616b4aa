"""The public page that verifies credentials: one file with the keys inside it, so that it works offline once it was saved.

Its policy lets nothing run but its own script, and nothing be asked but this service.
"""

import base64
import hashlib
import json
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from fastapi import Response

from services.kit.http import router
from services.quota.contract import TitleLevel
from services.workflow.certificate.states import Origin, Way
from services.workflow.credential.claims import CLAIMS
from services.workflow.credential.issuer import CurrentIssuer, Issuer
from services.workflow.credential.paper import BY_CREDENTIAL, BY_NUMBER

FOLDER = Path(__file__).parent / "templates"
WORDS = {
    "valid": "有效：签名无误，证书有效 · Valid",
    "unchecked": "签名无误，未能核对证书状态 · Signature valid; standing not checked",
    "revoked": "已失效：签名无误，但证书已撤销、无效或已换发 · No longer in force",
    "altered": "内容被改动或签名无效 · Altered, or not signed by us",
    "unknown-key": "签名密钥未知，请更新本页后再试 · Signed by an unknown key",
    "unreadable": "不是本系统签发的职称证书凭证 · Not a credential of ours",
    "unsupported": "本浏览器无法脱机验证，请按编号和姓名查验 · This browser cannot check signatures: ask by number and name",
    "list": "状态列表 Status list",
    "list-over": "已过期 · Over",
    "list-another": "不是该证书的状态列表 · Of other certificates",
    "list-altered": "被改动或签名无效 · Altered, or not signed by us",
    "list-unknown-key": "签名密钥未知 · Signed by an unknown key",
    "list-unreadable": "无法读取 · Not readable",
}
page = router(tags=["credential"])


@page.get(BY_CREDENTIAL, response_class=Response)
async def verify(issuer: CurrentIssuer) -> Response:
    """The page on which anyone verifies a certificate by its credential, as a QR code holds it (public)."""
    policy, html = _made(
        json.dumps(_known(issuer), ensure_ascii=False, sort_keys=True), f"{issuer.url}{BY_NUMBER}"
    )
    headers = {
        "content-security-policy": f"{policy}; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-cache",
    }
    return Response(html, media_type="text/html", headers=headers)


def _known(issuer: Issuer) -> dict[str, Any]:
    """What the page has to know: who issues, by which keys, and what words mean."""
    values = {word.value: word.zh for words in (TitleLevel, Way, Origin) for word in words}
    return {
        "issuer": issuer.url,
        "keys": issuer.signer.published()["keys"],
        "claims": [[claim.name, f"{claim.zh} {claim.en}"] for claim in CLAIMS],
        "values": values,
        "words": WORDS,
    }


@cache
def _parts() -> tuple[str, str, str]:
    html, style, script = (
        (FOLDER / f"verify.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")
    )
    return html, style, script


def _made(known: str, by_number: str) -> tuple[str, str]:
    """The content security policy of the page, and the page."""
    html, style, script = _parts()
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'"
    )
    parts = {
        "policy": policy,
        "style": style,
        "by_number": escape(by_number),
        "script": script,
        "known": known.replace("<", "\\u003c"),
    }
    for name, content in parts.items():
        html = html.replace(f"{{{{{name}}}}}", content, 1)
    return policy, html


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
