"""The JSON Schema of each event's data, an example of it, and what its CloudEvents subject looks like."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from services.kit.outbox import Event
from services.kit.words import Word
from services.relay.subscriber import schema_id

DIALECT = "http://json-schema.org/draft-07/schema#"
"""What AsyncAPI takes as it is; newer dialects read such a schema the same."""

TERMS = "x-terms"
"""What each value of an enumeration is called in Chinese."""

EXAMPLES: Mapping[str, Any] = {
    "uuid": "019aa5c0-0000-7000-8000-{:012d}",
    "date": "2023-11-13",
    "date-time": "2023-11-13T01:00:00Z",
    "integer": 2023,
    "boolean": True,
}
"""A value of each kind; ids are told apart by their number."""


class Schemas(GenerateJsonSchema):
    """Schemas whose enumerations tell their Chinese terms."""

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        """The enumeration, with the terms of its words."""
        made = super().enum_schema(schema)
        terms = {each.value: each.zh for each in _members(schema) if isinstance(each, Word)}
        return {**made, TERMS: terms} if terms else made


def _members(schema: core_schema.EnumSchema) -> list[Enum]:
    return schema["members"]


def schema_of(event: type[Event], title: str, description: str) -> dict[str, Any]:
    """The schema of an event's data, whole in itself: nothing in it refers to anything else."""
    made = event.model_json_schema(schema_generator=Schemas)
    definitions = made.pop("$defs", {})
    whole = _plain(made, definitions, title=event.__name__)
    whole |= {"title": title, "description": description}
    whole["examples"] = [example_of(whole)]
    return {"$schema": DIALECT, "$id": schema_id(event.type), **whole}


def _plain(schema: Any, definitions: Mapping[str, Any], title: str = "") -> Any:
    """The schema with its references filled in, without pydantic's titles, descriptions on one line."""
    if isinstance(schema, list):
        return [_plain(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = definitions[name] | {key: value for key, value in schema.items() if key != "$ref"}
        title = name
    made = {
        key: _plain(value, definitions) for key, value in schema.items() if key not in {"title", "properties"}
    }
    if "properties" in schema:
        made["properties"] = {name: _plain(each, definitions) for name, each in schema["properties"].items()}
    if "const" in made:  # an enumeration of one, so that another value may come
        made["enum"] = [made.pop("const")]
    if "description" in made:
        made["description"] = " ".join(made["description"].split())
    return {"title": title, **made} if title else made


def example_of(schema: Mapping[str, Any], name: str = "", number: int = 1) -> Any:
    """A value that fits the schema: always the same one."""
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], name, number)
    kind = schema.get("format") or schema.get("type")
    if kind == "object":
        fields = enumerate(schema.get("properties", {}).items(), start=number)
        return {field: example_of(each, field, place) for place, (field, each) in fields}
    if kind == "array":
        return [example_of(schema["items"], name, number * 10)]
    made = EXAMPLES.get(kind or "", name.upper())
    return made.format(number) if kind == "uuid" else made


def subject_form(event: type[Event]) -> str:
    """The event's subject with its fields in braces, as the event itself puts it together."""
    names = {
        name: [f"{{{name}[0]}}"] if str(field.annotation).startswith("list") else f"{{{name}}}"
        for name, field in event.model_fields.items()
    }
    return event.model_construct(**names).subject  # type: ignore[arg-type]
