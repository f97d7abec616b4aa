"""Pages of `docs/` as HTML: no HTML of their own, headings that can be linked to, links that stay within the portal."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page."""

    title: str
    html: str


def rendered(text: str, file: str, pages: Mapping[str, str]) -> Rendered:
    """A Markdown file of the repository; `pages` says under which address other files are found."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    title = file
    if tokens and tokens[0].tag == "h1":
        title, tokens = tokens[1].content, tokens[3:]
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", slug(tokens[at + 1].content))
        if token.type in {"fence", "table_open"}:
            token.attrSet("tabindex", "0")
        if token.type == "inline" and token.children:
            token.children = _linked(token.children, file, pages)
    return Rendered(title.replace("`", ""), markdown.renderer.render(tokens, markdown.options, {}))


def slug(heading: str) -> str:
    """What a heading is linked to by, as code hosts make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _linked(tokens: list[Token], file: str, pages: Mapping[str, str]) -> list[Token]:
    """Links to other files of the portal lead there; those to files that it does not show are text."""
    kept: list[Token] = []
    dropped = False
    for token in tokens:
        if token.type == "link_open":
            target = _target(str(token.attrGet("href")), file, pages)
            dropped = target is None
            token.attrSet("href", target or "")
        if token.type in {"link_open", "link_close"} and dropped:
            continue
        kept.append(token)
    return kept


def _target(href: str, file: str, pages: Mapping[str, str]) -> str | None:
    if href.startswith(("http://", "https://", "#")):
        return href
    path, _, heading = href.partition("#")
    steps: list[str] = []
    for step in (*PurePosixPath(file).parent.parts, *PurePosixPath(path).parts):
        steps = steps[:-1] if step == ".." else [*steps, step]
    found = pages.get("/".join(steps))
    return f"{found}#{heading}" if found and heading else found
