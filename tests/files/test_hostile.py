"""Documents made to exhaust whoever reads them are refused, and cost the service's own process next to nothing."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest

from services.files import documents
from services.files.errors import FileUnreadable
from services.files.inspection import inspect
from tests.files.hostile import HOSTILE
from tests.files.test_inspection import BASIS, rules

MEBIBYTE = 1 << 20
ROOM = 48


def largest() -> int:
    """The most memory this process had since `forget`, in MiB."""
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text("ascii").splitlines())
    return int(told["VmHWM"].split()[0]) >> 10


def forget() -> None:
    """Measure from here on."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


@pytest.mark.parametrize("told", HOSTILE)
def test_a_hostile_document_costs_another_process(monkeypatch, told):
    """It ends by its own limits or is killed; here neither memory nor computing time is spent on it."""
    monkeypatch.setattr(documents, "SECONDS", 1)
    monkeypatch.setattr(documents, "GRACE_SECONDS", 2)
    monkeypatch.setattr(documents, "MEMORY", 512 * MEBIBYTE)
    content = io.BytesIO(HOSTILE[told]())
    forget()
    before, spent = largest(), time.process_time()
    with pytest.raises(FileUnreadable):
        inspect(content, "一.pdf", rules(), BASIS)
    assert largest() - before < ROOM
    assert time.process_time() - spent < 1


def test_an_answer_is_no_longer_than_it_may_be(monkeypatch, tmp_path):
    """A reader that was taken over cannot flood the service with words."""
    (tmp_path / "talking.py").write_text(
        "import json, resource, sys\n"
        "most = json.loads(sys.argv[1])['answer']\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))\n"
        "print('x' * (64 << 20))",
        encoding="utf-8",
    )
    monkeypatch.setattr(documents, "PAGES", "talking")
    monkeypatch.chdir(tmp_path)
    forget()
    before = largest()
    with pytest.raises(FileUnreadable):
        inspect(io.BytesIO(b"%PDF-1.7 " + b" " * 100), "一.pdf", rules(), BASIS)
    assert largest() - before < ROOM
