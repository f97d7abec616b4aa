"""What must hold for every type and field of the schema."""

from __future__ import annotations

import importlib

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_introspection_type,
    is_required_argument,
)

from gateway import export
from gateway.schema import schema
from services.kit.words import Word

SCHEMA = schema._schema  # noqa: SLF001 - the graphql-core schema, which Strawberry keeps to itself
OURS = {
    name: kind
    for name, kind in SCHEMA.type_map.items()
    if not is_introspection_type(kind) and kind.ast_node is None
}
FIELDED = {
    name: kind
    for name, kind in OURS.items()
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType)
}
SAME_WORDS = {
    "AnnualFormState": ("quota.annual_form.states", "FormState"),
    "AnnualFormAction": ("quota.annual_form.states", "Action"),
    "AnnualFormCell": ("quota.annual_form.states", "Cell"),
    "UnitLevel": ("quota.ratio.states", "UnitLevel"),
    "RatioAnswer": ("quota.ratio.states", "Answer"),
    "ChartFormat": ("quota.overview.states", "ChartFormat"),
    "RecalculationState": ("quota.recalculation.states", "RecalculationState"),
    "RecalculationAction": ("quota.recalculation.states", "Action"),
    "RatioFound": ("quota.recalculation.states", "RatioFound"),
    "HeadcountSource": ("quota.ratio.states", "HeadcountSource"),
    "CycleState": ("workflow.cycle.states", "CycleState"),
    "CycleAction": ("workflow.cycle.states", "CycleAction"),
    "WindowName": ("workflow.cycle.states", "Window"),
    "DecidedBy": ("workflow.cycle.states", "DecidedBy"),
    "SpecialtyState": ("workflow.cycle.states", "SpecialtyState"),
    "SpecialtyAction": ("workflow.cycle.states", "SpecialtyAction"),
    "ArrangementState": ("workflow.cycle.states", "ArrangementState"),
    "ArrangementAction": ("workflow.cycle.states", "ArrangementAction"),
    "CriteriaState": ("workflow.criteria.states", "CriteriaState"),
    "CriteriaAction": ("workflow.criteria.states", "CriteriaAction"),
    "CommitteeState": ("workflow.committee.states", "CommitteeState"),
    "CommitteeAction": ("workflow.committee.states", "CommitteeAction"),
    "RecommendationPlanState": ("workflow.recommendation.states", "PlanState"),
    "RecommendationPlanAction": ("workflow.recommendation.states", "PlanAction"),
    "RegistrationState": ("workflow.registration.states", "RegistrationState"),
    "RegistrationAction": ("workflow.registration.states", "AskedAction"),
    "RecommendationState": ("workflow.recommendation.states", "RecommendationState"),
    "RecommendationAction": ("workflow.recommendation.states", "UnitAction"),
    "JudgedFor": ("workflow.recommendation.states", "JudgedFor"),
    "PublicityKind": ("workflow.publicity.states", "PublicityKind"),
    "PublicityState": ("workflow.publicity.states", "PublicityState"),
    "ObjectionState": ("workflow.publicity.states", "ObjectionState"),
    "ObjectionAction": ("workflow.publicity.states", "ObjectionAction"),
    "DeclarationState": ("workflow.declaration.states", "State"),
    "Change": ("workflow.declaration.states", "Change"),
    "DeclarationAction": ("workflow.declaration.states", "Action"),
    "MaterialState": ("workflow.material.states", "MaterialState"),
    "Verdict": ("workflow.material.states", "Verdict"),
    "MeetingState": ("workflow.meeting.states", "State"),
    "HearingKind": ("workflow.meeting.states", "HearingKind"),
    "HearingOutcome": ("workflow.meeting.states", "Outcome"),
    "DeferralReason": ("workflow.meeting.states", "Deferral"),
    "MeetingAction": ("workflow.meeting.states", "Action"),
    "CertificateWay": ("workflow.certificate.states", "Way"),
    "RestsOn": ("accounts.person.states", "RestsOn"),
    "OauthClientKind": ("accounts.oauth.states", "ClientKind"),
    "OauthClientState": ("accounts.oauth.states", "ClientState"),
    "AnnouncementState": ("notifications.announcement.states", "AnnouncementState"),
    "AnnouncementAction": ("notifications.announcement.states", "AnnouncementAction"),
    "WebhookEndpointState": ("notifications.webhook.states", "EndpointState"),
    "WebhookEndpointAction": ("notifications.webhook.states", "EndpointAction"),
    "WebhookDisabledFor": ("notifications.webhook.states", "DisabledFor"),
    "WebhookDeliveryState": ("notifications.webhook.states", "DeliveryState"),
    "OauthClientAction": ("accounts.oauth.states", "ClientAction"),
    "OauthGrant": ("accounts.oauth.states", "GrantKind"),
    "RecordKind": ("accounts.contract.words", "RecordKind"),
    "RecordState": ("accounts.contract.words", "RecordState"),
    "RecordAction": ("accounts.record.states", "RecordAction"),
    "Certainty": ("accounts.contract.words", "Known"),
    "StudyMode": ("accounts.record.states", "StudyMode"),
    "SchoolKind": ("accounts.record.states", "SchoolKind"),
    "TitleObtainedBy": ("accounts.record.states", "ObtainedBy"),
    "TitleLimit": ("accounts.contract.words", "TitleLimit"),
    "HonourLevel": ("accounts.contract.words", "HonourLevel"),
    "ContestPlace": ("accounts.contract.words", "ContestPlace"),
    "ContestRole": ("accounts.contract.words", "ContestRole"),
    "PostingRole": ("accounts.contract.words", "PostingRole"),
    "AssessmentResult": ("accounts.record.states", "AssessmentResult"),
}


