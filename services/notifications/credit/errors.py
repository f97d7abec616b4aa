"""Why something about deliveries is refused."""

from services.kit.errors import Conflict, NotFound


class DeliveryNotFound(NotFound):
    """No delivery by that id in the caller's reach."""

    code = "DELIVERY_NOT_FOUND"
    zh = "没有找到该报送记录"
    en = "There is no such delivery."


class DeliveryNotDead(Conflict):
    """Only what was given up is sent again by hand."""

    code = "DELIVERY_NOT_DEAD"
    zh = "该报送（{state_zh}）不需要重新报送"
    en = "The delivery is {state}; only one that was given up is sent again by hand."
