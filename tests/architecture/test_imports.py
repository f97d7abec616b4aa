"""Who may import whom, where import-linter's contracts in pyproject.toml do not reach."""

from __future__ import annotations

import sys

from tests.architecture.code import sources

DOMAIN_FILES = {"states", "rules", "steps", "errors"}
FRAMEWORKS = {"fastapi", "starlette", "sqlalchemy", "httpx", "asyncpg"}


def test_domain_files_import_no_framework():
    """States, rules, steps and errors are plain Python over kit."""
    found = [
        f"{source.name} imports {module}"
        for source in sources("services")
        for module in source.imports()
        if source.path.stem in DOMAIN_FILES and module.partition(".")[0] in FRAMEWORKS
    ]
    assert found == []


def test_contracts_import_only_kit_and_pydantic():
    """A contract can be imported by anyone without pulling in its service."""
    found = [
        f"{source.name} imports {module}"
        for source in sources("services")
        for module in source.imports()
        if source.path.name == "contract.py" and not _may_stand_in_a_contract(module)
    ]
    assert found == []


def _may_stand_in_a_contract(module: str) -> bool:
    top = module.partition(".")[0]
    return top in sys.stdlib_module_names or top == "pydantic" or module.startswith("services.kit.")


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
