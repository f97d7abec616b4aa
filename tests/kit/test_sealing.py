"""Personal data at rest: unreadable without the key, unmovable, searchable by exact value only."""

from __future__ import annotations

import base64
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.sealing import SealBroken, Sealer


def key(name: str = "", size: int = 32) -> str:
    """A key as settings tell it."""
    return name + base64.b64encode(os.urandom(size)).decode()


def sealer(index: str = "aWk=", **keys: str) -> Sealer:
    """A sealer of these keys."""
    return Sealer.from_settings(json.dumps(keys), index)


OLD, NEW, SM4 = key(), key(), key("sm4:", 16)
SEALER = sealer(key(), old=OLD, new=NEW)
NATIONAL = sealer(key("sm3:"), old=OLD, new=NEW, national=SM4)
BOTH = pytest.mark.parametrize("sealer_of", [SEALER, NATIONAL], ids=["aes", "sm4"])


@BOTH
@given(st.binary(max_size=200), st.text(max_size=30))
def test_what_is_sealed_can_be_opened(sealer_of, plain, context):
    """Any value in any context; each sealing looks different."""
    sealed = sealer_of.seal(plain, context=context)
    assert sealer_of.open(sealed, context=context) == plain
    assert sealed != sealer_of.seal(plain, context=context)
    assert sealed.startswith(sealer_of.mark)


def test_old_keys_still_open_and_the_newest_seals():
    """Rotation: add a key, keep the old one as long as values are sealed by it."""
    before = sealer(old=OLD).seal_text("李雷")
    assert SEALER.open_text(before) == "李雷"
    assert SEALER.seal_text("李雷").startswith(b"new:")
    with pytest.raises(SealBroken):
        sealer(new=NEW).open(before)


def test_a_key_says_its_algorithm():
    """What AES has sealed is opened beside what SM4 seals from then on; neither opens by the other's key."""
    before, after = SEALER.seal_text("李雷"), NATIONAL.seal_text("李雷")
    assert NATIONAL.open_text(before) == NATIONAL.open_text(after) == "李雷"
    assert after.startswith(b"national:")
    with pytest.raises(SealBroken):
        SEALER.open(after)
    with pytest.raises(SealBroken):
        sealer(national=key("sm4:", 16)).open(after)


@BOTH
@pytest.mark.parametrize("position", [0, 5, 25, -1])
def test_one_flipped_bit_is_noticed(sealer_of, position):
    """Whatever is altered, the value is refused, never misread."""
    sealed = bytearray(sealer_of.seal(b"a value of some length"))
    sealed[position] ^= 1
    with pytest.raises(SealBroken):
        sealer_of.open(bytes(sealed))


@pytest.mark.parametrize(
    "sealed",
    [
        b"",
        b":",
        b"new:",
        b"new:short",
        b"\xff:x",
        b"unknown:" + b"x" * 40,
        b"national:",
        b"national:" + b"x" * 20,
    ],
)
def test_garbage_is_refused(sealed):
    """Never another error than the one for broken seals."""
    with pytest.raises(SealBroken):
        NATIONAL.open(sealed)


@BOTH
def test_a_value_cannot_be_moved_to_another_place(sealer_of):
    """Copied into another column or row it does not open."""
    with pytest.raises(SealBroken):
        sealer_of.open(sealer_of.seal(b"1", context="phone/1"), context="phone/2")


@BOTH
def test_the_index_finds_exact_values_only(sealer_of):
    """The same for the same, different for another value, context or key."""
    index = sealer_of.index("630102199001011234", context="resident_id")
    assert index == sealer_of.index("630102199001011234", context="resident_id")
    assert index != sealer_of.index("630102199001011235", context="resident_id")
    assert index != sealer_of.index("630102199001011234", context="phone")
    assert index != sealer(key(), new=NEW).index("630102199001011234", context="resident_id")


@pytest.mark.parametrize(
    ("keys", "index_key"),
    [
        ("{}", "eA=="), ("[]", "eA=="), ("not json", "eA=="), ('{"k": 5}', "eA=="), ('{"k": "!!"}', "eA=="),
        (json.dumps({"k": base64.b64encode(b"short").decode()}), "eA=="),
        (json.dumps({"k": NEW}), ""), (json.dumps({"k": NEW}), "!"), (json.dumps({"k": f"sm4:{NEW}"}), "eA=="),
        (json.dumps({"k": f"sm9:{NEW}"}), "eA=="), (json.dumps({"k": NEW}), "sm4:eA=="),
    ],
    ids=range(11),
)  # fmt: skip
def test_keys_that_are_none_are_refused_at_start(keys, index_key):
    """One kind of error, so that the process can say it in one line."""
    with pytest.raises(ValueError, match=r"."):
        Sealer.from_settings(keys, index_key)
