"""Keys change while the service works: a new one signs, a former one verifies, a withdrawn one no longer does."""

from __future__ import annotations

import json

import pytest

from services.rotation import Followed
from services.workflow.certificate.keys import main
from tests.platform.settings import settings_for
from tests.services.workflow.credential.carried import (
    by_reference,
    credential_of,
    issued,
    published_keys,
    status_token,
)
from tests.services.workflow.meeting.hall import Hall
from verifier.checking import Outcome, Refused, check


@pytest.fixture
def file(tmp_path):
    """A keys' file with one key."""
    made = tmp_path / "credential-keys.json"
    assert main(["new", "--file", str(made)]) == 0
    return made


def kids(file) -> list[str]:
    """The ids of the keys in a file."""
    return [key["kid"] for key in json.loads(file.read_text(encoding="utf-8"))]


async def test_nothing_is_restarted_and_nothing_signed_anew(client, season, session, at, file, eventually):
    """A credential of the first key verifies beside one of the second; the first withdrawn, only what is fetched anew does."""
    told = {"credential_keys": "[]", "credential_keys_file": file, "credential_keys_every_seconds": 0.05}
    http = await client("workflow", settings=told)
    hall = Hall(http, season, at)
    record = await issued(session, season)

    async def published() -> list[str]:
        return [key["kid"] for key in (await published_keys(hall))["keys"]]

    first = await credential_of(hall, record["id"])
    assert await published() == kids(file)
    assert main(["new", "--file", str(file)]) == 0
    await eventually(published, kids(file))
    second, keys = await credential_of(hall, record["id"]), await published_keys(hall)
    assert first.split("~")[1:] == second.split("~")[1:]
    assert by_reference(first, keys) == by_reference(second, keys)
    assert main(["withdraw", kids(file)[0], "--file", str(file)]) == 0
    await eventually(published, kids(file))
    keys, status = await published_keys(hall), await status_token(hall, second)
    with pytest.raises(Refused) as refused:
        check(first, keys)
    assert refused.value.outcome is Outcome.UNKNOWN_KEY
    assert check(await credential_of(hall, record["id"]), keys, status).outcome is Outcome.VALID


@pytest.mark.parametrize("content", ["nonsense", "[]", '[{"kty": "OKP"}]', None])
def test_keys_that_cannot_be_used_leave_those_that_are(file, content, capsys):
    """A half-written file, an empty one, one that is gone: the service goes on signing; the command changes nothing."""
    from services.workflow.certificate.credential import Signer

    settings = settings_for(lambda _: "postgresql://x", "workflow", credential_keys_file=file)
    before, signer = kids(file), Signer.from_settings(settings.keys_at_hand())
    followed = Followed("credential keys", settings.keys_at_hand, signer.take)
    if content is None:
        file.unlink()
    else:
        file.write_text(content, encoding="utf-8")
    followed.look()
    assert [key["kid"] for key in signer.published()["keys"]] == before
    assert main(["withdraw", before[0], "--file", str(file)]) == 2
    assert capsys.readouterr().err.startswith("keys: ")


def test_the_only_key_is_not_withdrawn(file, capsys):
    """Nor one that is not there: one line, and the file stays as it was, for nobody else to read."""
    before = file.read_text(encoding="utf-8")
    for kid in (*kids(file), "another"):
        assert main(["withdraw", kid, "--file", str(file)]) == 2
    assert (file.read_text(encoding="utf-8"), file.stat().st_mode & 0o777) == (before, 0o600)
    assert len(capsys.readouterr().err.splitlines()) == 2
