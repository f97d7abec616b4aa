"""`python -m deploy.k8s.secrets`: every secret of a new installation, made once, as a manifest or for a vault.

    python -m deploy.k8s.secrets --database postgres:5432/titles > secrets.yaml   # then: kubectl apply -f secrets.yaml
    python -m deploy.k8s.secrets --format json                                    # the same names and keys, for a vault

Keep what it prints: what is sealed with `FIELD_KEYS` cannot be read without them. `STORAGE_URL`, `CHANNELS` and
`CREDIT_PLATFORMS` are the operator's own and are added by hand.
"""

import argparse
import json
import secrets
import sys

import yaml

from deploy.local.bootstrap import SERVICES
from deploy.local.keys import Keys, data_keys
from deploy.local.layout import RELAY

ADMINISTRATOR = "titles_admin"
DATABASE, POOLER = "titles-rw:5432/titles", "titles-pooler:5432/titles"
"""Where `components/postgres` has them."""
KEYS_FILES = {"accounts": "signing-keys", "workflow": "credential-keys"}
"""Secrets that are mounted as a file, `<service>-<name>` with the file `<name>.json`."""
LISTING = ("accounts", "workflow", "quota")
"""Services with lists that a standby may answer."""


def secrets_of(keys: Keys, database: str, pooler: str, replica: str = "") -> dict[str, dict[str, str]]:
    """Each Secret's keys and values, by its name; `database`, the `pooler` before it, its `replica` if any are host:port/name.

    Services go through the pooler; what listens, or keeps its session, does not.
    """
    found = {name: keys.of(name, _urls(keys, pooler)) for name in SERVICES}
    direct = _urls(keys, database)
    found["notifications"]["LISTEN_DATABASE_URL"] = direct["notifications"]
    found[RELAY] = keys.of(RELAY, direct)
    for each in SERVICES:  # what one of them loses opens nothing of another's
        found[each] |= data_keys()
    if replica:
        for name in LISTING:
            found[name] |= {"READ_DATABASE_URL": _urls(keys, replica)[name]}
    found["database-admin"] = {"username": ADMINISTRATOR, "password": keys.postgres_password}
    found["prepare"] = {
        "ADMIN_DATABASE_URL": f"postgresql://{ADMINISTRATOR}:{keys.postgres_password}@{database}",
        "ROLE_PASSWORDS": json.dumps(keys.role_passwords),
    }
    password = f"n{secrets.token_hex(24)}"  # the broker's settings would read a first digit as a number
    found["nats"] = {"PASSWORD": password, "NATS_URL": f"nats://titles:{password}@nats:4222"}
    files = {"accounts": keys.signing_keys, "workflow": keys.credential_keys}
    for service, name in KEYS_FILES.items():
        found[f"{service}-{name}"] = {f"{name}.json": json.dumps(files[service])}
    return found


def _urls(keys: Keys, place: str) -> dict[str, str]:
    return {role: f"postgresql://{role}:{keys.role_passwords[role]}@{place}" for role in SERVICES}


def manifest(name: str, values: dict[str, str]) -> dict[str, object]:
    """One Secret as Kubernetes takes it."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "labels": {"app.kubernetes.io/part-of": "titles"}},
        "stringData": values,
    }


def main(arguments: list[str] | None = None) -> int:
    """Print a new set."""
    parser = argparse.ArgumentParser(prog="python -m deploy.k8s.secrets", description=__doc__)
    parser.add_argument("--database", default=DATABASE, help="host:port/name of the database")
    parser.add_argument(
        "--pooler", help="the same of the pooler before it; by default the component's, or none"
    )
    parser.add_argument(
        "--replica", default="", help="the same of its standbys, which answer lists: titles-ro:5432/titles"
    )
    parser.add_argument("--format", choices=("yaml", "json"), default="yaml")
    chosen = parser.parse_args(arguments)
    pooler = chosen.pooler or (POOLER if chosen.database == DATABASE else chosen.database)
    made = secrets_of(Keys.generate(), chosen.database, pooler, chosen.replica)
    if chosen.format == "json":
        sys.stdout.write(json.dumps(made, indent=2) + "\n")
    else:
        yaml.safe_dump_all((manifest(*each) for each in made.items()), sys.stdout, sort_keys=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
