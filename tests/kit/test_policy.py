"""Policies as data: a slip is refused at start with its file, line and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.kit.policy import Articles, Entry, PolicyError, PolicyFile, load, years


class Window(Entry):
    """An entry."""

    name: str
    days: int


class Windows(PolicyFile):
    """A file."""

    windows: list[Window]


GOOD = """articles:
  run: {cite: 三（六）, summary: 按时完成}
windows:
  - name: RUN
    days: 5
"""

BROKEN = {
    "wrong type": (
        GOOD.replace("days: 5", "days: five"),
        ":5: windows.0.days: Input should be a valid integer",
    ),
    "unknown key": (
        GOOD.replace("    days: 5", "    days: 5\n    day: 6"),
        ":6: windows.0.day: Extra inputs",
    ),
    "missing key": (GOOD.replace("    days: 5\n", ""), ":4: windows.0.days: Field required"),
    "missing cite": (GOOD.replace("cite: 三（六）, ", ""), ":2: articles.run.cite: Field required"),
    "not yaml": (GOOD + "windows: [", ":6: not YAML"),
    "empty": ("", ":1: "),
    "a list": ("- 1", ":1: "),
    "repeated key": (GOOD + "windows: []\n", ":6: windows is given twice"),
    "repeated deep": (GOOD.replace("days: 5", "days: 5\n    name: PLAN"), ":6: name is given twice"),
    "forbidden character": (GOOD + "# \x07", ": not YAML in UTF-8"),
    "two documents": (GOOD + "---\na: 1\n", ":6: not YAML"),
    "python object": ("windows: !!python/object:os.system {}", ":1: not YAML"),
}


def write(folder: Path, text: str | bytes) -> Path:
    """A policy file."""
    path = folder / "cycle.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_sound_file_is_read(tmp_path):
    """Entries and articles as their models."""
    file = load(write(tmp_path, GOOD), Windows)
    assert file.windows == [Window(name="RUN", days=5)]
    assert Articles([file], used=["run"])["run"].cite == "三（六）"


@pytest.mark.parametrize(("text", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_with_its_line(tmp_path, text, reason):
    """File, line and reason on one line."""
    path = write(tmp_path, text)
    with pytest.raises(PolicyError) as refused:
        load(path, Windows)
    assert str(refused.value).startswith(f"{path}{reason}")
    assert "\n" not in str(refused.value)


def test_a_file_in_another_encoding_is_refused(tmp_path):
    """GB 18030 is not guessed at."""
    with pytest.raises(PolicyError, match="not YAML in UTF-8"):
        load(write(tmp_path, GOOD.encode("gb18030")), Windows)


def test_a_missing_file_is_refused(tmp_path):
    """Its path and the system's reason."""
    with pytest.raises(PolicyError, match="cannot be read: No such file"):
        load(tmp_path / "cycle.yaml", Windows)


def test_articles_that_the_code_names_must_exist_once(tmp_path):
    """A missing one is named; one that two files tell differently is ambiguous."""
    file = load(write(tmp_path, GOOD), Windows)
    with pytest.raises(PolicyError, match="the code names articles that the policy lacks: other, third"):
        Articles([file], used=["run", "third", "other"], where="2023")
    assert Articles([file, file])["run"].summary == "按时完成"
    other = load(write(tmp_path, GOOD.replace("按时", "提前")), Windows)
    with pytest.raises(PolicyError, match="articles that two files tell differently: run"):
        Articles([file, other])


def test_the_years_of_a_province(tmp_path):
    """Oldest first; none is an error that says where it looked."""
    for name in ("2024", "2023", "drafts"):
        (tmp_path / "qinghai" / name).mkdir(parents=True)
    assert years(tmp_path, "qinghai") == [2023, 2024]
    with pytest.raises(PolicyError, match="gansu: no policy found"):
        years(tmp_path, "gansu")
