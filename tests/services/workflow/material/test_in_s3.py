"""Materials in S3 by configuration alone: sent, opened and swept over the API of a service that keeps them there."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest
from sqlalchemy import text

from services.kit.errors import Unavailable
from services.workflow.material.sweeping import sweep
from tests.files import s3
from tests.files.documents import blank, image, saved
from tests.services.workflow.applicants import codes, record


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
    """It comes back as it was; a refused file is not there; what never got into force is swept."""
    person = await season.recommended()
    declaration, storage = await office.draft(person), workflow_app.state.storage
    announced = record(await office.announce(person, declaration, "ACHIEVEMENT", "照片.png"), 201)
    assert codes(await office.send(announced, saved(blank()))) == ["FILE_BLANK"]
    stored = record(await office.send(announced, image()))
    link = record(await office.open(stored, person.token))
    fetched = await office.http.get(link["download_url"])
    assert (fetched.status_code, fetched.content) == (httpx.codes.OK, image())
    async with session("workflow") as tx:
        key = await tx.scalar(text("select storage_key from material where sha256 is not null"))
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
