"""`python -m gateway.export` writes gateway/schema.graphql; with `--check` it fails where the file is stale."""

import sys
from pathlib import Path

from gateway.schema import schema

FILE = Path(__file__).with_name("schema.graphql")


def main(arguments: list[str]) -> int:
    """0 when written or fresh, 1 when stale."""
    told = schema.as_str().rstrip() + "\n"
    if "--check" not in arguments:
        FILE.write_text(told, encoding="utf-8")
        return 0
    if FILE.exists() and FILE.read_text(encoding="utf-8") == told:
        return 0
    sys.stderr.write(f"{FILE.name} is stale: run `python -m gateway.export`\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
