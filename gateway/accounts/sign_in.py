"""Sign-in (登录): tokens, the first password of a new account, and who the caller is."""

import strawberry

from gateway.accounts.account import Account
from gateway.context import Info
from gateway.refusals import Basis, Payload, mutation
from gateway.told import Told, body_of
from gateway.words import described, listed, optional, terms
from services.accounts.contract import ChallengeKind, Role

terms("What is asked for after the right password (第二重验证).")(ChallengeKind)


@strawberry.type(description="A session; its access token goes into `Authorization: Bearer`.")
class Session(Told):
    """What a sign-in gives."""

    access_token: str = described("Signed token, good for some minutes.")
    refresh_token: str = described("Exchanged once for new tokens, by `refreshSession`.")
    expires_in: int = described("Seconds until the access token ends.")
    account: Account = described("Whose it is.")
    withheld: list[Role] = listed("Roles held that it does not carry until a second factor was given.")


@strawberry.type(description="What an authenticator app is told, once (绑定动态口令).")
class Enrolment(Told):
    """A fresh secret."""

    secret: str = described("To be typed in.")
    uri: str = described("To be opened: `otpauth://…`.")
    qr: str = described("To be scanned: a picture (SVG) as a data URI.")


@strawberry.type(
    description="What is still asked of someone who gave the right password; it is not signed in yet."
)
class Challenge(Told):
    """A challenge."""

    challenge_token: str = described("Goes into `answerChallenge` with the code.")
    kind: ChallengeKind = described("Whether a code is asked for, or an app is to be set up first.")
    expires_in: int = described("Seconds until it is void.")
    enrolment: Enrolment | None = described("What the app is told, where one is set up.")


@strawberry.input(description="The code that a challenge asks for.")
class AnswerChallengeInput:
    """Answer."""

    challenge_token: str = described("Of the challenge.")
    code: str = described("Six digits of the app (动态口令), or a recovery code (恢复码).")


@strawberry.input(description="Login and password.")
class SignInInput:
    """Sign in."""

    login: str = described("Login name (登录名).")
    password: str = described("Password (密码).")


@strawberry.input(description="A refresh token.")
class RefreshSessionInput:
    """Go on."""

    refresh_token: str = described("The last one given.")


@strawberry.input(description="A refresh token.")
class SignOutInput:
    """Stop."""

    refresh_token: str = described("The last one given.")


@strawberry.input(description="The first password of a new account.")
class ActivateAccountInput:
    """Activate."""

    login: str = described("Login name (登录名).")
    code: str = described("The code handed over (激活码).")
    password: str = described("The password to be (密码).")


@strawberry.type(description="What came of signing in.")
class SignInPayload(Payload):
    """The session, or what is still asked."""

    session: Session | None = optional("The session; null while a code is asked for.")
    challenge: Challenge | None = optional("What is still asked: go on with `answerChallenge`.")
    recovery_codes: list[str] | None = optional(
        "Told this once, when an app was set up just now: each signs in once in its place (恢复码)."
    )


@strawberry.type(description="What came of signing out.")
class SignOutPayload(Payload):
    """Signed out or not."""

    signed_out: bool | None = optional("True when the session is ended.")


@strawberry.type(description="What came of activating an account.")
class ActivateAccountPayload(Payload):
    """Activated or not."""

    account: Account | None = optional("The account; it can sign in now.")


@strawberry.type
class SignInQuery:
    """The caller."""

    @strawberry.field(description="Who is asking, with every role held; null without a token.")
    async def me(self, info: Info) -> Account | None:
        """The caller."""
        if info.context.actor is None:
            return None
        return Account.of(await info.context.accounts.get("/v1/me"))


@strawberry.type
class SignInMutation:
    """Acts of signing in and out."""

    @mutation("Sign in with login and password.")
    async def sign_in(self, info: Info, input: SignInInput) -> SignInPayload | None:
        """Get tokens."""
        return await _session(info, "/v1/sessions", body_of(input))

    @mutation("Answer what `signIn` asked: with a code of the app, or a recovery code.")
    async def answer_challenge(self, info: Info, input: AnswerChallengeInput) -> SignInPayload | None:
        """Get tokens."""
        return await _session(info, "/v1/sessions/second-factor", body_of(input))

    @mutation("Exchange a refresh token for new tokens; it can be used once.")
    async def refresh_session(self, info: Info, input: RefreshSessionInput) -> SignInPayload | None:
        """Get new tokens."""
        return await _session(info, "/v1/sessions/refresh", body_of(input))

    @mutation("End a session; its refresh token is good for nothing any more.")
    async def sign_out(self, info: Info, input: SignOutInput) -> SignOutPayload | None:
        """End it."""
        await info.context.accounts.write("POST", "/v1/sessions/sign-out", body_of(input))
        return SignOutPayload(signed_out=True)

    @mutation("Set the first password of a new account, with the code that was handed over.")
    async def activate_account(
        self, info: Info, input: ActivateAccountInput
    ) -> ActivateAccountPayload | None:
        """Activate it."""
        done = await info.context.accounts.write("POST", "/v1/accounts/activate", body_of(input))
        return ActivateAccountPayload(account=Account.of(done.record), basis=Basis.each(done.basis))


async def _session(info: Info, path: str, body: dict[str, str]) -> SignInPayload:
    done = await info.context.accounts.write("POST", path, body)
    if "challenge_token" in done.record:
        return SignInPayload(challenge=Challenge.of(done.record), basis=Basis.each(done.basis))
    session = Session.of(done.record)
    info.context.signed_in(session.access_token)
    codes = done.record.get("recovery_codes") or None
    return SignInPayload(session=session, recovery_codes=codes, basis=Basis.each(done.basis))
