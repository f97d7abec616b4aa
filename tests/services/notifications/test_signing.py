"""Messages are signed by the kind of key that a platform has; others' software verifies each kind."""

from __future__ import annotations

import base64
import subprocess
import time
from pathlib import Path

import gmalg
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from standardwebhooks import Webhook, WebhookVerificationError

from services.notifications.credit.policy import platforms_of
from services.notifications.outward import signing

KEY = bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
"""The private key of the example in GB/T 32918.5."""
BODY = '{"type": "titles.workflow.misconduct.found.v1", "name": "赵昆仑"}'.encode()
SENT_AT = 1_764_200_000
PLATFORM = '{{"national": {{"title": "全国平台", "url": "https://credit.gov.test/", "key": "{key}"}}}}'
CURVE_OF_SM2 = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
"""How a public key of SM2 begins in DER; the point follows."""


def signed(mark: str, key: bytes = KEY) -> tuple[str, bytes]:
    """The version of the signature of our message by a key of that kind, and the signature."""
    told = signing.signature("msg_1", SENT_AT, BODY, mark + base64.b64encode(key).decode())
    version, _, signature = told.partition(",")
    return version, base64.b64decode(signature)


def openssl(folder: Path, signature: bytes, body: bytes) -> bool:
    """Whether OpenSSL takes it for a signature of SM2 with SM3 by our key, over the id, the time and the body."""
    public = gmalg.SM2().generate_pk(KEY)
    (folder / "key.der").write_bytes(CURVE_OF_SM2 + public)
    (folder / "signature").write_bytes(signature)
    (folder / "message").write_bytes(f"msg_1.{SENT_AT}.".encode() + body)
    command = ["openssl", "dgst", "-sm3", "-verify", "key.der", "-keyform", "DER", "-signature", "signature"]
    option = ["-sigopt", f"distid:{signing.SM2_USER.decode()}", "message"]
    return subprocess.run([*command, *option], cwd=folder, capture_output=True, check=False).returncode == 0


def test_sm2_is_verified_by_openssl_and_not_of_another_body(tmp_path):
    """The public key of the standard's example belongs to its private key; each signature differs, each is good."""
    public = gmalg.SM2().generate_pk(KEY).hex()
    assert public.removeprefix("04").startswith(
        "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    )
    (version, one), (_, other) = signed("sm2sk_"), signed("sm2sk_")
    assert (version, one != other) == ("v1sm2", True)
    assert openssl(tmp_path, one, BODY)
    assert openssl(tmp_path, other, BODY)
    assert not openssl(tmp_path, one, BODY + b" ")
    assert not openssl(tmp_path, one[:-1] + bytes([one[-1] ^ 1]), BODY)


def test_ed25519_is_verified_by_its_public_key():
    """As Standard Webhooks' v1a asks."""
    version, signature = signed("whsk_")
    public = Ed25519PrivateKey.from_private_bytes(KEY).public_key()
    assert version == "v1a"
    public.verify(signature, f"msg_1.{SENT_AT}.".encode() + BODY)
    with pytest.raises(InvalidSignature):
        public.verify(signature, f"msg_2.{SENT_AT}.".encode() + BODY)


def test_a_shared_secret_is_verified_by_the_reference_library():
    """With the mark of a secret, or without; it asks for a message of these minutes."""
    now = int(time.time())
    for mark in ("whsec_", ""):
        sent = signing.headers("msg_1", now, BODY, mark + base64.b64encode(KEY).decode())
        receiver = Webhook(base64.b64encode(KEY).decode())
        receiver.verify(BODY, sent)
        with pytest.raises(WebhookVerificationError):
            receiver.verify(BODY + b" ", sent)


@pytest.mark.parametrize(
    ("key", "taken"),
    [
        ("whsec_" + "A" * 32, True),
        ("whsec_" + "A" * 28, False),
        ("whsk_" + "A" * 43 + "=", True),
        ("whsk_" + "A" * 32, False),
        ("sm2sk_" + "A" * 42 + "E=", True),
        ("sm2sk_" + "A" * 44, False),
        ("sm3sk_" + "A" * 44, False),
        ("whsk_not base64", False),
    ],
)
def test_a_key_that_cannot_sign_stops_the_start(key, taken):
    """Too short, of no known kind, no base64: said before anything is to be told."""
    if taken:
        assert platforms_of(PLATFORM.format(key=key))["national"].key.get_secret_value() == key
    else:
        with pytest.raises(ValueError, match=r"CREDIT_PLATFORMS\.national\.key"):
            platforms_of(PLATFORM.format(key=key))
