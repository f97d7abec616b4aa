"""Signing keys change while the service works: by a command on their file, which the service follows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services.accounts.keys import main
from services.accounts.sign_in.tokens import Bearer, Signer, service_id
from services.kit.auth import TokenInvalid, TokenVerifier
from services.rotation import Followed
from tests.platform.settings import settings_for


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A keys' file with one key."""
    made = tmp_path / "signing-keys.json"
    assert main(["new", "--file", str(made)]) == 0
    return made


def kids(file: Path) -> list[str]:
    """The ids of the keys in a file."""
    return [key["kid"] for key in json.loads(file.read_text(encoding="utf-8"))]


def settings(file: Path) -> Any:
    """The service's settings with that file."""
    return settings_for(lambda _: "postgresql://x", "accounts", signing_keys="", signing_keys_file=file)


def signed(signer: Signer) -> str:
    """A token."""
    return signer.sign(Bearer(service_id("quota"), "service", "quota"), 60)


def test_the_command_leads_from_one_key_to_the_next(file):
    """[a], [a, b], [b, a], [b]; nobody else may read the file, and no draft is left beside it."""
    [a] = kids(file)
    steps = []
    for step in ("new", "rotate", "retire"):
        assert main([step, "--file", str(file)]) == 0
        steps.append(kids(file))
    b = steps[-1][0]
    assert steps == [[a, b], [b, a], [b]]
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_step_that_cannot_be_taken_changes_nothing(file, capsys, monkeypatch):
    """Nothing to rotate to, a file that holds no keys, none at all: one line, and what was there stays."""
    before = file.read_text(encoding="utf-8")
    assert main(["rotate", "--file", str(file)]) == 2
    assert file.read_text(encoding="utf-8") == before
    file.write_text("nonsense", encoding="utf-8")
    assert main(["new", "--file", str(file)]) == 2
    assert file.read_text(encoding="utf-8") == "nonsense"
    monkeypatch.delenv("SIGNING_KEYS", raising=False)
    assert main(["retire"]) == 2
    assert [line.partition(":")[0] for line in capsys.readouterr().err.splitlines()] == ["keys"] * 3


def following(told, signer: Signer) -> Followed:
    """The service's look at its file."""
    return Followed("signing keys", told.keys_at_hand, signer.take)


async def test_tokens_of_both_keys_are_good_until_the_old_one_is_retired(file):
    """The service looks at its file: a signs, then b; a verifies as long as it is there."""
    told = settings(file)
    signer = Signer.of(told.keys_at_hand())
    followed, verifier = following(told, signer), TokenVerifier(signer)
    of_a = signed(signer)
    for step in ("new", "rotate"):
        assert main([step, "--file", str(file)]) == 0
        followed.look()
        assert [key["kid"] for key in signer.jwks()["keys"]] == kids(file)
        for token in (of_a, signed(signer)):
            assert (await verifier.verify(token)).name == "quota"
    of_b = signed(signer)
    assert main(["retire", "--file", str(file)]) == 0
    followed.look()
    assert (await verifier.verify(of_b)).name == "quota"
    with pytest.raises(TokenInvalid):
        await verifier.verify(of_a)


@pytest.mark.parametrize("content", ["nonsense", "[]", '[{"kty": "OKP"}]', None])
async def test_keys_that_cannot_be_used_leave_those_that_are(file, content):
    """A half-written file, an empty one, one that is gone: the service goes on, and takes what is right again."""
    told = settings(file)
    signer, whole = Signer.of(told.keys_at_hand()), file.read_text(encoding="utf-8")
    followed, of_a = following(told, signer), signed(signer)
    followed.look()
    if content is None:
        file.unlink()
    else:
        file.write_text(content, encoding="utf-8")
    followed.look()
    assert (await TokenVerifier(signer).verify(of_a)).name == "quota"
    file.write_text(whole, encoding="utf-8")
    assert main(["new", "--file", str(file)]) == 0
    followed.look()
    assert [key["kid"] for key in signer.jwks()["keys"]] == kids(file)


def test_a_file_that_is_missing_stops_the_start(tmp_path):
    """With a reason that names the setting."""
    with pytest.raises(ValueError, match="SIGNING_KEYS_FILE cannot be read"):
        settings(tmp_path / "nowhere.json").keys_at_hand()
