"""What the gateway reads from its environment."""

from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, model_validator

from services.kit.settings import ProcessSettings


def unless_production(told: dict[str, Any]) -> bool:
    """The default of what strangers look around with."""
    return not told["production"]


class GatewaySettings(ProcessSettings):
    """Settings of the gateway: where the parts are (from `ProcessSettings`), and how much one request may ask."""

    port: int = 8100
    public_url: str = ""
    """What links begin with; empty: the address the caller used."""
    issuer_url: str = ""
    """Where clients are told to sign people in; empty: where accounts is."""
    application_url: str = ""
    """Where people sign in and act: pages lead to the same path there; empty: to the developer portal."""
    origins: str = ""
    """Origins, by commas, whose pages may open sockets besides the gateway's own."""
    production: bool = False
    """Strangers do not look around: GraphiQL, introspection and queries by GET are off unless they are set themselves."""
    graphiql: bool = Field(default_factory=unless_production)
    introspection: bool = Field(default_factory=unless_production)
    get_queries: bool = Field(default_factory=unless_production)
    trusted_documents: Path | None = None
    """A manifest, {SHA-256: document}, of what front ends were built with."""
    trusted_only: bool = False
    """Nothing else is taken but from third parties' clients."""
    max_depth: int = 12
    max_aliases: int = 30
    max_directives: int = 50
    max_repeats: int = 20
    max_fragments: int = 50
    max_tokens: int = 4000
    max_letters: int = 32_768
    """Of a document and the name of its operation: a name or a comment of any length is one token."""
    max_cost: int = 10_000
    """Of one request, in points: its objects, a page as many times as it has items."""
    cost_bucket: int = 20_000
    cost_per_second: int = Field(1_000, ge=1)
    """How much a client may ask at once, and how fast that comes back."""
    limits_url: SecretStr = SecretStr("")
    """redis://: a Valkey or Redis in which the replicas share their clients' buckets; empty: each has its own."""
    fresh_seconds: float = Field(0.0, ge=0)
    """So long after a write its caller's lists come from no standby, longer than READ_LAG_SECONDS of the parts; 0: nobody's ever do."""
    max_at_work: int = Field(32, ge=1)
    """How many requests are worked on at once; files, streams and sockets are not among them."""
    max_streams: int = 5000
    """How many sockets, streams of the parts, and files and REST calls to each part are open at once."""
    max_sockets_per_account: int = 20
    max_subscriptions: int = 5
    """On one socket."""
    public_seconds: float = Field(60.0, ge=0)
    """No public answer is kept for longer, here or by whoever it is told to; 0: none is kept."""
    public_bytes: int = Field(64 * 1_048_576, ge=0)
    """How much memory they may take, about."""
    page_cost: int = Field(100, ge=1)
    """What each question to a service costs the stranger whose page asks it; what is still kept from another costs nothing."""
    readiness_seconds: float = 3.0

    @model_validator(mode="after")
    def _something_can_be_asked(self) -> Self:
        if self.cost_bucket < self.max_cost:
            raise ValueError("COST_BUCKET is smaller than MAX_COST: what is allowed could never be paid")
        if self.trusted_only and self.trusted_documents is None:
            raise ValueError("TRUSTED_ONLY needs TRUSTED_DOCUMENTS: nothing at all could be asked")
        return self
