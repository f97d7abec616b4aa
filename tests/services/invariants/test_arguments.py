"""What makes no sense to ask of the check is refused at once: nothing is ever told as whole that was not looked at."""

from __future__ import annotations

import pytest

from services.invariants.__main__ import main

NONSENSE = (
    *(("--rows", each) for each in ("0", "-1", "many")),
    *((option, each) for option in ("--pause", "--patience") for each in ("-1", "nan", "inf", "soon")),
)


@pytest.mark.parametrize("asked", NONSENSE, ids=" ".join)
def test_nonsense_is_refused_with_one_line(asked, capsys):
    """It names the option and what was given."""
    assert main(list(asked)) == 2
    told = capsys.readouterr()
    [line] = told.err.splitlines()
    assert (told.out, all(each in line for each in asked)) == ("", True), line
