"""The sending side's agreement as the rules see it."""

from dataclasses import dataclass, field

from services.workflow.sending_side.states import SendingBody


@dataclass(frozen=True, slots=True)
class SendingSide:
    """Which of its bodies have agreed, and which have not; who stands in neither was not heard."""

    agreed: frozenset[SendingBody] = field(default=frozenset())
    against: frozenset[SendingBody] = field(default=frozenset())
