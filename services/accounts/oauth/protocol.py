"""authlib's authorization server over our database: requests, clients and answers as it knows them.

authlib is synchronous. It runs inside `AsyncSession.run_sync`, and what it asks of the database is awaited from there:
one transaction, and no thread.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    ClientMixin,
    InvalidClientError,
    InvalidRequestError,
    OAuth2Payload,
    OAuth2Request,
)
from authlib.oauth2.rfc9207 import IssuerParameter
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.util import await_only

from services.accounts.installation import Desk
from services.accounts.oauth import redirects, store
from services.accounts.oauth.browser import SignedIn
from services.accounts.oauth.states import ClientKind, GrantKind
from services.accounts.oauth.store import Known

MOST_FIELDS, LONGEST_FIELD = 30, 2000
Pairs = Sequence[tuple[str, str]]


def fields_of(encoded: str) -> Pairs:
    """The fields of a query or form.

    Raises:
        InvalidRequestError: no UTF-8, too many, too long, given twice, or with characters that the RFCs do not allow.
    """
    try:
        pairs = parse_qsl(encoded, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise InvalidRequestError("The request cannot be read.") from error
    if len(dict(pairs)) < len(pairs):
        raise InvalidRequestError("A parameter is given more than once.")
    if any(
        len(value) > LONGEST_FIELD or not value.isprintable() or not value.isascii() for _, value in pairs
    ):
        raise InvalidRequestError("A parameter is too long or holds characters that are not allowed.")
    return pairs


class Payload(OAuth2Payload):  # type: ignore[misc] # authlib is not typed
    """The fields of a request."""

    def __init__(self, pairs: Pairs) -> None:
        self._data = dict(pairs)

    @property
    def data(self) -> Mapping[str, str]:
        """The fields by name."""
        return self._data

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        """The same as lists."""
        return defaultdict(list, {name: [value] for name, value in self._data.items()})


class Asked(OAuth2Request):  # type: ignore[misc] # authlib is not typed
    """A request to the protocol; whether it came over TLS is the deployment's to see to."""

    def __init__(self, method: str, pairs: Pairs, headers: Mapping[str, str]) -> None:
        super().__init__(method, "https://issuer.invalid/", headers=headers)
        self.payload = Payload(pairs)

    @property
    def args(self) -> Mapping[str, str]:
        """The fields of a query."""
        return self.payload.data

    @property
    def form(self) -> Mapping[str, str]:
        """The fields of a form."""
        return self.payload.data


class KnownClient(ClientMixin):  # type: ignore[misc] # authlib is not typed
    """One of our clients, as authlib asks about it."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.row = known.client

    def get_client_id(self) -> str:
        """Its id."""
        return str(self.row.id)

    def get_default_redirect_uri(self) -> None:
        """None: a request always names where it wants its answer."""
        return

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """What it may have of the scope it asks for: all of it, or nothing."""
        asked = list(dict.fromkeys((scope or "").split()))
        return " ".join(asked) if asked and set(asked) <= set(self.row.scopes) else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether codes may go there."""
        return redirects.is_registered(redirect_uri, self.row.redirect_uris)

    def check_client_secret(self, client_secret: str) -> bool:
        """Whether that is its secret."""
        return self.known.has_secret(client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """A confidential client shows its secret everywhere; a public one has none."""
        del endpoint
        return (method == "none") == (self.row.kind == ClientKind.PUBLIC)

    def check_response_type(self, response_type: str) -> bool:
        """Codes, for those that may have them."""
        return response_type == "code" and self.check_grant_type(GrantKind.AUTHORIZATION_CODE)

    def check_grant_type(self, grant_type: str) -> bool:
        """Whether it was registered for that."""
        return grant_type in self.row.grants


@dataclass(slots=True)
class Answer:
    """What authlib answers."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def location(self) -> str | None:
        """Where the browser is sent."""
        return self.headers.get("Location")

    @location.setter
    def location(self, address: str) -> None:
        self.headers["Location"] = address


class Named(IssuerParameter):  # type: ignore[misc] # authlib is not typed
    """Every answer to a client's redirect URI names us, against mix-up (RFC 9207)."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer

    def get_issuer(self) -> str:
        """Us."""
        return self._issuer


class Server(AuthorizationServer):  # type: ignore[misc] # authlib is not typed
    """The protocol for one request: its transaction, its desk, and on the page the browser's owner."""

    def __init__(self, tx: AsyncSession, desk: Desk, browser: SignedIn | None = None) -> None:
        super().__init__(scopes_supported=list(desk.policy.oauth.scopes))
        self.tx, self.desk, self.browser = tx, desk, browser
        self.named = Named(desk.installation.issuer)
        self.register_extension(self.named)

    def query_client(self, client_id: str) -> KnownClient | None:
        """An active client."""
        known = await_only(store.known(self.tx, client_id))
        return KnownClient(known) if known else None

    def authenticate_client(self, request: Asked, methods: Sequence[str], endpoint: str = "token") -> Any:
        """The client that a request proves to come from; a header that is none of HTTP's is no proof."""
        try:
            return super().authenticate_client(request, methods, endpoint)
        except ValueError as error:
            raise InvalidClientError(status_code=401, description="Unreadable credentials.") from error

    def save_token(self, token: Mapping[str, Any], request: Asked) -> None:
        """Nothing: what is kept of a token was written when it was made."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: Asked) -> Asked:
        """The request, as it is."""
        return request

    def handle_response(self, status: int, body: Any, headers: Sequence[tuple[str, str]]) -> Answer:
        """An answer."""
        return Answer(status, body, dict(headers))
