"""Why something about webhooks is refused."""

from services.kit.errors import Conflict, Invalid, NotFound, RuleBroken


class EndpointNotFound(NotFound):
    """No receiver by that id in the caller's organisations."""

    code = "WEBHOOK_ENDPOINT_NOT_FOUND"
    zh = "没有找到该推送接收地址"
    en = "There is no such webhook endpoint."


class WebhookDeliveryNotFound(NotFound):
    """No delivery by that id to a receiver of the caller's organisations."""

    code = "WEBHOOK_DELIVERY_NOT_FOUND"
    zh = "没有找到该推送记录"
    en = "There is no such webhook delivery."


class EndpointUrlUnfit(Invalid):
    """The address is not one that the platform calls."""

    code = "WEBHOOK_URL_UNFIT"
    zh = "接收地址不可用：须为公网 https 地址，端口为 {ports}，且不含用户信息和片段"
    en = "This address will not do: public, https, on port {ports}, without user and fragment."


class EventTypesUnknown(Invalid):
    """A pattern fits no event that third parties are told of."""

    code = "WEBHOOK_EVENT_TYPES_UNKNOWN"
    zh = "没有与“{pattern}”相符的可推送事件"
    en = "{pattern} fits no event that webhooks tell of."


class TooManyEndpoints(RuleBroken):
    """An organisation has as many receivers as it may have."""

    code = "WEBHOOK_ENDPOINTS_EXCEEDED"
    zh = "每个机构最多登记 {most} 个推送接收地址"
    en = "An organisation has at most {most} webhook endpoints."


class EndpointNotEnabled(Conflict):
    """Only to a receiver that is enabled anything is sent by hand."""

    code = "WEBHOOK_ENDPOINT_NOT_ENABLED"
    zh = "该接收地址{state_zh}，不能进行此项操作"
    en = "The endpoint is {state}; this needs one that is enabled."
