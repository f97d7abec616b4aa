"""Looks into a PDF: is it open to be read, do its pages show something, does anything in it bear a mark.

Nothing of it is read here. A file comes from outside, and may be made to exhaust or break whoever reads it: a process of
its own does (`pages`), with so much memory, time and words as it is given here, and tells what it saw.
"""

import json
import signal
import subprocess
import sys
import tempfile
from typing import Any, BinaryIO

from services.files.errors import Classified, FileEncrypted, FileUnreadable
from services.files.looks import Look
from services.files.policy import FileRules
from services.files.refusing import refuse_size, refuse_unclear
from services.kit.errors import Basis

PAGES = "services.files.pages"
SECONDS, MEMORY, ANSWER = 20, 2 << 30, 1 << 16
"""So much computing time and memory it is allowed, and so many bytes it may tell."""

GRACE_SECONDS = 5
"""So much longer it lives by the clock on the wall, then it is killed."""

TOO_COMPLEX = 3
"""How it ends where memory or depth did not suffice."""

OVER = {TOO_COMPLEX, -signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ}


def look_at_document(file: BinaryIO, rules: FileRules, basis: Basis) -> None:
    """Refuse a PDF that cannot be reviewed.

    Raises:
        FileEncrypted, FileUnreadable, FileBlank, FileBlurred: nobody could read it.
        Classified: its text, what is noted on or about it, or the name of a file inside bears a mark.
    """
    told = _read(file.read(), rules)
    if told["encrypted"]:
        raise FileEncrypted(field="file")
    _refuse_number(told["count"], rules.limits.pdf_pages)
    if told["mark"] is not None:
        raise Classified(word=told["mark"], field="file", basis=[basis])
    for page in told["pages"]:
        if page["scan"] and min(page["scan"]) < rules.limits.image_shortest_side:
            refuse_size(tuple(page["scan"]), rules.limits)
    refuse_unclear([Look(page["ink"], page["sharpness"]) for page in told["pages"]], rules.limits)


def _refuse_number(pages: int, most: int) -> None:
    if not 0 < pages <= most:
        raise FileUnreadable(
            reason_zh=f"共 {pages} 页，应为 1 至 {most} 页",
            reason=f"{pages} pages instead of 1 to {most}",
            field="file",
        )


def _read(content: bytes, rules: FileRules) -> dict[str, Any]:
    """What the process that reads it tells; its answer goes into a file, which cannot grow beyond what it may tell.

    Raises:
        FileUnreadable: it was more than the process was allowed.
    """
    asked = {
        "seconds": SECONDS,
        "memory": MEMORY,
        "answer": ANSWER,
        "pages": rules.limits.pdf_pages,
        "ink": rules.limits.ink,
        "words": rules.classified.words,
        "patterns": [each.pattern for each in rules.classified.patterns],
    }
    with tempfile.TemporaryFile() as answer:
        try:
            subprocess.run(  # noqa: S603 - our own program
                [sys.executable, "-m", PAGES, json.dumps(asked)],
                input=content,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS + GRACE_SECONDS,
                check=True,
                env={},
            )
        except subprocess.TimeoutExpired as error:
            raise _too_complex() from error
        except subprocess.CalledProcessError as error:
            if error.returncode in OVER:
                raise _too_complex() from error
            raise
        answer.seek(0)
        told: dict[str, Any] = json.loads(answer.read(ANSWER))
        return told


def _too_complex() -> FileUnreadable:
    return FileUnreadable(reason_zh="内容过于复杂", reason="too complex", field="file")
