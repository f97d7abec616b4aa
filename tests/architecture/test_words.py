"""What a state or an action is called in Chinese is said once, beside its identifier."""

from __future__ import annotations

from enum import EnumMeta
from importlib import import_module

import pytest

from docs.__main__ import MACHINES
from services.kit.words import Word
from tests.architecture.code import sources

VOCABULARIES = sorted(
    source.name.removesuffix(".py").replace("/", ".")
    for source in sources("services")
    if source.name.endswith(("/states.py", "/contract.py", "/contract/words.py"))
)
TABLES = sorted(
    source.name.removesuffix(".py").replace("/", ".")
    for source in sources("services")
    if source.name.endswith("/steps.py") and "/kit/" not in source.name
)


@pytest.mark.parametrize("module", VOCABULARIES)
def test_every_word_has_its_term(module: str):
    """Enumerations of a vocabulary are words, each with a term that no other of them has."""
    own = [
        found
        for found in vars(import_module(module)).values()
        if isinstance(found, EnumMeta) and found.__module__ == module
    ]
    assert [found.__name__ for found in own if not issubclass(found, Word)] == []
    for words in own:
        terms = [word.zh for word in words]
        assert all(terms), words.__name__
        assert len(set(terms)) == len(terms), words.__name__


@pytest.mark.parametrize("machine", MACHINES, ids=[machine.title for machine in MACHINES])
def test_a_table_tells_states_and_actions_apart(machine):
    """A state and an action may share an identifier; an official reads two different terms."""
    for state, action in machine.steps:
        assert state.zh != action.zh


def test_every_table_is_in_the_rules():
    """`docs/rules.md` shows each table of steps there is."""
    tables = [
        id(found)
        for module in TABLES
        for name, found in vars(import_module(module)).items()
        if name.endswith("STEPS")
    ]
    assert tables
    assert sorted(tables) == sorted(id(machine.steps) for machine in MACHINES)
