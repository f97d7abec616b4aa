"""Write what is generated, or with `--check` say what is stale (exit code 1)."""

import sys
from pathlib import Path

from docs.machines import Machine
from docs.rules import rules

ROOT = Path(__file__).resolve().parents[1]
POLICY = "qinghai/2023"
MACHINES: tuple[Machine, ...] = ()


def generated() -> dict[Path, str]:
    """Every generated document and what it should hold."""
    return {ROOT / "docs" / "rules.md": rules(ROOT / "policies", POLICY, MACHINES)}


def main() -> int:
    """Write or check."""
    stale = {
        path: text
        for path, text in generated().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    if "--check" in sys.argv[1:]:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(ROOT)} is stale; run `make docs`\n")
        return 1 if stale else 0
    for path, text in stale.items():
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
