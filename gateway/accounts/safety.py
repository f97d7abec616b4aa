"""The safety of an account (账号安全): password, second factor, sessions, and the history of sign-ins."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from gateway.accounts.sign_in import AnswerChallengeInput, Challenge
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Basis, Payload, mutation
from gateway.relay import After, Connection, First, Known, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, optional, optional_id_of, terms
from services.accounts.contract import Act as PermittedAct
from services.accounts.contract import Far, Role, SignInOutcome, SignInWay

terms("How somebody proved to be the account's owner (登录方式).")(SignInWay)
terms("What came of a try to sign in (登录结果).")(SignInOutcome)


@strawberry.type(description="How the caller stands with the second factor (第二重验证).")
class SecondFactor(Told):
    """The second factor."""

    enrolled: bool = described("Whether there is one.")
    required: bool = described("Whether a role held needs it.")
    recovery_codes_left: int = described("How many recovery codes are unused.")


@strawberry.type(description="A session of the caller's that goes on (会话).")
class LiveSession(Known):
    """A session."""

    device: str = described("The device, by its own words.")
    address: str = described("The network; the address is masked.")
    how: SignInWay = described("How it began.")
    started_at: datetime = described("When it began.")
    last_used_at: datetime = described("When it was last refreshed.")
    current: bool = described("Whether it is the one that asks.")


@strawberry.type(description="A try to sign in (登录记录).")
class SignInAttempt(Known):
    """One line of the history."""

    at: datetime = described("When.")
    outcome: SignInOutcome = described("What came of it.")
    how: SignInWay | None = described("How, where it succeeded.")
    device: str = described("The device, by its own words.")
    address: str = described("The network; the address is masked.")


@strawberry.type(description="What the caller's token allows (权限).")
class Permission(Told):
    """An act, and where."""

    act: str = described("Stable name of the act.")
    organisation_id: strawberry.Private[UUID]
    far: str = described("How far it reaches from there.")
    role: Role = described("The role that allows it.")

    @strawberry.field(description="The act in Chinese.")
    def term(self) -> str:
        """Its term, and how far it reaches."""
        return f"{PermittedAct(self.act).zh}（{Far(self.far).zh}）"

    @strawberry.field(description="Where: the global id of the organisation.")
    def organisation_gid(self) -> strawberry.ID:
        """The organisation's id."""
        return strawberry.ID(str(strawberry.relay.GlobalID("Organisation", str(self.organisation_id))))


@strawberry.input(description="The present password, and the one to be.")
class ChangePasswordInput:
    """Change it."""

    old_password: str = described("The present password (原密码).")
    password: str = described("The new password (新密码).")


@strawberry.input(description="The password, and a code of the present app where there is one.")
class EnrolSecondFactorInput:
    """Set up an app."""

    password: str = described("Password (密码).")
    code: str | None = optional("A code of the app that is to be replaced.")


@strawberry.input(description="The first code of an app that is set up.")
class ConfirmSecondFactorInput(AnswerChallengeInput):
    """Keep it."""


@strawberry.input
class CodeInput:
    """A code of the app, or a recovery code."""

    code: str = described("Six digits, or a recovery code.")


@strawberry.input(description="A code of the app.")
class ProveSecondFactorInput(CodeInput):
    """Prove it."""


@strawberry.input(description="A code of the app.")
class RenewRecoveryCodesInput(CodeInput):
    """Renew them."""


@strawberry.input(description="A code of the app, or a recovery code.")
class RemoveSecondFactorInput(CodeInput):
    """Go without."""


@strawberry.input(description="One of the caller's sessions, or every one but this.")
class EndSessionsInput:
    """End them."""

    id: strawberry.ID | None = optional_id_of("LiveSession", "The session; left out: every one but this.")


@strawberry.input
class AccountInput:
    """An account in the caller's charge."""

    account_id: strawberry.ID = id_of("Account", "Whose.")


@strawberry.input(description="An account in the caller's charge.")
class EndAllSessionsInput(AccountInput):
    """End them."""


@strawberry.input(description="An account in the caller's charge, whose owner lost the device.")
class ResetSecondFactorInput(AccountInput):
    """Reset it."""


@strawberry.type(description="What came of an act on sessions.")
class SessionsPayload(Payload):
    """How many."""

    ended: int | None = optional("How many sessions were ended.")


@strawberry.type(description="What came of an act on a second factor.")
class SecondFactorPayload(Payload):
    """What is told."""

    second_factor: SecondFactor | None = optional("How the account stands with it now.")
    challenge: Challenge | None = optional("What the app is told; go on with `confirmSecondFactor`.")
    recovery_codes: list[str] | None = optional("Told this once (恢复码).")


