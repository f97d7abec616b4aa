"""Words of webhooks: where a receiver and a delivery stand, and what can be done."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from services.kit.words import Word


class EndpointState(Word):
    """Where a receiver stands."""

    ENABLED = "ENABLED", "推送中"
    PAUSED = "PAUSED", "已暂停"
    DISABLED = "DISABLED", "已停止推送"
    REMOVED = "REMOVED", "已删除"


class EndpointAction(Word):
    """What can be done with a receiver."""

    PAUSE = "PAUSE", "暂停推送"
    RESUME = "RESUME", "继续推送"
    DISABLE = "DISABLE", "停止推送"
    ENABLE = "ENABLE", "恢复推送"
    REMOVE = "REMOVE", "删除接收地址"


class DisabledFor(Word):
    """Why the platform disabled a receiver."""

    GONE = "GONE", "接收方答复不再接收（410）"
    FAILING = "FAILING", "长期推送失败"
    CLIENT_DISABLED = "CLIENT_DISABLED", "登记该地址的第三方应用已停用"
    ORGANISATION_GONE = "ORGANISATION_GONE", "所属机构已撤销或合并"


class DeliveryState(Word):
    """Where a delivery stands; told from its columns, never stored."""

    WAITING = "WAITING", "待推送"
    DELIVERED = "DELIVERED", "已推送"
    DEAD = "DEAD", "多次推送失败，待人工处理"
    PASSED_OVER = "PASSED_OVER", "已跳过，不再推送"


class DeliveryAction(Word):
    """What happens to a delivery."""

    DELIVER = "DELIVER", "推送成功"
    GIVE_UP = "GIVE_UP", "停止推送"
    REDELIVER = "REDELIVER", "重新推送"
    PASS_OVER = "PASS_OVER", "跳过"


@dataclass(frozen=True, slots=True)
class EndpointCase:
    """A receiver, as its steps see it."""

    id: UUID
    state: EndpointState
    version: int
    lineage: Collection[UUID]
    """The organisation that it belongs to, and no other: who stands above has receivers of its own."""


@dataclass(frozen=True, slots=True)
class DeliveryCase:
    """A delivery, as its steps see it."""

    id: UUID
    state: DeliveryState
    version: int
    lineage: Collection[UUID]
    """The organisation of its receiver."""
