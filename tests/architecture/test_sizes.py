"""Files and functions stay small enough to be read at once."""

from __future__ import annotations

from statistics import median

from tests.architecture.code import sources

LONGEST_FILE = 350
LONGEST_TEST_FILE = 500
LONGEST_FUNCTION = 40
MEDIAN_FILE = 100
MEDIAN_FUNCTION = 8


def test_no_file_is_too_long():
    """At most 350 lines, tests 500."""
    limits = [(source, LONGEST_TEST_FILE if source.top == "tests" else LONGEST_FILE) for source in sources()]
    assert [f"{s.name}: {s.lines} lines" for s, limit in limits if s.lines > limit] == []


def test_no_function_is_too_long():
    """At most 40 lines."""
    long = [
        f"{source.name}:{node.lineno} {node.name}: {length} lines"
        for source in sources()
        for node, length in source.functions()
        if length > LONGEST_FUNCTION
    ]
    assert long == []


def test_the_usual_file_is_short():
    """Half of the files that hold code have at most 100 lines."""
    assert (
        median(source.lines for source in sources() if source.top != "tests" and source.lines > 1)
        <= MEDIAN_FILE
    )


def test_the_usual_function_is_short():
    """Half of the functions have at most 8 lines."""
    assert median(length for source in sources() for _, length in source.functions()) <= MEDIAN_FUNCTION
