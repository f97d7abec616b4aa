"""Acts on webhooks (第三方推送): receivers registered, changed, moved, tested and given secrets; sending again, and passing over."""

from datetime import datetime

import strawberry

from gateway.clients import Decided
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.notifications.webhook import (
    DELIVERIES,
    ENDPOINTS,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEndpointAction,
)
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.told import body_of
from gateway.words import described, id_of, optional


@strawberry.input(description="A receiver to register.")
class RegisterWebhookEndpointInput:
    """Register it; no answer of it is kept for a retry, for it tells a secret."""

    organisation_id: strawberry.ID = id_of("Organisation", "Of which organisation.")
    url: str = described("Where it listens: public, https.")
    event_types: list[str] = described("Event types, or the beginning of some with `.*`; `*` for all.")
    description: str | None = optional("What its organisation notes of it.")


@strawberry.input(description="What is to change of a receiver; what is left out stays.")
class ChangeWebhookEndpointInput(Act):
    """Change it."""

    id: strawberry.ID = id_of("WebhookEndpoint", "The receiver.")
    url: str | None = optional("Where it listens.")
    event_types: list[str] | None = optional("What it hears of from now on.")
    description: str | None = optional("What its organisation notes of it.")
    version: int | None = optional("The version that was read; refused where it has changed since.")


@strawberry.input(description="A step of a receiver.")
class ActOnWebhookEndpointInput(Act):
    """Take it."""

    id: strawberry.ID = id_of("WebhookEndpoint", "The receiver.")
    action: WebhookEndpointAction = described("What to do.")
    version: int | None = optional("The version that was read; refused where it has changed since.")


@strawberry.input(
    description="A receiver that gets a new secret; the former one signs beside it for a while."
)
class RotateWebhookSecretInput:
    """Rotate it; no answer of it is kept for a retry."""

    id: strawberry.ID = id_of("WebhookEndpoint", "The receiver.")


@strawberry.input(description="A receiver to be sent a test message.")
class PingWebhookEndpointInput(Act):
    """Test it."""

    id: strawberry.ID = id_of("WebhookEndpoint", "The receiver.")


@strawberry.input(description="A delivery to be sent again, under the id that it has.")
class RedeliverWebhookInput(Act):
    """Send it again."""

    id: strawberry.ID = id_of("WebhookDelivery", "The delivery.")


@strawberry.input(description="A delivery that was given up, never to be sent (跳过).")
class PassOverWebhookInput(Act):
    """Pass it over."""

    id: strawberry.ID = id_of("WebhookDelivery", "The delivery.")
    reason: str = described("Why; its organisation is told.")


@strawberry.input(description="Everything since an instant, to be sent again to one receiver.")
class RedeliverWebhooksSinceInput(Act):
    """Send it all again."""

    id: strawberry.ID = id_of("WebhookEndpoint", "The receiver.")
    since: datetime = described("From when on, with its time zone.")


@strawberry.type(description="What came of an act on a receiver.")
class WebhookEndpointPayload(Payload):
    """The receiver."""

    endpoint: WebhookEndpoint | None = optional("The receiver as it is now.")


@strawberry.type(description="What came of registering a receiver, or of giving it a new secret.")
class WebhookSecretPayload(Payload):
    """The receiver and its secret."""

    endpoint: WebhookEndpoint | None = optional("The receiver as it is now.")
    secret: str | None = optional("Its secret (`whsec_...`), told this once.")


@strawberry.type(description="What came of a test message, or of sending again.")
class WebhookDeliveryPayload(Payload):
    """The delivery."""

    delivery: WebhookDelivery | None = optional("The delivery as it is now.")


@strawberry.type(description="What came of sending everything again.")
class RedeliverWebhooksSincePayload(Payload):
    """How many."""

    count: int | None = optional("How many deliveries are sent again.")


