"""What `make faults` writes of a run that cannot go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local.failures import LocalFailure
from tests.faults import __main__ as faults
from tests.faults.injections import INJECTIONS
from tests.faults.rounds import Row

WRITTEN = f"before\n{faults.BEGIN}\nthe run before\n{faults.END}\nafter\n"


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page with a run in it; the next one has three rounds."""
    page = tmp_path / "faults.md"
    page.write_text(WRITTEN, encoding="utf-8")
    monkeypatch.setattr(faults, "PAGE", page)
    monkeypatch.setenv("ROUNDS", "3")
    return page


def breaks_off(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Have the first of two faults played so many times, and then no process any more."""

    async def play(_count: int, _seed: int, rows: dict[str, Row]) -> list[str]:
        first, second = INJECTIONS[:2]
        rows |= {first.name: Row(first, times=times), second.name: Row(second)}
        raise LocalFailure("quota does not start")

    monkeypatch.setattr(faults, "play", play)


def test_what_was_played_is_told_and_what_was_not_is_neither_lost_nor_whole(page, monkeypatch):
    """The vote was not counted, and nobody may think so."""
    breaks_off(monkeypatch, 2)
    assert faults.main() == 1
    told = page.read_text(encoding="utf-8")
    [first, second] = (line for line in told.splitlines() if line.startswith("| kill"))
    assert first.endswith("| nothing | whole |")
    assert "not played" in second
    assert "whole" not in second
    assert "Broken off, and the vote not counted: quota does not start" in told
    assert told.startswith("before\n")
    assert told.endswith("\nafter\n")


def test_where_nothing_was_played_the_run_before_stays(page, monkeypatch, capsys):
    """An installation that does not come up says nothing about faults."""
    breaks_off(monkeypatch, 0)
    assert faults.main() == 2
    assert page.read_text(encoding="utf-8") == WRITTEN
    assert "quota does not start" in capsys.readouterr().err
