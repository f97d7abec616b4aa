"""`python -m services.accounts.keys new|rotate|retire`: the next signing keys, so that no token is refused meanwhile.

With `--file` it changes the keys' file, which accounts follows while it serves (SIGNING_KEYS_FILE): nothing is restarted. Else
it reads SIGNING_KEYS and prints what to set next; then every replica is restarted, one after the other. `new` adds a key
that only verifies, `rotate` lets the newest key sign, `retire` drops the keys that no longer sign. Between two steps lies at
least the life of an access token, and the five minutes after which every service asks for the keys again.
"""

import argparse
import json
import os
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey

from services.accounts.sign_in.tokens import Signer
from services.kit.auth import ALGORITHM

Key = dict[str, Any]


def with_new(keys: Sequence[Key]) -> list[Key]:
    """The keys and a fresh one behind them; services learn it before it signs anything."""
    made = OKPKey.generate_key("Ed25519", {"kid": secrets.token_hex(4), "use": "sig", "alg": ALGORITHM})
    return [*keys, made.as_dict(private=True)]


def rotated(keys: Sequence[Key]) -> list[Key]:
    """The newest key signs; the others go on verifying.

    Raises:
        ValueError: there is only one key.
    """
    if not keys[1:]:
        raise ValueError("there is no second key; run `new` first and let every service learn it")
    return [keys[-1], *keys[:-1]]


def retired(keys: Sequence[Key]) -> list[Key]:
    """Only the key that signs; what others signed is good no more."""
    return list(keys[:1])


STEPS: Mapping[str, Callable[[Sequence[Key]], list[Key]]] = {
    "new": with_new,
    "rotate": rotated,
    "retire": retired,
}


def main(arguments: list[str] | None = None) -> int:
    """Change the file, or print the next value; 2 with one line where something is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m services.accounts.keys", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("step", choices=list(STEPS))
    parser.add_argument("--file", type=Path, help="the file that SIGNING_KEYS_FILE names; else SIGNING_KEYS")
    chosen = parser.parse_args(arguments)
    try:
        _step(chosen.step, chosen.file)
    except (ValueError, OSError) as error:
        print(f"keys: {error}", file=sys.stderr)  # noqa: T201 - a command speaks to its user
        return 2
    return 0


def _step(step: str, file: Path | None) -> None:
    told = os.environ.get("SIGNING_KEYS", "") if file is None else _content(file)
    keys = _read(told) if told or step != "new" else []
    following = json.dumps(STEPS[step](keys))
    if file is None:
        print(following)  # noqa: T201 - as above
    else:
        replace(file, following)


def _content(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def replace(file: Path, content: str) -> None:
    """Write a private file whole or not at all: whoever looks finds the old keys or the new ones."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(content, encoding="utf-8")
    draft.replace(file)


def _read(text: str) -> list[Key]:
    Signer.of(text)
    told = json.loads(text)
    return list(told["keys"] if isinstance(told, dict) else told)


if __name__ == "__main__":
    sys.exit(main())
