"""Documents that a front end was built with: asked for by their hash, by GET too; and where that is so, no others.

The manifest is what graphql-codegen's client preset and Relay's compiler write: {SHA-256 of a document: its text}.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from graphql import GraphQLError, GraphQLSchema, parse, validate

from services.kit.auth import Actor
from services.kit.errors import Forbidden, NotFound

ALGORITHM = "sha256:"


class DocumentUnknown(NotFound):
    """No document of the manifest has this hash."""

    code = "DOCUMENT_UNKNOWN"
    zh = "没有此编号的受信文档，请更新客户端或提交完整查询"
    en = "No trusted document has this id. Update the client, or send the document itself."


class DocumentNotTrusted(Forbidden):
    """The platform's own front ends send what they were built with, and nothing else."""

    code = "DOCUMENT_NOT_TRUSTED"
    zh = "本系统仅受理已登记的查询文档；第三方请以自己的 OAuth 客户端接入"
    en = "Only registered documents are taken here. Third parties ask as OAuth clients of their own."


class Documents:
    """The trusted documents of an installation."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._known = frozenset(texts.values())

    @classmethod
    def read(cls, file: Path | None, schema: GraphQLSchema) -> "Documents":
        """Those of a manifest; none without one.

        Raises:
            ValueError: it is no manifest, or a document of it is not what its hash says, or not valid here.
        """
        if file is None:
            return cls({})
        try:
            told = orjson.loads(file.read_bytes())
            texts = {hash_.removeprefix(ALGORITHM): str(text) for hash_, text in told.items()}
        except (OSError, AttributeError, orjson.JSONDecodeError) as error:
            raise ValueError(f"TRUSTED_DOCUMENTS: {file} cannot be read as a manifest: {error}") from error
        for hash_, text in texts.items():
            if wrong := _wrong(hash_, text, schema):
                raise ValueError(f"TRUSTED_DOCUMENTS: {file}: {hash_}: {wrong}")
        return cls(texts)

    def text_of(self, given: Mapping[str, Any]) -> str | None:
        """The text of the document that a request names; None where it names none.

        Raises:
            DocumentUnknown: none has that hash.
        """
        if (wanted := named_by(given)) is None:
            return None
        if (text := self._texts.get(wanted)) is None:
            raise DocumentUnknown
        return text

    def demand(self, query: str, actor: Actor | None) -> None:
        """Refuse what the platform's own front ends were not built with; clients of third parties ask what they like.

        Raises:
            DocumentNotTrusted: the document is none of the manifest, and nobody else's client sent it.
        """
        is_client = actor is not None and (actor.kind != "person" or actor.scope is not None)
        if not is_client and query not in self._known:
            raise DocumentNotTrusted


def named_by(given: Mapping[str, Any]) -> str | None:
    """The hash by which a request names its document: `documentId`, or `persistedQuery` as Apollo's clients send it."""
    wanted = given.get("documentId")
    if wanted is None:
        persisted = (given.get("extensions") or {}).get("persistedQuery")
        wanted = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    return None if wanted is None else str(wanted).removeprefix(ALGORITHM)


def _wrong(hash_: str, text: str, schema: GraphQLSchema) -> str | None:
    if hashlib.sha256(text.encode()).hexdigest() != hash_:
        return "not the SHA-256 of its text"
    try:
        errors = validate(schema, parse(text))
    except GraphQLError as error:
        return error.message
    return errors[0].message if errors else None
