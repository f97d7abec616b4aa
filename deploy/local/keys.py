"""Passwords and keys of one installation, made once, kept in a file only its owner reads."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from joserfc.jwk import OKPKey
from pydantic import BaseModel, Field

from deploy.local.bootstrap import SERVICES

KEY_BYTES = 32
SIGNING_ALGORITHM = "Ed25519"


class Keys(BaseModel):
    """Everything secret; lost, what is sealed with `field_keys` cannot be read again."""

    postgres_password: str
    role_passwords: dict[str, str]
    service_secrets: dict[str, str]
    signing_keys: dict[str, list[dict[str, str]]]
    field_keys: dict[str, str]
    index_key: str
    credential_keys: list[dict[str, str]] = Field(default_factory=lambda: [_signing_key()])

    @classmethod
    def generate(cls) -> Keys:
        """Make a new set."""
        return cls(
            postgres_password=secrets.token_urlsafe(24),
            role_passwords={service: secrets.token_urlsafe(24) for service in SERVICES},
            service_secrets={name: secrets.token_urlsafe(32) for name in (*SERVICES, "relay", "gateway")},
            signing_keys={"keys": [_signing_key()]},
            field_keys={"k1": _random_key()},
            index_key=_random_key(),
            credential_keys=[_signing_key()],
        )

    @classmethod
    def kept_in(cls, file: Path) -> Keys:
        """Read the set in `file`, making it first where there is none."""
        if not file.exists():
            _write_private(file, cls.generate().model_dump_json(indent=2))
        kept = cls.model_validate_json(file.read_text(encoding="utf-8"))
        if (
            set(cls.model_fields) - kept.model_fields_set
        ):  # kept by an older release: what it lacks is made once
            _write_private(file, kept.model_dump_json(indent=2))
        return kept

    def of(self, process: str, urls: Mapping[str, str]) -> dict[str, str]:
        """What of it a service or the relay finds in its environment; `urls`: each service's database, under its own role."""
        own = {"SERVICE_SECRET": self.service_secrets[process]}
        if process not in SERVICES:
            return own | {f"{name.upper()}_DATABASE_URL": url for name, url in urls.items()}
        own |= {
            "DATABASE_URL": urls[process],
            "FIELD_KEYS": json.dumps(self.field_keys),
            "INDEX_KEY": self.index_key,
        }
        return own | ({"SERVICE_SECRETS": json.dumps(self.service_secrets)} if process == "accounts" else {})

    def keep_signing_keys(self, tokens: Path, credentials: Path) -> None:
        """Write the keys that sign tokens and credentials where there are none; from then on they are changed there."""
        for file, keys in ((tokens, self.signing_keys), (credentials, self.credential_keys)):
            if not file.exists():
                _write_private(file, json.dumps(keys))


def data_keys() -> dict[str, str]:
    """Fresh keys of a service's own for what it seals and finds again, as it finds them in its environment."""
    return {"FIELD_KEYS": json.dumps({"k1": _random_key()}), "INDEX_KEY": _random_key()}


def _signing_key() -> dict[str, str]:
    kid = secrets.token_hex(4)
    key = OKPKey.generate_key("Ed25519", {"kid": kid, "use": "sig", "alg": SIGNING_ALGORITHM})
    exported: dict[str, str] = json.loads(json.dumps(key.as_dict(private=True)))
    return exported


def _random_key() -> str:
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def _write_private(file: Path, content: str) -> None:
    """Write so that no other user can read it at any moment and a crash leaves all or nothing."""
    draft = file.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(content, encoding="utf-8")
    draft.rename(file)