def test_everything_is_described() -> None:
    """Every type, field, argument and enum value says what it is."""
    bare = [name for name, kind in OURS.items() if not kind.description]
    for name, kind in FIELDED.items():
        for field_name, field in kind.fields.items():
            bare += [f"{name}.{field_name}"] if not field.description else []
            bare += [
                f"{name}.{field_name}({a})"
                for a, arg in getattr(field, "args", {}).items()
                if not arg.description
            ]
    for name, kind in OURS.items():
        if isinstance(kind, GraphQLEnumType):
            bare += [f"{name}.{value}" for value, told in kind.values.items() if not told.description]
    assert bare == []


def test_connections_are_bounded() -> None:
    """Every connection demands `first` and takes `after`."""
    for name, kind in FIELDED.items():
        for field_name, field in kind.fields.items():
            if get_named_type(field.type).name.endswith("Connection"):
                assert isinstance(field.args["first"].type, GraphQLNonNull), f"{name}.{field_name}"
                assert "after" in field.args, f"{name}.{field_name}"


def test_a_page_tells_its_size() -> None:
    """Whatever takes `first` demands it: a size that the document does not tell would not be paid for."""
    sizes = {
        f"{name}.{field_name}": field.args["first"]
        for name, kind in FIELDED.items()
        for field_name, field in kind.fields.items()
        if "first" in getattr(field, "args", ())
    }
    assert len(sizes) > 50
    assert [name for name, size in sizes.items() if not is_required_argument(size)] == []


def test_mutations_have_one_input_and_tell_basis_and_errors() -> None:
    """Every mutation takes `input` of its own type and answers a payload with `basis` and `errors`."""
    assert SCHEMA.mutation_type
    for name, field in SCHEMA.mutation_type.fields.items():
        assert list(field.args) == ["input"], name
        assert str(field.args["input"].type) == f"{name[0].upper()}{name[1:]}Input!"
        payload = get_named_type(field.type)
        assert isinstance(payload, GraphQLObjectType)
        assert payload.name.endswith("Payload"), name
        assert str(payload.fields["basis"].type) == "[Basis!]!"
        assert str(payload.fields["errors"].type) == "[Refusal!]!"


def test_roots_are_nullable() -> None:
    """A part that is down takes its own fields away and no others: every root field may be null."""
    assert SCHEMA.mutation_type
    assert SCHEMA.query_type
    for root in (SCHEMA.query_type, SCHEMA.mutation_type):
        strict = [name for name, field in root.fields.items() if isinstance(field.type, GraphQLNonNull)]
        assert strict == []


def test_the_committed_schema_is_fresh() -> None:
    """`gateway/schema.graphql` is what the code says."""
    assert export.main(["--check"]) == 0


@pytest.mark.parametrize("name", SAME_WORDS)
def test_enums_have_the_words_of_the_services(name: str) -> None:
    """A state or action that a service can tell is one that the schema knows under the same term, and vice versa."""
    module, theirs = SAME_WORDS[name]
    words: type[Word] = getattr(importlib.import_module(f"services.{module}"), theirs)
    ours = SCHEMA.type_map[name]
    assert isinstance(ours, GraphQLEnumType)
    told = {word: value.description for word, value in ours.values.items()}
    assert told == {word.name: word.zh for word in words}
