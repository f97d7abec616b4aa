"""No sealed column is forgotten when keys change."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from sqlalchemy import LargeBinary

SERVICES = ("accounts", "workflow", "quota", "notifications")
DIGEST = re.compile(r"(^|_)(digest|sha256|hash)$")
LEFT = {
    "challenge.secret_sealed": "ends in minutes",
    "intake_row.cells": "goes with its import, in weeks",
    "intake_row.code": "goes with its import, in weeks",
    "historic_import_row.cells": "goes with its import, in weeks",
    "contact_code.address": "a digest",
    "ballot_box.sealed": "by a key of the meeting, which is sealed anew",
    "meeting_draw.seed": "published",
    "meeting_opinion.sealed": "the table only grows: the key is kept",
}
"""What is not sealed anew, and why."""


@pytest.mark.parametrize("service", SERVICES)
def test_every_sealed_column_is_sealed_anew(service: str):
    """Or it is said why not; nothing is listed that is not there."""
    import_module(f"services.{service}.main")
    tables = import_module(f"services.{service}.base").Base.metadata.sorted_tables
    there = {
        f"{column.table.name}.{column.name}"
        for table in tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and not DIGEST.search(column.name)
    }
    listed = {str(each) for each in import_module(f"services.{service}.reseal").SEALED}
    assert listed <= there
    assert there - listed <= set(LEFT)
    assert not listed & set(LEFT)
