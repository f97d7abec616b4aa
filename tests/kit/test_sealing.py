"""Personal data at rest: unreadable without the key, unmovable, searchable by exact value only."""

from __future__ import annotations

import base64
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.sealing import SealBroken, Sealer

OLD, NEW = os.urandom(32), os.urandom(32)
SEALER = Sealer({"old": OLD, "new": NEW}, os.urandom(32))


@given(st.binary(max_size=200), st.text(max_size=30))
def test_what_is_sealed_can_be_opened(plain, context):
    """Any value in any context; each sealing looks different."""
    sealed = SEALER.seal(plain, context=context)
    assert SEALER.open(sealed, context=context) == plain
    assert sealed != SEALER.seal(plain, context=context)


def test_old_keys_still_open_and_the_newest_seals():
    """Rotation: add a key, keep the old one as long as values are sealed by it."""
    before = Sealer({"old": OLD}, b"i" * 32).seal_text("李雷")
    assert SEALER.open_text(before) == "李雷"
    assert SEALER.seal_text("李雷").startswith(b"new:")
    with pytest.raises(SealBroken):
        Sealer({"new": NEW}, b"i" * 32).open(before)


@pytest.mark.parametrize("position", [0, 5, 20, -1])
def test_one_flipped_bit_is_noticed(position):
    """Whatever is altered, the value is refused, never misread."""
    sealed = bytearray(SEALER.seal(b"a value of some length"))
    sealed[position] ^= 1
    with pytest.raises(SealBroken):
        SEALER.open(bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b":", b"new:", b"new:short", b"\xff:x", b"unknown:" + b"x" * 40])
def test_garbage_is_refused(sealed):
    """Never another error than the one for broken seals."""
    with pytest.raises(SealBroken):
        SEALER.open(sealed)


def test_a_value_cannot_be_moved_to_another_place():
    """Copied into another column or row it does not open."""
    with pytest.raises(SealBroken):
        SEALER.open(SEALER.seal(b"1", context="phone/1"), context="phone/2")


def test_the_index_finds_exact_values_only():
    """The same for the same, different for another value, context or key."""
    index = SEALER.index("630102199001011234", context="resident_id")
    assert index == SEALER.index("630102199001011234", context="resident_id")
    assert index != SEALER.index("630102199001011235", context="resident_id")
    assert index != SEALER.index("630102199001011234", context="phone")
    assert index != Sealer({"new": NEW}, b"other" * 8).index("630102199001011234", context="resident_id")


@pytest.mark.parametrize(
    ("keys", "index_key"),
    [
        ("{}", "eA=="), ("[]", "eA=="), ("not json", "eA=="), ('{"k": 5}', "eA=="), ('{"k": "!!"}', "eA=="),
        (json.dumps({"k": base64.b64encode(b"short").decode()}), "eA=="),
        (json.dumps({"k": base64.b64encode(NEW).decode()}), ""), (json.dumps({"k": base64.b64encode(NEW).decode()}), "!"),
    ],
    ids=range(8),
)  # fmt: skip
def test_keys_that_are_none_are_refused_at_start(keys, index_key):
    """One kind of error, so that the process can say it in one line."""
    with pytest.raises(ValueError, match=r"."):
        Sealer.from_settings(keys, index_key)
