"""Who may import whom, where import-linter's contracts in pyproject.toml do not reach."""

from __future__ import annotations

import sys

import pytest

from tests.architecture.code import Source, sources

DOMAIN_FILES = {"states", "rules", "steps", "errors"}
FRAMEWORKS = {"fastapi", "starlette", "sqlalchemy", "httpx", "asyncpg"}
CONTRACT_MAY = {"pydantic", "services.kit"}


def _domain() -> list[Source]:
    found = [s for s in sources("services") if s.path.stem in DOMAIN_FILES and "/kit/" not in s.name]
    return [source for source in found if not source.name.endswith("relay/rules.py")]


@pytest.mark.parametrize("source", _domain() or [None], ids=lambda source: getattr(source, "name", "none"))
def test_domain_files_import_no_framework(source: Source | None):
    """States, rules, steps and errors are plain Python over kit."""
    imported = {module.partition(".")[0] for module in source.imports()} if source else set()
    assert imported & FRAMEWORKS == set()


@pytest.mark.parametrize(
    "source", [s for s in sources("services") if s.path.name == "contract.py"], ids=lambda s: s.name
)
def test_contracts_import_only_kit_and_pydantic(source: Source):
    """A contract can be imported by anyone without pulling in its service."""
    foreign = [
        module
        for module in source.imports()
        if module.partition(".")[0] not in sys.stdlib_module_names
        and not any(module == allowed or module.startswith(f"{allowed}.") for allowed in CONTRACT_MAY)
    ]
    assert foreign == []


def test_only_tests_and_deployment_import_tests_or_deployment():
    """What runs in production imports nothing from tests, deploy, demo or bench."""
    outside = {"tests", "deploy", "demo", "bench", "migrations"}
    found = [
        f"{source.name} imports {module}"
        for source in sources("services", "gateway")
        for module in source.imports()
        if module.partition(".")[0] in outside
    ]
    assert found == []
