"""The AsyncAPI document of the platform's events, and everything generated about them."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from docs.compatibility import broken
from docs.event_catalogue import SERVICES, Entry, catalogue_page, entries
from services.relay.subscriber import MEDIA_TYPE, schema_id
from services.streaming.broker import EVENTS, RECEIPTS, STREAM

FOLDER = Path("docs/events")
ENVELOPE: Mapping[str, Any] = {
    "type": "object",
    "description": "CloudEvents 1.0",
    "required": [
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "datacontenttype",
        "dataschema",
        "data",
    ],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid", "description": "the same however often the event comes"},
        "source": {"type": "string", "format": "uri-reference"},
        "type": {"type": "string"},
        "subject": {"type": "string", "description": "events of one subject arrive in order"},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "dataschema": {"type": "string", "format": "uri"},
        "data": {"type": "object"},
    },
}
INFO = (
    "职称申报评审平台各服务发布的事件。每个主题的事件按顺序到达，至少一次，以 id 识别重复。"
    " The events that the services of the platform tell: in order for each subject, at least once, told apart by id."
)
SERVERS: Mapping[str, Any] = {
    "http": {
        "host": "service.example",
        "pathname": "/events",
        "protocol": "http",
        "description": "默认：向每个接收服务 POST /events。 By default: POST /events of each service that hears the event.",
    },
    "nats": {
        "host": "nats.example:4222",
        "protocol": "nats",
        "description": f"设置 NATS_URL 时：JetStream 流 {STREAM}。 With NATS_URL: the JetStream stream {STREAM}, "
        f"at {EVENTS}.<subscriber>.<type>.<id>; answered at {RECEIPTS}.<subscriber>.<id>.",
    },
}
EXAMPLE_ID = "019aa5c0-0000-7000-8000-000000000000"
EXAMPLE_TIME = "2023-11-13T01:00:00+00:00"


def events_generated(root: Path) -> dict[Path, str]:
    """Every generated file about events, and what it should hold."""
    told = entries(root)
    schemas = {root / FOLDER / "schemas" / f"{each.type}.json": _json(each.schema()) for each in told}
    return schemas | {
        root / FOLDER / "README.md": catalogue_page(told),
        root / FOLDER / "asyncapi.yaml": yaml.safe_dump(
            document(told), allow_unicode=True, sort_keys=False, width=110
        ),
    }


def incompatible(root: Path) -> list[str]:
    """What was published and is not kept: a version that is gone, or that changed so that a reader breaks on it."""
    now = {each.type: each.schema() for each in entries(root)}
    found = []
    for path in sorted((root / FOLDER / "schemas").glob("*.json")):
        published = json.loads(path.read_text(encoding="utf-8"))
        if path.stem not in now:
            found.append(
                f"{path.stem}: is gone; if nobody hears it any more, delete {path.relative_to(root)}"
            )
            continue
        found += [f"{path.stem}: {each}" for each in broken(published, now[path.stem])]
    return found


def document(told: Iterable[Entry]) -> dict[str, Any]:
    """The AsyncAPI 3 document."""
    events = list(told)
    return {
        "asyncapi": "3.0.0",
        "id": "urn:titles",
        "info": {
            "title": "职称申报评审平台事件 Events of the titles platform",
            "version": "1",
            "description": INFO,
        },
        "defaultContentType": MEDIA_TYPE,
        "servers": dict(SERVERS),
        "channels": {each.name: _channel(each) for each in events},
        "operations": {f"tell{each.name}": _operation(each) for each in events},
        "components": {
            "schemas": {"CloudEvent": dict(ENVELOPE)},
            "messages": {each.name: _message(each) for each in events},
        },
    }


def _channel(entry: Entry) -> dict[str, Any]:
    return {
        "address": entry.type,
        "title": f"{entry.zh} {entry.en}",
        "description": f"{entry.zh_text} {entry.en_text}",
        "messages": {entry.name: {"$ref": f"#/components/messages/{entry.name}"}},
        "tags": [{"name": entry.producer, "description": SERVICES[entry.producer]}],
        "x-subject": entry.subject,
        "x-heard-by": list(entry.heard_by),
        "x-notices": list(entry.notices),
    }


def _operation(entry: Entry) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{entry.name}"},
        "messages": [{"$ref": f"#/channels/{entry.name}/messages/{entry.name}"}],
        "tags": [{"name": entry.producer}],
    }


def _message(entry: Entry) -> dict[str, Any]:
    attributes = {
        "source": {"const": f"urn:titles:{entry.producer}"},
        "type": {"const": entry.type},
        "dataschema": {"const": schema_id(entry.type)},
        "data": {"$ref": f"./schemas/{entry.type}.json"},
    }
    return {
        "name": entry.type,
        "title": f"{entry.zh} {entry.en}",
        "summary": f"{entry.zh_text} {entry.en_text}",
        "contentType": MEDIA_TYPE,
        "payload": {"allOf": [{"$ref": "#/components/schemas/CloudEvent"}, {"properties": attributes}]},
        "examples": [{"payload": example(entry)}],
    }


def example(entry: Entry) -> dict[str, Any]:
    """The event as it might arrive."""
    data = entry.schema()["examples"][0]
    return {
        "specversion": "1.0",
        "id": EXAMPLE_ID,
        "source": f"urn:titles:{entry.producer}",
        "type": entry.type,
        "subject": entry.event.model_validate(data).subject,
        "time": EXAMPLE_TIME,
        "datacontenttype": "application/json",
        "dataschema": schema_id(entry.type),
        "data": data,
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
