"""Acts on the staffing ledger: recording a movement, taking one back, mending whom it is of (附件2; 二（一）)."""

from datetime import date

import strawberry

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.quota.post_words import PostPool, StaffingCause
from gateway.quota.staffing import StaffingMovement, StaffMember
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.told import body_of
from gateway.words import described, id_of, optional, optional_id_of


@strawberry.input(
    description="A person: by the ledger's own id, or by name and, where there is one, account."
)
class StaffMemberInput:
    """Who."""

    id: strawberry.ID | None = optional_id_of("StaffMember", "Somebody whom the ledger knows.")
    name: str | None = optional(
        "Name (姓名); a namesake without account is told apart in it, as in 张伟（内科）."
    )
    person_id: strawberry.ID | None = optional_id_of("Person", "The person's account.")


@strawberry.input(description="A movement of staff or posts; a refusal names what its cause needs besides.")
class RecordStaffingMovementInput(Act):
    """Record it."""

    unit_id: strawberry.ID = id_of("Organisation", "In whose ledger (用人单位).")
    cause: StaffingCause = described("Why (变动种类); a reversal has an act of its own.")
    on_date: date = described("Its date (变动日期), today at the latest.")
    pool: PostPool | None = optional("Which stock of posts; the general one without it (岗位类别).")
    member: StaffMemberInput | None = optional("Of whom; none for a plan of posts.")
    level: TitleLevel | None = optional("Its level (层级); of an exit or release the ledger knows it.")
    posts: int | None = optional("How many posts are approved, for a plan (核定岗位数).")
    title: str | None = optional("The title (任职资格名称).")
    post_grade: str | None = optional("The grade of the post (岗位等级).")
    document: str | None = optional("Number or name of the document that proves it (文号、证明材料).")
    reason: str | None = optional("Why it came to it (原因).")
    since: date | None = optional("For an opening entry: when the employment began (聘任时间).")
    by_examination: bool | None = optional("Whether the title was obtained by examination (以考代评).")
    takes_post: bool | None = optional("For a decision: whether the title takes a post (占岗认定).")


@strawberry.input(description="A movement to take back (冲正).")
class ReverseStaffingMovementInput(Act):
    """Take it back."""

    id: strawberry.ID = id_of(
        "StaffingMovement", "The movement; nothing later of the same person rests on it."
    )
    reason: str = described("Why it is taken back (原因).")
    document: str | None = optional("The document that says so (文号).")


@strawberry.input(description="A person's name as it should be, and the account the person has.")
class MendStaffMemberInput(Act):
    """Mend it."""

    id: strawberry.ID = id_of("StaffMember", "The person.")
    name: str = described("Name (姓名).")
    person_id: strawberry.ID | None = optional_id_of("Person", "The person's account; once told it stays.")


@strawberry.type(description="What came of an act on the staffing ledger.")
class StaffingMovementPayload(Payload):
    """The movement."""

    movement: StaffingMovement | None = optional("The movement; of a reversal, the reversal.")


@strawberry.type(description="What came of mending a person of the ledger.")
class StaffMemberPayload(Payload):
    """The person."""

    member: StaffMember | None = optional("The person as the ledger knows him or her now.")


@strawberry.type
class StaffingMutation:
    """Acts on the staffing ledger."""

    @mutation("Record a movement of staff or posts in the unit's ledger (附件2).")
    async def record_staffing_movement(
        self, info: Info, input: RecordStaffingMovementInput
    ) -> StaffingMovementPayload | None:
        """Record it."""
        done = await info.context.quota.write("POST", "/v1/staffing/movements", body_of(input))
        movement = StaffingMovement.of(done.record)
        return StaffingMovementPayload(movement=movement, basis=Basis.each(done.basis))

    @mutation("Take a movement back, on its own date, as if it had never been (冲正).")
    async def reverse_staffing_movement(
        self, info: Info, input: ReverseStaffingMovementInput
    ) -> StaffingMovementPayload | None:
        """Take it back."""
        path = f"/v1/staffing/movements/{uuid_of(input.id, 'StaffingMovement')}/reversal"
        done = await info.context.quota.write("POST", path, body_of(input, "id"))
        movement = StaffingMovement.of(done.record)
        return StaffingMovementPayload(movement=movement, basis=Basis.each(done.basis))

    @mutation("Write the name of a person of the ledger rightly, or tie the person to an account.")
    async def mend_staff_member(self, info: Info, input: MendStaffMemberInput) -> StaffMemberPayload | None:
        """Mend it."""
        path = f"/v1/staffing/members/{uuid_of(input.id, 'StaffMember')}"
        done = await info.context.quota.write("PUT", path, body_of(input, "id"))
        return StaffMemberPayload(member=StaffMember.of(done.record), basis=Basis.each(done.basis))