@strawberry.type
class WebhookMutation:
    """Acts on receivers: of who manages their organisation, or of its own client."""

    @mutation(
        "Register where an organisation is told what happens in its subtree; the secret is told this once."
    )
    async def register_webhook_endpoint(
        self, info: Info, input: RegisterWebhookEndpointInput
    ) -> WebhookSecretPayload | None:
        """Register it."""
        return _with_secret(await info.context.notifications.write("POST", ENDPOINTS, body_of(input)))

    @mutation("Change where a receiver listens, or what it hears of from now on.")
    async def change_webhook_endpoint(
        self, info: Info, input: ChangeWebhookEndpointInput
    ) -> WebhookEndpointPayload | None:
        """Change it."""
        done = await info.context.notifications.write("PATCH", _of(input.id), body_of(input, "id"))
        return WebhookEndpointPayload(endpoint=WebhookEndpoint.of(done.record), basis=Basis.each(done.basis))

    @mutation("Pause a receiver, let it go on, enable one that was disabled, or remove it.")
    async def act_on_webhook_endpoint(
        self, info: Info, input: ActOnWebhookEndpointInput
    ) -> WebhookEndpointPayload | None:
        """Take the step."""
        path = f"{_of(input.id)}/actions/{input.action.name}"
        done = await info.context.notifications.write("POST", path, body_of(input, "id", "action"))
        return WebhookEndpointPayload(endpoint=WebhookEndpoint.of(done.record), basis=Basis.each(done.basis))

    @mutation("Give a receiver a new secret, told this once; the former one signs beside it for a while.")
    async def rotate_webhook_secret(
        self, info: Info, input: RotateWebhookSecretInput
    ) -> WebhookSecretPayload | None:
        """Rotate it."""
        return _with_secret(await info.context.notifications.write("POST", f"{_of(input.id)}/secret"))

    @mutation("Send a test message to a receiver, whatever it listens for.")
    async def ping_webhook_endpoint(
        self, info: Info, input: PingWebhookEndpointInput
    ) -> WebhookDeliveryPayload | None:
        """Send it."""
        return _delivery(await info.context.notifications.write("POST", f"{_of(input.id)}/ping"))

    @mutation("Send a delivery again, under the id that it has.")
    async def redeliver_webhook(
        self, info: Info, input: RedeliverWebhookInput
    ) -> WebhookDeliveryPayload | None:
        """Send it."""
        path = f"{DELIVERIES}/{uuid_of(input.id, 'WebhookDelivery')}/redeliver"
        return _delivery(await info.context.notifications.write("POST", path))

    @mutation(
        "Never send a delivery that was given up, so that what follows of its subject is sent; operators may too."
    )
    async def pass_over_webhook(
        self, info: Info, input: PassOverWebhookInput
    ) -> WebhookDeliveryPayload | None:
        """Pass it over."""
        path = f"{DELIVERIES}/{uuid_of(input.id, 'WebhookDelivery')}/pass-over"
        return _delivery(await info.context.notifications.write("POST", path, body_of(input, "id")))

    @mutation(
        "Send a receiver everything again that happened since an instant, and what never went out to it."
    )
    async def redeliver_webhooks_since(
        self, info: Info, input: RedeliverWebhooksSinceInput
    ) -> RedeliverWebhooksSincePayload | None:
        """Send it."""
        path = f"{_of(input.id)}/redeliveries"
        done = await info.context.notifications.write("POST", path, body_of(input, "id"))
        return RedeliverWebhooksSincePayload(count=done.record["count"], basis=Basis.each(done.basis))


def _of(endpoint_id: strawberry.ID) -> str:
    return f"{ENDPOINTS}/{uuid_of(endpoint_id, 'WebhookEndpoint')}"


def _delivery(done: Decided) -> WebhookDeliveryPayload:
    return WebhookDeliveryPayload(delivery=WebhookDelivery.of(done.record), basis=Basis.each(done.basis))


def _with_secret(done: Decided) -> WebhookSecretPayload:
    return WebhookSecretPayload(
        endpoint=WebhookEndpoint.of(done.record["endpoint"]),
        secret=done.record["secret"],
        basis=Basis.each(done.basis),
    )
