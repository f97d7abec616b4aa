"""What the gateway reads from its environment."""

from services.kit.settings import ProcessSettings


class GatewaySettings(ProcessSettings):
    """Settings of the gateway: where the parts are (from `ProcessSettings`), and how much one request may ask."""

    port: int = 8100
    public_url: str = ""
    """What links begin with; empty: the address the caller used."""
    issuer_url: str = ""
    """Where clients are told to sign people in; empty: where accounts is."""
    graphiql: bool = True
    introspection: bool = True
    max_depth: int = 12
    max_aliases: int = 30
    max_fragments: int = 50
    max_tokens: int = 4000
    max_items: int = 5000
    """In pages within pages: each item of the outer page may ask a service for an inner one."""
    max_streams: int = 5000
    """How many sockets, and how many streams of the parts, are open at once."""
    max_sockets_per_account: int = 20
    max_subscriptions: int = 5
    """On one socket."""
    readiness_seconds: float = 3.0
