"""Materials in S3 by configuration alone: sent, opened and swept over the API of a service that keeps them there."""

from __future__ import annotations

import hashlib
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from PIL import Image
from sqlalchemy import text

from services.files import staging
from services.kit.errors import Unavailable
from services.workflow.material.sweeping import sweep
from tests.files import s3
from tests.files.documents import blank, image, saved
from tests.services.workflow.applicants import codes, record

LARGE = saved(Image.effect_noise((1200, 1200), 90))
"""More than one part."""


@pytest.fixture(scope="module")
async def workflow_app(apps, known_neighbours, tmp_path_factory) -> AsyncIterator[object]:
    """The real app, as its environment tells it to keep files in S3."""
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(s3.serving(tmp_path_factory.mktemp("s3")))
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in s3.variables(port).items():
            environment.setenv(name, value)
        parts = {"transports": known_neighbours.transports()}
        yield await apps.fresh("workflow", stack, {"storage_url": s3.URL}, parts)


@pytest.mark.clause("2.5.3")
async def test_a_material_is_kept_in_s3(workflow_app, office, season, session):
    """It comes back as it was, sent in parts too; a refused file is not there; what never got into force is swept."""
    person = await season.recommended()
    declaration, storage = await office.draft(person), workflow_app.state.storage
    announced = record(await office.announce(person, declaration, "ACHIEVEMENT", "照片.png"), 201)
    assert codes(await office.send(announced, saved(blank()))) == ["FILE_BLANK"]
    stored = record(await office.send(announced, image()))
    await in_parts(office, person, declaration, workflow_app)
    link = record(await office.open(stored, person.token))
    fetched = await office.http.get(link["download_url"])
    assert (fetched.status_code, fetched.content) == (httpx.codes.OK, image())
    async with session("workflow") as tx:
        wanted = text("select storage_key from material where id = :id").bindparams(id=UUID(stored["id"]))
        key = await tx.scalar(wanted)
        await tx.execute(
            text(
                "insert into file_under_way (id, province, sha256, storage_key, sweep_after) values"
                " (gen_random_uuid(), 'qinghai', sha256('x'), 'qinghai/aa/lost', now() - interval '1 second')"
            )
        )
    await storage.put("qinghai/aa/lost", io.BytesIO(b"x"))
    assert await sweep(workflow_app.state.db, storage) == 1
    with pytest.raises(Unavailable):
        await storage.open("qinghai/aa/lost")
    assert b"".join([piece async for piece in await storage.open(key)]) == image()


async def in_parts(office, person, declaration, workflow_app) -> None:
    """A file whose parts go to the S3 server itself, past the service: over links that it signed, and no others."""
    body = {"item": "ACHIEVEMENT", "title": "论文", "file_name": "扫描.png", "size": len(LARGE)}
    path = f"/v1/declarations/{declaration['id']}/uploads"
    told = record(await office.call("POST", path, person.token, json=body), 201)
    first, *others = [(each["url"], LARGE[each["offset"] :][: each["size"]]) for each in told["parts"]]
    storage = workflow_app.state.storage
    async with httpx.AsyncClient(trust_env=False) as anybody:
        assert (await anybody.put(first[0], content=first[1])).is_success
        bent = others[0][0].replace("/00002?", "/00009?")
        assert (await anybody.put(bent, content=b"x")).status_code == httpx.codes.FORBIDDEN
        again = f"/v1/materials/{told['id']}/uploads"
        left = record(await office.call("POST", again, person.token, json={"size": len(LARGE)}))
        assert [each["number"] for each in left["parts"] if each["url"] is None] == [1]
        for url, piece in others:
            assert (await anybody.put(url, content=piece)).is_success
    whole = {"sha256": hashlib.sha256(LARGE).hexdigest()}
    kept = record(await office.http.put(told["whole_url"], json=whole))
    assert (kept["state"], kept["sha256"]) == ("STORED", whole["sha256"])
    assert await storage.found(staging.STAGED) == []
    await storage.put("staging/qinghai/lost/00001", io.BytesIO(b"x"))
    assert await staging.sweep(storage) == 0
    assert await staging.sweep(storage, kept=timedelta(seconds=-5)) == 1
