"""What the province does to a year's windows: extensions by document (三（六）), and pass marks that open a level (三（六）1)."""

from datetime import date

import strawberry

from gateway.acting import StepInput, act_on
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.told import body_of
from gateway.words import described, id_of, optional
from gateway.workflow.cycle import CycleExtension, PassMark, WindowName


@strawberry.input(description="A window that is to last longer.")
class ApproveExtensionInput(Act):
    """Extend a window."""

    cycle_id: strawberry.ID = id_of("Cycle", "The year.")
    window: WindowName = described("Which period.")
    closes: date = described("Its new last day.")
    document_number: str = described("The document by which the province consents (文号).")
    reason: str = described("Why (改革任务).")


@strawberry.input(description="An extension to be published.")
class PublishExtensionInput(StepInput):
    """Publish an extension."""


@strawberry.input(description="An extension to be taken back.")
class WithdrawExtensionInput(StepInput):
    """Take an extension back."""

    document_number: str | None = optional(
        "The document that takes it back (文号); one that was never published needs none."
    )


@strawberry.type(description="What came of an act on an extension.")
class ExtensionPayload(Payload):
    """The extension."""

    extension: CycleExtension | None = optional("The extension as it is now.")


@strawberry.input(description="A pass mark that the state has published.")
class RecordPassMarkInput(Act):
    """Put a mark on record."""

    cycle_id: strawberry.ID = id_of("Cycle", "The year.")
    series: str = described("Code of the series (系列).")
    level: TitleLevel = described("The level (层级).")
    mark: int = described("The mark (分数线).")
    document_number: str = described("The document that publishes it (文号).")
    published_on: date = described("When the state published it.")


@strawberry.type(description="What came of recording a pass mark.")
class PassMarkPayload(Payload):
    """The mark."""

    pass_mark: PassMark | None = optional("The mark on record.")


@strawberry.type
class WindowMutation:
    """Acts on windows."""

    @mutation(
        "Consent by a document to a later last day of a window (provincial HRSS, 三（六）); it opens nothing yet."
    )
    async def approve_extension(self, info: Info, input: ApproveExtensionInput) -> ExtensionPayload | None:
        """Approve it."""
        path = f"/v1/cycles/{uuid_of(input.cycle_id, 'Cycle', field='cycle_id')}/extensions"
        done = await info.context.workflow.write("POST", path, body_of(input, "cycle_id"))
        return ExtensionPayload(extension=CycleExtension.of(done.record), basis=Basis.each(done.basis))

    @mutation("Publish an extension: the window lasts longer from now on (provincial HRSS, 三（六）).")
    async def publish_extension(self, info: Info, input: PublishExtensionInput) -> ExtensionPayload | None:
        """Publish it."""
        done = await act_on(info.context.workflow, "extensions", CycleExtension, input, "PUBLISH")
        return ExtensionPayload(extension=CycleExtension.of(done.record), basis=Basis.each(done.basis))

    @mutation(
        "Take an extension back before it counts, by a document (provincial HRSS, 三（六）): the window is as it was."
    )
    async def withdraw_extension(self, info: Info, input: WithdrawExtensionInput) -> ExtensionPayload | None:
        """Withdraw it."""
        done = await act_on(info.context.workflow, "extensions", CycleExtension, input, "WITHDRAW")
        return ExtensionPayload(extension=CycleExtension.of(done.record), basis=Basis.each(done.basis))

    @mutation(
        "Put the state's pass mark of a level on record (provincial HRSS, 三（六）1): it takes declarations from now on."
    )
    async def record_pass_mark(self, info: Info, input: RecordPassMarkInput) -> PassMarkPayload | None:
        """Record it."""
        path = f"/v1/cycles/{uuid_of(input.cycle_id, 'Cycle', field='cycle_id')}/pass-marks"
        done = await info.context.workflow.write("POST", path, body_of(input, "cycle_id"))
        return PassMarkPayload(pass_mark=PassMark.of(done.record), basis=Basis.each(done.basis))
