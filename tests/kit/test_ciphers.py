"""The algorithms are those of the standards: their own examples, and OpenSSL's command beside them."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from cryptography.exceptions import InvalidTag

from services import ciphers

KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")
NONCE = bytes.fromhex("00001234567800000000abcd")
ASSOCIATED = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
PLAIN = b"".join(bytes([each]) * 8 for each in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
SEALED = bytes.fromhex(
    "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15"
    "a56834cbcf98c397b4024a2691233b8d"
    "83de3541e4c2b58177e065a9bf7b62ec"
)


def test_sm4_in_gcm_is_that_of_rfc_8998():
    """Its appendix A.1, forward and back; nothing altered is opened."""
    sm4 = ciphers.SM4GCM(KEY)
    assert sm4.encrypt(NONCE, PLAIN, ASSOCIATED) == SEALED
    assert sm4.decrypt(NONCE, SEALED, ASSOCIATED) == PLAIN
    with pytest.raises(InvalidTag):
        sm4.decrypt(NONCE, SEALED, ASSOCIATED + b"x")


def test_sm3_is_that_of_the_standard():
    """The first example of GB/T 32905-2016, as a digest that states its algorithm."""
    made = ciphers.digest(ciphers.SM3, b"abc")
    assert made == b"sm3:" + bytes.fromhex("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")
    assert ciphers.algorithm_of(made) == ciphers.SM3
    assert ciphers.algorithm_of(ciphers.digest(ciphers.SHA256, b"abc")) == ciphers.SHA256
    assert ciphers.algorithm_of(b"sm3:" + b"x" * 28) == ciphers.SHA256


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_a_keyed_digest_by_sm3_is_that_of_openssl():
    """Made anew by a command that is not ours."""
    ours = ciphers.keyed("sm3:a2V5a2V5a2V5").digest("李雷".encode())
    command = ["openssl", "dgst", "-sm3", "-hmac", "keykeykey", "-binary"]
    assert subprocess.run(command, input="李雷".encode(), capture_output=True, check=True).stdout == ours
