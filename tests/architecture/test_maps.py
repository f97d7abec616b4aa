"""Both READMEs show the same map: every folder of `services/`, in either language."""

from __future__ import annotations

import re

import pytest

from deploy.local.layout import PROJECT

FOLDERS = {each.parent.name for each in (PROJECT / "services").glob("*/__init__.py")}


@pytest.mark.parametrize(
    ("readme", "line"), [("README.md", r"^  ([a-z]+)/ "), ("README.zh-CN.md", r"^services/([a-z]+)/ ")]
)
def test_every_folder_is_on_the_map(readme: str, line: str) -> None:
    """None is missing, none is gone."""
    text = (PROJECT / readme).read_text(encoding="utf-8")
    assert set(re.findall(line, text, re.MULTILINE)) == FOLDERS
