"""Third parties' clients (第三方应用, OAuth): registered, disabled, given a new secret; and what the caller lets them do (授权)."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.clients import Decided
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, hidden, id_of, listed, optional, terms

PATH = "/v1/oauth/clients"


@terms("Whether a client can keep a secret.")
class OauthClientKind(Enum):
    """Kind of a client."""

    PUBLIC = "公开客户端（网页前端、手机应用）"
    CONFIDENTIAL = "保密客户端（服务端应用）"


@terms("How a client comes by its tokens.")
class OauthGrant(Enum):
    """A grant."""

    AUTHORIZATION_CODE = "授权码"
    REFRESH_TOKEN = "刷新令牌"  # noqa: S105 - its Chinese term
    CLIENT_CREDENTIALS = "客户端凭据"


@terms("Where a client stands.")
class OauthClientState(Enum):
    """State of a client."""

    ACTIVE = "使用中"
    DISABLED = "已停用"


@terms("What can be done with a client; disabled, all it was given ends.")
class OauthClientAction(Enum):
    """Action on a client."""

    DISABLE = "停用应用"
    ENABLE = "恢复应用"


@strawberry.type(
    description="A third party's front end, app or integration, registered for an organisation (第三方应用)."
)
class OauthClient(Entity):
    """A client."""

    source = OneByOne("accounts", PATH)

    id: relay.NodeID[UUID]
    client_id: str = described("By which it names itself in the protocol (client_id).")
    name: str = described("What users are told it is called.")
    kind: OauthClientKind = described("Whether it can keep a secret.")
    redirect_uris: list[str] = listed("Where codes may be sent.")
    scopes: list[str] = listed("What it may ask for.")
    grants: list[OauthGrant] = listed("How it comes by its tokens.")
    state: OauthClientState = described("Where it stands.")
    former_secret_until: datetime | None = described(
        "Until when its former secret is good beside the new one."
    )
    created_at: datetime = described("When it was registered.")
    version: int = described("How often it has changed.")
    available_actions: list[OauthClientAction] = listed("What the caller may do with it now.")
    organisation_id: strawberry.Private[UUID]

    @strawberry.field(description="For which organisation it is registered.")
    def organisation(self, info: Info) -> Organisation | None:
        """The organisation."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.type(description="What the caller has let a client do (授权).")
class OauthConsent(Told):
    """A consent."""

    uuid: strawberry.Private[UUID] = hidden("client_id")
    client_name: str = described("What the client is called.")
    organisation_name: str = described("For which organisation it is registered.")
    scopes: list[str] = listed("What it may do.")
    given_at: datetime = described("When the caller agreed.")

    @strawberry.field(description="The client, as `withdrawConsent` takes it.")
    def oauth_client_id(self) -> strawberry.ID:
        """The client's global id."""
        return strawberry.ID(str(relay.GlobalID("OauthClient", str(self.uuid))))


@strawberry.input(description="A client to register, by those whom the policy names.")
class RegisterOauthClientInput:
    """Register it; no answer of it is kept for a retry, for it tells a secret."""

    name: str = described("What users are told it is called.")
    organisation_id: strawberry.ID = id_of("Organisation", "For which organisation.")
    kind: OauthClientKind = described("Whether it can keep a secret.")
    redirect_uris: list[str] | None = optional("Where codes may be sent; none for client credentials.")
    scopes: list[str] = described("What it may ask for.")
    grants: list[OauthGrant] = described("How it comes by its tokens.")


@strawberry.input(description="A client to be disabled, or enabled again.")
class ActOnOauthClientInput:
    """Disable or enable it."""

    id: strawberry.ID = id_of("OauthClient", "The client.")
    action: OauthClientAction = described("What to do.")
    version: int | None = optional("The version that was read; refused where it has changed since.")


@strawberry.input(description="A client that gets a new secret; the former one stays good for a while.")
class RotateOauthClientSecretInput:
    """Rotate it; no answer of it is kept for a retry."""

    id: strawberry.ID = id_of("OauthClient", "The client.")


