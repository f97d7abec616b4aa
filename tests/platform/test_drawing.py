"""Properties are tried with the same, whichever tests came before."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers


def test_our_code_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Constants are drawn, but none is looked for in a module."""
    looked: list[bool] = []
    monkeypatch.setattr(providers, "_get_local_constants", lambda: looked.append(True))
    drawn: set[str] = set()

    @settings(max_examples=500, derandomize=True, database=None, phases=[Phase.generate])
    @given(st.text())
    def once(text: str) -> None:
        drawn.add(text)

    once()
    assert drawn & set(providers.GLOBAL_CONSTANTS.strings), "its own are drawn"
    assert looked == []
