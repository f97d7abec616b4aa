"""Words of third parties' clients, and the facts their steps are judged by."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from services.kit.words import Word


class ClientKind(Word):
    """Whether a client can keep a secret (RFC 6749, 2.1)."""

    PUBLIC = "PUBLIC", "公开客户端（网页前端、手机应用）"
    CONFIDENTIAL = "CONFIDENTIAL", "保密客户端（服务端应用）"


class GrantKind(Word):
    """How a client comes by its tokens."""

    AUTHORIZATION_CODE = "authorization_code", "授权码"
    REFRESH_TOKEN = "refresh_token", "刷新令牌"
    CLIENT_CREDENTIALS = "client_credentials", "客户端凭据"


class ClientState(Word):
    """Where a client stands."""

    ACTIVE = "ACTIVE", "使用中"
    DISABLED = "DISABLED", "已停用"


class ClientAction(Word):
    """What can be done with a client."""

    DISABLE = "DISABLE", "停用应用"
    ENABLE = "ENABLE", "恢复应用"


class FirstFoundBy(Word):
    """What the claim of an external issuer holds by which an account is found the first time."""

    LOGIN = "LOGIN", "登录名"
    RESIDENT_ID = "RESIDENT_ID", "身份证号"


@dataclass(frozen=True, slots=True)
class ClientCase:
    """A client, as its steps see it."""

    id: UUID
    state: ClientState
    version: int
    lineage: Collection[UUID]
