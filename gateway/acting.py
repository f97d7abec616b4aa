"""One step of anything that has states: the same three inputs everywhere, the same path in every service."""

import strawberry

from gateway.clients import Decided, Part
from gateway.ids import uuid_of
from gateway.refusals import Act
from gateway.relay import Entity
from gateway.told import body_of
from gateway.words import id_of, optional


@strawberry.input
class StepInput(Act):
    """What every step takes."""

    id: strawberry.ID = id_of("Node", "The id of the thing that takes the step.")
    note: str | None = optional("Why, in the actor's words (意见); kept in the timeline.")
    version: int | None = optional(
        "The version that was read; the step is refused where it has changed since."
    )


async def act_on(part: Part, collection: str, kind: type[Entity], given: StepInput, action: str) -> Decided:
    """Take the step `action` with the `kind` that `given` names.

    Raises:
        Refusal: the step is not possible now, not the caller's, or against a rule.
    """
    thing = uuid_of(given.id, kind.__name__)
    body = body_of(given, "id", "action")
    return await part.write("POST", f"/v1/{collection}/{thing}/actions/{action}", body)