@strawberry.input(description="A client that the caller lets do nothing any more.")
class WithdrawConsentInput:
    """Take the consent back."""

    oauth_client_id: strawberry.ID = id_of("OauthClient", "The client.")


@strawberry.type(description="What came of an act on a client.")
class OauthClientPayload(Payload):
    """The client."""

    client: OauthClient | None = optional("The client as it is now.")


@strawberry.type(description="What came of registering a client, or of giving it a new secret.")
class OauthClientSecretPayload(Payload):
    """The client and its secret."""

    client: OauthClient | None = optional("The client as it is now.")
    client_secret: str | None = optional("Its secret, told this once; a public client has none.")


@strawberry.type(description="What came of taking a consent back.")
class WithdrawConsentPayload(Payload):
    """Withdrawn or not."""

    withdrawn: bool | None = optional("True when it is; the client's tokens are refreshed no more.")


@strawberry.type
class OauthClientQuery:
    """Clients and consents."""

    @strawberry.field(description="A client that the caller manages.")
    async def oauth_client(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> OauthClient | None:
        """One client."""
        return await OauthClient.at(info, id)

    @strawberry.field(description="The clients that the caller manages, newest first.")
    async def oauth_clients(
        self,
        info: Info,
        first: First,
        after: After = None,
        organisation_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Those of one organisation.")
        ] = None,
    ) -> Connection[OauthClient] | None:
        """Many clients."""
        where = uuid_of(organisation_id, "Organisation", field="organisation_id") if organisation_id else None
        part = info.context.accounts
        return await page(part, PATH, OauthClient.of, first, after, organisation_id=where)

    @strawberry.field(description="What the caller has let clients do, newest first.")
    async def consents(self, info: Info) -> list[OauthConsent] | None:
        """All of them."""
        return OauthConsent.each((await info.context.accounts.get("/v1/oauth/consents"))["items"])


@strawberry.type
class OauthClientMutation:
    """Acts on clients and consents; of the caller's own session alone, never of a client's."""

    @mutation("Register a client for an organisation; its secret is told this once.")
    async def register_oauth_client(
        self, info: Info, input: RegisterOauthClientInput
    ) -> OauthClientSecretPayload | None:
        """Register it."""
        body = body_of(input) | {"grants": [each.name.lower() for each in input.grants]}
        return _with_secret(await info.context.accounts.write("POST", PATH, body))

    @mutation("Disable a client, ending all it was given, or enable it again.")
    async def act_on_oauth_client(
        self, info: Info, input: ActOnOauthClientInput
    ) -> OauthClientPayload | None:
        """Take the step."""
        path = f"{PATH}/{uuid_of(input.id, 'OauthClient')}/actions/{input.action.name}"
        done = await info.context.accounts.write("POST", path, body_of(input, "id", "action"))
        return OauthClientPayload(client=OauthClient.of(done.record), basis=Basis.each(done.basis))

    @mutation("Give a client a new secret, told this once; the former one stays good for a while.")
    async def rotate_oauth_client_secret(
        self, info: Info, input: RotateOauthClientSecretInput
    ) -> OauthClientSecretPayload | None:
        """Rotate it."""
        path = f"{PATH}/{uuid_of(input.id, 'OauthClient')}/secret"
        return _with_secret(await info.context.accounts.write("POST", path))

    @mutation("Take back what the caller has let a client do.")
    async def withdraw_consent(
        self, info: Info, input: WithdrawConsentInput
    ) -> WithdrawConsentPayload | None:
        """Take it back."""
        client = uuid_of(input.oauth_client_id, "OauthClient", field="oauth_client_id")
        done = await info.context.accounts.write("DELETE", f"/v1/oauth/consents/{client}")
        return WithdrawConsentPayload(withdrawn=True, basis=Basis.each(done.basis))


def _with_secret(done: Decided) -> OauthClientSecretPayload:
    return OauthClientSecretPayload(
        client=OauthClient.of(done.record["client"]),
        client_secret=done.record["client_secret"],
        basis=Basis.each(done.basis),
    )
