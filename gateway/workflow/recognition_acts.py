"""Acts on requests for recognition (职称互认): asked, verified, confirmed, one act a party (一（六）)."""

import strawberry

from gateway.acting import StepInput
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.told import body_of
from gateway.words import described, id_of, optional, optional_id_of
from gateway.workflow.recognition import (
    RECOGNITIONS,
    Recognition,
    RecognitionAction,
    RecognitionSource,
    RecognitionWish,
    VerificationWay,
)


@strawberry.input
class RecognisedTitleInput(Act):
    """What is told of a title."""

    record_id: strawberry.ID = id_of("PersonRecord", "The title on the person's record, with its scan.")
    source: RecognitionSource = described("What kind of title.")
    issued_in: str | None = optional("Code of the province it is of; of no other kind.")
    qualification: str | None = optional("Code of the state vocational qualification; of no other kind.")
    remark: str | None = optional("What is to be added (备注).")


@strawberry.input(description="A title to be recognised; a unit names whom it asks for.")
class AskForRecognitionInput(RecognisedTitleInput):
    """Ask."""

    wish: RecognitionWish = described("What for.")
    person_id: strawberry.ID | None = optional_id_of(
        "Person", "Whose it is; the caller where it is left out."
    )


@strawberry.input(description="What was returned, mended; the title is taken anew from the record.")
class ResubmitRecognitionInput(RecognisedTitleInput):
    """Mend."""

    id: strawberry.ID = id_of("Recognition", "The request.")
    version: int | None = optional("The version that was read.")


@strawberry.input(description="How a title was verified; a formal confirmation names its document.")
class VerifyRecognitionInput(Act):
    """Verify."""

    id: strawberry.ID = id_of("Recognition", "The request.")
    how: VerificationWay = described("How.")
    reference: str | None = optional("Reference of the query, or number of the letter.")
    document_number: str | None = optional("Number of the document (文号), for a formal confirmation.")
    version: int | None = optional("The version that was read.")


@strawberry.input(description="Something to be mended, and why.")
class RecognitionItemInput:
    """An item."""

    item: str = described("What.")
    reason: str = described("Why.")


@strawberry.input(description="What is to be mended, item by item.")
class ReturnRecognitionInput(Act):
    """Send back."""

    id: strawberry.ID = id_of("Recognition", "The request.")
    items: list[RecognitionItemInput] = described("What is to be mended.")
    version: int | None = optional("The version that was read.")


@strawberry.input(description="For which post, and on what professional standard, the employer confirms.")
class ConfirmRecognitionInput(Act):
    """Confirm."""

    id: strawberry.ID = id_of("Recognition", "The request.")
    post: str | None = optional("The post (工作岗位).")
    assessment: str | None = optional("The professional standard (专业技术水平).")
    version: int | None = optional("The version that was read.")


@strawberry.input(description="REFUSE by who verifies, DECLINE by the employer, WITHDRAW by who asked.")
class EndRecognitionInput(StepInput):
    """End."""

    action: RecognitionAction = described("REFUSE, DECLINE or WITHDRAW.")


@strawberry.type(description="What came of an act on a request for recognition.")
class RecognitionPayload(Payload):
    """The request."""

    recognition: Recognition | None = optional("The request as it is now.")


@strawberry.type
class RecognitionMutation:
    """Acts on requests for recognition: one a party."""

    @mutation("Ask for the recognition of a title earned elsewhere: the person, or the unit (一（六）).")
    async def ask_for_recognition(
        self, info: Info, input: AskForRecognitionInput
    ) -> RecognitionPayload | None:
        """Ask."""
        return await _acted(info, RECOGNITIONS, body_of(input))

    @mutation("Ask again with what was returned, mended (who asked).")
    async def resubmit_recognition(
        self, info: Info, input: ResubmitRecognitionInput
    ) -> RecognitionPayload | None:
        """Mend."""
        return await _acted(info, _path(input.id, "RESUBMIT"), body_of(input, "id"))

    @mutation("Verify a title, and say how (the HRSS that manages the level).")
    async def verify_recognition(
        self, info: Info, input: VerifyRecognitionInput
    ) -> RecognitionPayload | None:
        """Verify."""
        return await _acted(info, _path(input.id, "VERIFY"), body_of(input, "id"))

    @mutation("Send a request back with what is to be mended, item by item (who verifies).")
    async def return_recognition(
        self, info: Info, input: ReturnRecognitionInput
    ) -> RecognitionPayload | None:
        """Send back."""
        return await _acted(info, _path(input.id, "RETURN"), body_of(input, "id"))

    @mutation(
        "Confirm a verified title: used inside the unit, or formally with a certificate (the employer)."
    )
    async def confirm_recognition(
        self, info: Info, input: ConfirmRecognitionInput
    ) -> RecognitionPayload | None:
        """Confirm."""
        return await _acted(info, _path(input.id, "CONFIRM"), body_of(input, "id"))

    @mutation("Refuse (who verifies), decline (the employer), or withdraw (who asked) a request.")
    async def end_recognition(self, info: Info, input: EndRecognitionInput) -> RecognitionPayload | None:
        """End."""
        return await _acted(info, _path(input.id, input.action.name), body_of(input, "id", "action"))


def _path(recognition_id: strawberry.ID, action: str) -> str:
    return f"{RECOGNITIONS}/{uuid_of(recognition_id, 'Recognition')}/actions/{action}"


async def _acted(info: Info, path: str, body: dict[str, object]) -> RecognitionPayload:
    done = await info.context.workflow.write("POST", path, body)
    return RecognitionPayload(recognition=Recognition.of(done.record), basis=Basis.each(done.basis))
