"""`python -m services.accounts.keys new|rotate|retire`: the next value of SIGNING_KEYS, so that no token is refused meanwhile.

It reads SIGNING_KEYS and prints what to set next, then every replica is restarted: `new` adds a key that only verifies,
`rotate` lets the newest key sign, `retire` drops the keys that no longer sign. Between two steps lies at least the life of
an access token, and the five minutes after which every service asks for the keys again.
"""

import argparse
import json
import os
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
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
    """Print the next value; 2 with one line where something is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m services.accounts.keys", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("step", choices=list(STEPS))
    chosen = parser.parse_args(arguments)
    try:
        told = os.environ.get("SIGNING_KEYS", "")
        keys = _read(told) if told or chosen.step != "new" else []
        print(json.dumps(STEPS[chosen.step](keys)))  # noqa: T201 - a command speaks to its user
    except ValueError as error:
        print(f"keys: {error}", file=sys.stderr)  # noqa: T201 - as above
        return 2
    return 0


def _read(text: str) -> list[Key]:
    Signer.of(text)
    told = json.loads(text)
    return list(told["keys"] if isinstance(told, dict) else told)


if __name__ == "__main__":
    sys.exit(main())
