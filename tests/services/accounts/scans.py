"""Scans that people send for their records, and how they are opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from sqlalchemy import text

from tests.files.documents import pdf
from tests.services.accounts.records import EVIDENCE, Staff, told

SCAN = pdf("毕业证书")
PLAIN = {**EVIDENCE, "sha256": None}
"""Evidence of which no digest is told."""


class Scans:
    """The scans of someone's records, sent and opened over HTTP; what the service keeps lies in `folder`."""

    def __init__(self, staff: Staff, folder: Path, session: Any) -> None:
        self.staff, self.folder, self.session = staff, folder, session

    @classmethod
    def of(cls, staff: Staff, app: Any, session: Any) -> Scans:
        """The scans that an app keeps."""
        return cls(staff, Path(unquote(urlsplit(app.state.settings.storage_url).path)), session)

    def kept(self) -> set[str]:
        """The digests of what lies in the storage."""
        return {path.name for path in self.folder.rglob("*") if path.is_file()}

    async def declared(self, kind: str = "DEGREE", sha256: str | None = None, **more: Any) -> dict[str, Any]:
        """A record that waits to be confirmed; of its scan the digest is told, or nothing."""
        token = more.pop("token", None)
        asked = told(kind, **more) | {"evidence": {**PLAIN, "sha256": sha256}}
        answer = await self.staff.try_declare(asked, token)
        assert answer.status_code == 201, answer.text
        record: dict[str, Any] = answer.json()["record"]
        return record

    async def ask_to_send(
        self, record: dict[str, Any], token: str | None = None, file_name: str = "毕业证.pdf", **more: Any
    ) -> httpx.Response:
        """Ask for a link to send a file, as the person unless told otherwise."""
        path = f"/v1/records/{record['id']}/evidence-file"
        asked = {"file_name": file_name, **more}
        return await self.staff.world.ask("POST", path, token or self.staff.own, asked)

    async def link(self, record: dict[str, Any], token: str | None = None, **more: Any) -> str:
        """A link to send a file."""
        answer = await self.ask_to_send(record, token, **more)
        assert answer.status_code == 200, answer.text
        url: str = answer.json()["record"]["upload_url"]
        return url

    async def put(self, link: str, content: bytes = SCAN) -> httpx.Response:
        """Send the bytes."""
        return await self.staff.world.http.put(link, content=content)

    async def sent(
        self, record: dict[str, Any], content: bytes = SCAN, token: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """A file that was sent."""
        answer = await self.put(await self.link(record, token, **more), content)
        assert answer.status_code == 200, answer.text
        file: dict[str, Any] = answer.json()["record"]
        return file

    async def ask_to_open(
        self, record: dict[str, Any], token: str | None = None, number: int | None = None
    ) -> httpx.Response:
        """Ask for a link to the evidence, as the unit's reviewer unless told otherwise."""
        path = f"/v1/records/{record['id']}/evidence-file/open"
        asked = None if number is None else {"number": number}
        return await self.staff.world.ask("POST", path, token or self.staff.reviewer, asked)

    async def opened(
        self, record: dict[str, Any], token: str | None = None, number: int | None = None
    ) -> httpx.Response:
        """The evidence, fetched."""
        answer = await self.ask_to_open(record, token, number)
        assert answer.status_code == 200, answer.text
        fetched = await self.staff.world.http.get(answer.json()["record"]["download_url"])
        assert fetched.status_code == 200, fetched.text
        return fetched

    async def versions(self, record: dict[str, Any], token: str | None = None) -> list[dict[str, Any]]:
        """What was sent for a record."""
        path = f"/v1/records/{record['id']}/evidence-files"
        items: list[dict[str, Any]] = (
            await self.staff.world.ask("GET", path, token or self.staff.own)
        ).json()["items"]
        return items

    async def rows(self, query: str, **params: Any) -> list[Any]:
        """What stands in the database."""
        async with self.session("accounts") as tx:
            return list((await tx.execute(text(query), params)).scalars())

    async def forsake(self) -> None:
        """Let the time be over for everything that is under way."""
        async with self.session("accounts") as tx:
            over = "update evidence_file set sweep_after = now() - interval '1 second' where sweep_after is not null"
            await tx.execute(text(over))
