"""A published version of an event changes only so that nobody breaks."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import ClassVar, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, Field

from docs.asyncapi import FOLDER, incompatible
from docs.compatibility import broken
from docs.event_schemas import schema_of
from services.kit.outbox import Event

ROOT = Path(__file__).parents[2]


class Lit(Event):
    """A lamp was lit."""

    type: ClassVar[str] = "titles.probe.lamp.lit.v1"

    class Bulb(BaseModel):
        """What shines."""

        watts: int

    lamp_id: UUID
    colour: Literal["WARM", "COLD"]
    on: date | None
    bulbs: list[Bulb] = Field(default_factory=list)
    note: str = ""


def changed(**fields: object) -> type[Event]:
    """The same event as a later release might have it; a field given as None is gone."""
    kept = {name: info.annotation for name, info in Lit.model_fields.items()}
    values = {name: info for name, info in Lit.model_fields.items() if not info.is_required()}
    for name, field in fields.items():
        kept.pop(name, None)
        values.pop(name, None)
        if isinstance(field, tuple):
            kept[name], values[name] = field
        elif field is not None:
            kept[name] = field
    return type(
        "Lit", (Event,), {"__annotations__": kept, "type": Lit.type, "__module__": __name__, **values}
    )


class Brighter(BaseModel):
    """What shines, otherwise."""

    watts: float


BREAKING = [
    ({"note": None}, "data.note: is gone"),
    ({"note": None, "remark": (str, "")}, "data.note: is gone"),
    ({"lamp_id": int}, "data.lamp_id: is another kind of value"),
    ({"lamp_id": UUID | None}, "data.lamp_id: is another kind of value"),
    ({"on": date}, "data.on: is another kind of value"),
    ({"on": UUID | None}, "data.on: is another kind of value"),
    ({"lamp_id": (UUID, UUID(int=0))}, "data.lamp_id: was always there"),
    ({"note": str}, "data.note: was not always there"),
    ({"colour": Literal["WARM"]}, "data.colour: the value COLD is gone"),
    ({"colour": str}, "data.colour: is another kind of value"),
    ({"bulbs": (list[Brighter], [])}, "data.bulbs[].watts: is another kind of value"),
    ({"room": str}, "data.room: older events lack it; give it a default"),
]
HARMLESS = [
    {},
    {"room": (str, "")},
    {"colour": Literal["WARM", "COLD", "RED"]},
    {"room": (UUID | None, None)},
]


def found(**fields: object) -> list[str]:
    """What the check says of the change."""
    before, after = (schema_of(event, "灯", "亮。") for event in (Lit, changed(**fields)))
    return list(broken(before, after))


@pytest.mark.parametrize(("change", "said"), BREAKING)
def test_a_change_that_breaks_a_reader_is_named(change, said):
    """Gone, renamed, another kind, sometimes missing, a value less: each needs a new version."""
    assert said in found(**change)


@pytest.mark.parametrize("change", HARMLESS)
def test_what_readers_pass_over_may_come(change):
    """A field that may be missing, or a value more."""
    assert found(**change) == []


def test_what_is_published_is_kept(tmp_path: Path):
    """The check holds for the repository, and would not if an event had had another field, or one more event been told."""
    assert incompatible(ROOT) == []
    shutil.copytree(ROOT / "docs" / "events", tmp_path / FOLDER)
    shutil.copy(ROOT / "docs" / "events.yaml", tmp_path / "docs")
    path = tmp_path / FOLDER / "schemas" / "titles.workflow.cycle.opened.v1.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    schema["properties"]["season"] = {"type": "string"}
    path.write_text(json.dumps(schema), encoding="utf-8")
    path.with_name("titles.workflow.cycle.dreamt.v1.json").write_text("{}", encoding="utf-8")
    gone, lacking = incompatible(tmp_path)
    assert gone.startswith(
        "titles.workflow.cycle.dreamt.v1: is gone; if nobody hears it any more, delete docs/events/"
    )
    assert lacking == "titles.workflow.cycle.opened.v1: data.season: is gone"