@strawberry.type
class SafetyQuery:
    """The caller's account."""

    @strawberry.field(description="How the caller stands with the second factor.")
    async def second_factor(self, info: Info) -> SecondFactor | None:
        """Enrolled, required, codes left."""
        return SecondFactor.of(await info.context.accounts.get("/v1/me/second-factor"))

    @strawberry.field(description="The caller's sessions that go on, newest first.")
    async def live_sessions(self, info: Info) -> list[LiveSession] | None:
        """Many sessions."""
        return LiveSession.each((await info.context.accounts.get("/v1/me/sessions"))["items"])

    @strawberry.field(
        description="The tries to sign in at the caller's account, or at one in the caller's charge; newest first."
    )
    async def sign_in_attempts(
        self,
        info: Info,
        first: First,
        account_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="An account in the caller's charge.")
        ] = None,
        after: After = None,
    ) -> Connection[SignInAttempt] | None:
        """Many lines."""
        whose = "me" if account_id is None else f"accounts/{uuid_of(account_id, 'Account')}"
        return await page(info.context.accounts, f"/v1/{whose}/sign-ins", SignInAttempt.of, first, after)

    @strawberry.field(description="What the caller's token allows, and where; empty without a token.")
    async def permissions(self, info: Info) -> list[Permission] | None:
        """Many permissions."""
        if info.context.actor is None:
            return []
        return Permission.each((await info.context.accounts.get("/v1/me"))["permissions"])


@strawberry.type
class SafetyMutation:
    """Acts on the caller's account, and on those in a manager's charge."""

    @mutation("Set another password, knowing the present one; every other session ends.")
    async def change_password(self, info: Info, input: ChangePasswordInput) -> SessionsPayload | None:
        """Change it."""
        return await _sessions(info, "/v1/me/password", body_of(input))

    @mutation("End one of the caller's sessions, or every one but this.")
    async def end_sessions(self, info: Info, input: EndSessionsInput) -> SessionsPayload | None:
        """End them."""
        if input.id is None:
            return await _sessions(info, "/v1/me/sessions/end-others")
        return await _sessions(info, f"/v1/me/sessions/{uuid_of(input.id, 'LiveSession')}/end")

    @mutation("End every session of an account in the caller's charge; its owner is told.")
    async def end_all_sessions(self, info: Info, input: EndAllSessionsInput) -> SessionsPayload | None:
        """End them."""
        account = uuid_of(input.account_id, "Account", field="account_id")
        return await _sessions(info, f"/v1/accounts/{account}/sessions/end")

    @mutation("Set up a second factor, or another one; `confirmSecondFactor` ends it.")
    async def enrol_second_factor(
        self, info: Info, input: EnrolSecondFactorInput
    ) -> SecondFactorPayload | None:
        """Begin."""
        done = await info.context.accounts.write("POST", "/v1/me/second-factor", body_of(input))
        return SecondFactorPayload(challenge=Challenge.of(done.record), basis=Basis.each(done.basis))

    @mutation(
        "Keep the second factor that was set up, with its first code; the recovery codes are told this once."
    )
    async def confirm_second_factor(
        self, info: Info, input: ConfirmSecondFactorInput
    ) -> SecondFactorPayload | None:
        """Keep it."""
        return await _codes(info, "confirm", body_of(input))

    @mutation("New recovery codes; the old ones are void.")
    async def renew_recovery_codes(
        self, info: Info, input: RenewRecoveryCodesInput
    ) -> SecondFactorPayload | None:
        """Renew them."""
        return await _codes(info, "recovery-codes", body_of(input))

    @mutation("Give a code later than at sign-in: the next refresh brings the roles that were withheld.")
    async def prove_second_factor(
        self, info: Info, input: ProveSecondFactorInput
    ) -> SecondFactorPayload | None:
        """Prove it."""
        return await _standing(info, "/v1/me/second-factor/prove", body_of(input))

    @mutation("Go without a second factor, where no role held needs it.")
    async def remove_second_factor(
        self, info: Info, input: RemoveSecondFactorInput
    ) -> SecondFactorPayload | None:
        """Remove it."""
        return await _standing(info, "/v1/me/second-factor/remove", body_of(input))

    @mutation(
        "Let the owner of an account in the caller's charge set up another app; sessions end, the owner is told."
    )
    async def reset_second_factor(
        self, info: Info, input: ResetSecondFactorInput
    ) -> SecondFactorPayload | None:
        """Reset it."""
        account = uuid_of(input.account_id, "Account", field="account_id")
        return await _standing(info, f"/v1/accounts/{account}/second-factor/reset")


async def _sessions(info: Info, path: str, body: dict[str, str] | None = None) -> SessionsPayload:
    done = await info.context.accounts.write("POST", path, body)
    return SessionsPayload(ended=done.record["ended"], basis=Basis.each(done.basis))


async def _codes(info: Info, act: str, body: dict[str, str]) -> SecondFactorPayload:
    done = await info.context.accounts.write("POST", f"/v1/me/second-factor/{act}", body)
    return SecondFactorPayload(recovery_codes=done.record["recovery_codes"], basis=Basis.each(done.basis))


async def _standing(info: Info, path: str, body: dict[str, str] | None = None) -> SecondFactorPayload:
    done = await info.context.accounts.write("POST", path, body)
    return SecondFactorPayload(second_factor=SecondFactor.of(done.record), basis=Basis.each(done.basis))
