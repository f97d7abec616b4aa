"""Every event is named in both languages, its schema tells the truth of it, and the AsyncAPI document is one."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import jsonschema_rs
import pytest
import yaml
from cloudevents.core.bindings.http import HTTPMessage, from_http
from cloudevents.core.formats.json import JSONFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docs.asyncapi import FOLDER, document
from docs.event_catalogue import WordsMissing, entries
from services.relay.lanes import Letter
from services.relay.routes import EVENTS
from services.relay.subscriber import MEDIA_TYPE, envelope

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / FOLDER
ENTRIES = {each.type: each for each in entries(ROOT)}
CHINESE = re.compile(r"[一-鿿]")


def published(type_: str) -> dict[str, Any]:
    """The schema of an event as it stands in the repository."""
    return json.loads((PUBLISHED / "schemas" / f"{type_}.json").read_text(encoding="utf-8"))


def validator(schema: dict[str, Any]) -> jsonschema_rs.Draft7Validator:
    """Somebody else's validator of the schema, formats and all."""
    return jsonschema_rs.Draft7Validator(schema, validate_formats=True)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(data=st.data())
def test_an_event_is_told_and_its_schema_is_true(event, data):
    """Names and texts in both languages, a version, a subject; its example is an event, and any event fits the schema."""
    entry, schema = ENTRIES[event.type], published(event.type)
    assert re.fullmatch(rf"titles\.{entry.producer}\.[a-z_.]+\.v[1-9]\d*", event.type)
    assert event.__doc__
    assert entry.en_text.endswith((".", ")"))
    assert CHINESE.search(entry.zh)
    assert entry.zh_text.endswith("。")
    assert entry.heard_by
    [example] = schema["examples"]
    fits = validator(schema)
    fits.validate(example)
    read = event.model_validate(example)
    assert set(read.model_dump(mode="json")) == set(example)
    assert re.fullmatch(re.sub(r"\\{.*\\}", ".+", re.escape(entry.subject)), read.subject)
    fits.validate(data.draw(st.builds(event)).model_dump(mode="json"))


def test_the_document_is_asyncapi():
    """The AsyncAPI initiative's own schema accepts it, and not one with a mistake; it holds every event once."""
    rules = json.loads(gzip.decompress((Path(__file__).parent / "asyncapi-3.0.0.json.gz").read_bytes()))
    whole = yaml.load((PUBLISHED / "asyncapi.yaml").read_bytes(), yaml.CSafeLoader)
    official = validator(rules)
    official.validate(whole)
    assert {each["address"] for each in whole["channels"].values()} == {event.type for event in EVENTS}
    whole["operations"]["tellCycleOpened"]["action"] = "shout"
    assert not official.is_valid(whole)


def test_the_examples_of_the_document_are_its_messages():
    """Each example fits the payload that the document gives, envelope and data, once its files are read."""
    whole = document(ENTRIES.values())
    for name, message in whole["components"]["messages"].items():
        envelope_schema, told = message["payload"]["allOf"]
        assert envelope_schema == {"$ref": "#/components/schemas/CloudEvent"}
        attributes = told["properties"] | {"data": published(message["name"])}
        [example] = message["examples"]
        for schema in (whole["components"]["schemas"]["CloudEvent"], {"properties": attributes}):
            validator(schema).validate(example["payload"])
        assert whole["channels"][name]["messages"][name] == {"$ref": f"#/components/messages/{name}"}


def test_what_the_relay_sends_is_read_by_the_sdk_of_cloud_events():
    """The official SDK reads each event out of the very bytes, with subject, time, and the name of its schema."""
    now = datetime.now(UTC)
    for entry in ENTRIES.values():
        data = published(entry.type)["examples"][0]
        letter = Letter(uuid4(), 1, 0, entry.type, now, json.dumps(data))
        sent = envelope(entry.producer, "kind/1", letter)
        read = from_http(HTTPMessage({"content-type": MEDIA_TYPE}, sent), JSONFormat())
        assert (read.get_id(), read.get_type()) == (str(letter.event_id), entry.type)
        assert (read.get_source(), read.get_subject()) == (f"urn:titles:{entry.producer}", "kind/1")
        assert read.get_time() == now
        assert read.get_dataschema() == published(entry.type)["$id"]
        assert read.get_data() == data


def test_an_event_without_words_is_named(tmp_path: Path):
    """Whoever forgets the Chinese of an event, or leaves that of a dead one, is told which."""
    words = (ROOT / "docs/events.yaml").read_text(encoding="utf-8")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/events.yaml").write_text(
        words.replace("cycle.opened.v1", "cycle.begun.v1"), encoding="utf-8"
    )
    with pytest.raises(WordsMissing, match=r"cycle\.begun\.v1, titles\.workflow\.cycle\.opened\.v1"):
        entries(tmp_path)
