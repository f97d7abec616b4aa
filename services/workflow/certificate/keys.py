"""`python -m services.workflow.certificate.keys new|withdraw KID --file FILE`: the keys that sign credentials.

The service follows the file while it serves (CREDENTIAL_KEYS_FILE): nothing is restarted. `new` adds a key, which signs
from then on; what the former ones have signed still verifies. `withdraw` takes out a key that became known to others:
nothing that it has signed verifies any longer, and holders fetch their credentials and papers anew.
"""

import argparse
import json
import os
import secrets
import sys
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey

from services.workflow.certificate.credential import ALGORITHM, Signer

Key = dict[str, Any]


def with_new(keys: list[Key]) -> list[Key]:
    """The keys and a fresh one behind them, which signs."""
    made = OKPKey.generate_key("Ed25519", {"kid": secrets.token_hex(4), "use": "sig", "alg": ALGORITHM})
    return [*keys, made.as_dict(private=True)]


def without(keys: list[Key], kid: str) -> list[Key]:
    """The keys but one.

    Raises:
        ValueError: there is no such key, or no other.
    """
    left = [key for key in keys if key["kid"] != kid]
    if len(left) == len(keys):
        raise ValueError(f"there is no key {kid}")
    if not left:
        raise ValueError("it is the only key; run `new` first")
    return left


def main(arguments: list[str] | None = None) -> int:
    """Change the file; 2 with one line where something is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m services.workflow.certificate.keys", description=(__doc__ or "").split("\n")[0]
    )
    steps = parser.add_subparsers(dest="step", required=True)
    for step in (steps.add_parser("new"), withdraw := steps.add_parser("withdraw")):
        step.add_argument("--file", type=Path, required=True, help="the file that CREDENTIAL_KEYS_FILE names")
    withdraw.add_argument("kid")
    chosen = parser.parse_args(arguments)
    try:
        keys = _kept(chosen.file) if chosen.step == "withdraw" or chosen.file.exists() else []
        _replace(chosen.file, with_new(keys) if chosen.step == "new" else without(keys, chosen.kid))
    except (ValueError, OSError) as error:
        print(f"keys: {error}", file=sys.stderr)  # noqa: T201 - a command speaks to its user
        return 2
    return 0


def _kept(file: Path) -> list[Key]:
    text = file.read_text(encoding="utf-8")
    Signer.from_settings(text)
    keys: list[Key] = json.loads(text)
    return keys


def _replace(file: Path, keys: list[Key]) -> None:
    """Write a private file whole or not at all: whoever looks finds the old keys or the new ones."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(keys), encoding="utf-8")
    draft.replace(file)


if __name__ == "__main__":
    sys.exit(main())
