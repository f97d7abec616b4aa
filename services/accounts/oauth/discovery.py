"""What a client library reads first: which endpoints there are and what they can do."""

from collections.abc import Sequence
from typing import Any

from authlib.oidc.discovery import OpenIDProviderMetadata

from services.accounts.oauth.grants import ID_TOKEN_ALGORITHM
from services.accounts.oauth.states import GrantKind

SECRETS = ["client_secret_basic", "client_secret_post"]


def document(issuer: str, scopes: Sequence[str]) -> dict[str, Any]:
    """The metadata of this issuer."""
    told = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "introspection_endpoint": f"{issuer}/oauth/introspect",
        "userinfo_endpoint": f"{issuer}/oauth/userinfo",
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "scopes_supported": list(scopes),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [str(grant) for grant in GrantKind],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": [*SECRETS, "none"],
        "revocation_endpoint_auth_methods_supported": [*SECRETS, "none"],
        "introspection_endpoint_auth_methods_supported": SECRETS,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ID_TOKEN_ALGORITHM],
        "claims_supported": ["sub", "name", "preferred_username", "roles", "auth_time", "amr", "nonce"],
        "prompt_values_supported": ["none", "login", "consent"],
        "ui_locales_supported": ["zh", "en"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }
    return dict(OpenIDProviderMetadata(told))
