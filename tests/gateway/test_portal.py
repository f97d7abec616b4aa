"""The developer portal: what a third party needs to begin, readable without script."""

from __future__ import annotations

import re

import pytest

from gateway.pages.markdown import rendered
from gateway.pages.portal import PAGES
from tests.gateway.conftest import Gateway


async def test_every_page_is_there_and_every_link_leads_somewhere(gateway: Gateway) -> None:
    """Each page has one heading and lets nothing run; what it links to within the portal is there, headings too."""
    front = await gateway()
    waiting, seen = ["/docs"], {}
    while waiting:
        address = waiting.pop()
        answer = await front.http.get(address)
        assert answer.status_code == 200, address
        seen[address] = answer.text
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        assert "script-src" not in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.text.count("<h1") == 1, address
        for link in re.findall(r'href="(/docs[^"#]*)', answer.text):
            waiting += [link] if link not in seen and link not in waiting else []
    assert {f"/docs/{name}" for name in PAGES} <= set(seen)
    for address, html in seen.items():
        for target, heading in re.findall(r'href="(/docs[^"#]*)?#([^"]+)"', html):
            assert f'id="{heading}"' in seen[target or address], f"{address}: {target}#{heading}"
    assert "curl -s http://127.0.0.1:8100/graphql" in seen["/docs"]
    assert "PART_UNAVAILABLE" in seen["/docs/errors"]
    assert "POST /api/workflow/v1/cycles" in seen["/docs/api/workflow"]
    assert 'href="/graphql"' in seen["/docs"]
    hidden = await (await gateway(production=True)).http.get("/docs")
    assert 'href="/graphql"' not in hidden.text, "it would not be there"


@pytest.mark.parametrize(
    "address", ["/docs/clauses.yaml", "/docs/..%2Fpyproject.toml", "/docs/api/relay", "/redoc"]
)
async def test_nothing_else_of_the_repository_is_shown(gateway: Gateway, address: str) -> None:
    """Only what is listed."""
    front = await gateway()
    answer = await front.http.get(address)
    assert answer.status_code == 404


def test_a_page_brings_no_html_of_its_own() -> None:
    """Tags are shown, not taken; a script's address is no link."""
    html = rendered("<script>1</script> [x](javascript:alert(1)) [y](other.md)", "docs/a.md", {}).html
    assert "<script" not in html
    assert "href" not in html
