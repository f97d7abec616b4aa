"""Where a delivery to a credit platform stands; told from its columns, never stored."""

from services.kit.words import Word


class DeliveryState(Word):
    """Where a delivery stands."""

    WAITING = "WAITING", "待报送"
    DELIVERED = "DELIVERED", "已报送"
    DEAD = "DEAD", "多次报送失败，待人工处理"
