"""`python -m docs.interfaces` writes what others program against: the OpenAPI document and the catalogue of refusals."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from docs import errors, openapi

ROOT = Path(__file__).resolve().parents[1]


def interfaces() -> Mapping[Path, str]:
    """Every file and what it should hold."""
    document = openapi.text(ROOT)  # puts the services together, and so knows what they refuse
    import_module("gateway.main")
    return {openapi.FILE: document, errors.FILE: errors.text()}


if __name__ == "__main__":
    for file, told in interfaces().items():
        (ROOT / file).write_text(told, encoding="utf-8")
