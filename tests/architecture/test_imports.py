"""Who may import whom, where import-linter's contracts in pyproject.toml do not reach."""

from __future__ import annotations

import re
import sys

from tests.architecture.code import sources

DOMAIN_FILES = {"states", "rules", "steps", "errors"}
FRAMEWORKS = {"fastapi", "starlette", "sqlalchemy", "httpx", "asyncpg"}
CONTRACT = re.compile(r"services/\w+/contract(\.py|/\w+\.py)$")
CONTRACTS = re.compile(r"services\.\w+\.contract\.")


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
    """A contract, be it a module or a package, is imported without pulling in the service."""
    found = [
        f"{source.name} imports {module}"
        for source in sources("services")
        for module in source.imports()
        if CONTRACT.search(source.name) and not _may_stand_in_a_contract(module)
    ]
    assert found == []


def _may_stand_in_a_contract(module: str) -> bool:
    top = module.partition(".")[0]
    ours = module.startswith("services.kit.") or CONTRACTS.match(module) is not None
    return top in sys.stdlib_module_names or top == "pydantic" or ours


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
