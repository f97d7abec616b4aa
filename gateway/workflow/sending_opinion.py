"""What the side that sends an aid-Qinghai talent says of a declaration (派出单位审核意见, 二（四）1（1）)."""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

import strawberry

from gateway.accounts.organisation import Organisation
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import Lookup
from gateway.told import Told, body_of
from gateway.words import described, id_of, optional, terms
from gateway.workflow.material import Material

OPINIONS = Lookup.below("workflow", "/v1/declarations", "sending-opinions")


@terms("A body of the side that sends an aid-Qinghai talent.")
class SendingBody(Enum):
    """A body."""

    UNIT_HR = "派出单位组织人事部门"
    AUTHORITY = "派出单位主管部门"


@terms("What a body of the sending side says, under its seal.")
class SendingOpinionValue(Enum):
    """An opinion."""

    AGREED = "同意申报"
    NOT_AGREED = "不同意申报"


@strawberry.type(
    description="What one body of the sending side said, as it stands with its seal on a sheet (派出单位审核意见)."
)
class SendingOpinion(Told):
    """An opinion."""

    body: SendingBody = described("Which body.")
    opinion: SendingOpinionValue = described("What it says.")
    signatory: str = described("The organisation that the seal names (签章单位).")
    signed_on: date = described("When it signed (签署日期).")
    round: int = described("Of which submission.")
    recorder_name: str = described("Who recorded it (登记人).")
    recorded_at: datetime = described("When.")
    material_id: strawberry.Private[UUID]
    organisation_id: strawberry.Private[UUID]

    @strawberry.field(description="The sheet it stands on.")
    def material(self, info: Info) -> Material | None:
        """The material."""
        return Material.edge(info, self.material_id)

    @strawberry.field(description="For which organisation it was recorded.")
    def organisation(self, info: Info) -> Organisation | None:
        """The reviewing organisation."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.input(
    description="An opinion with seal, as it stands on a sheet among the declaration's materials."
)
class RecordSendingOpinionInput(Act):
    """Record an opinion."""

    declaration_id: strawberry.ID = id_of("Declaration", "Of which declaration.")
    body: SendingBody = described("Which body.")
    opinion: SendingOpinionValue = described("What it says.")
    signatory: str = described("The organisation that the seal names (签章单位).")
    signed_on: date = described("When it signed (签署日期).")
    material_id: strawberry.ID = id_of("Material", "The sheet it stands on.")


@strawberry.type(description="What came of recording an opinion of the sending side.")
class SendingOpinionPayload(Payload):
    """The opinion."""

    sending_opinion: SendingOpinion | None = optional("The opinion as it was recorded.")


@strawberry.type
class SendingOpinionMutation:
    """Recording opinions of the sending side."""

    @mutation(
        "Record what a body of the sending side says, once a submission; without both agreeing nothing goes up (二（四）1（1）)."
    )
    async def record_sending_opinion(
        self, info: Info, input: RecordSendingOpinionInput
    ) -> SendingOpinionPayload | None:
        """Record it."""
        declaration = uuid_of(input.declaration_id, "Declaration", field="declaration_id")
        path = f"/v1/declarations/{declaration}/sending-opinions"
        done = await info.context.workflow.write("POST", path, body_of(input, "declaration_id"))
        return SendingOpinionPayload(
            sending_opinion=SendingOpinion.of(done.record), basis=Basis.each(done.basis)
        )


async def opinions_of(info: Info, declaration_id: UUID) -> list[SendingOpinion] | None:
    """Everything the sending side said of a declaration."""
    told = await OPINIONS.one(info.context, declaration_id)
    return SendingOpinion.each(told["items"])
