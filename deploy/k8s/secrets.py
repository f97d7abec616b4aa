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
KEYS_FILES = {"accounts": "signing-keys", "workflow": "credential-keys"}
"""Secrets that are mounted as a file, `<service>-<name>` with the file `<name>.json`."""


def secrets_of(keys: Keys, database: str) -> dict[str, dict[str, str]]:
    """Each Secret's keys and values, by its name; `database` is host:port/name."""
    urls = {role: f"postgresql://{role}:{keys.role_passwords[role]}@{database}" for role in SERVICES}
    found = {name: keys.of(name, urls) for name in (*SERVICES, RELAY)}
    for each in SERVICES:  # what one of them loses opens nothing of another's
        found[each] |= data_keys()
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
    parser.add_argument("--database", default="titles-rw:5432/titles", help="host:port/name of the database")
    parser.add_argument("--format", choices=("yaml", "json"), default="yaml")
    chosen = parser.parse_args(arguments)
    made = secrets_of(Keys.generate(), chosen.database)
    if chosen.format == "json":
        sys.stdout.write(json.dumps(made, indent=2) + "\n")
    else:
        yaml.safe_dump_all((manifest(*each) for each in made.items()), sys.stdout, sort_keys=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
