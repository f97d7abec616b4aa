"""SMS by Tencent Cloud, with its own SDK: a template that the carrier has approved, filled with the notice's title.

The carriers of the mainland take approved templates alone, so the words of a notice are read on the platform.
"""

import asyncio

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111.models import SendSmsRequest, SendStatus
from tencentcloud.sms.v20210111.sms_client import SmsClient

from services.kit.errors import Language
from services.notifications.provider.message import Away, Message, NotNow, Receipt, Refused
from services.notifications.provider.transit import ApiUrl

TAKEN = "Ok"
NO_SUCH_NUMBER = {
    "InvalidParameterValue.IncorrectPhoneNumber",
    "FailedOperation.PhoneNumberInBlacklist",
    "UnsupportedOperation.UnsupportedRegion",
}
UNWANTED = {
    "FailedOperation.ContainSensitiveWord",
    "InvalidParameterValue.TemplateParameterFormatError",
    "InvalidParameterValue.TemplateParameterLengthLimit",
    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter",
}
AWAY = (
    "ClientNetworkError",
    "ServerNetworkError",
    "InternalError.Timeout",
    "InternalError.SendAndRecvFail",
    "AuthFailure",
    "UnauthorizedOperation",
    "RequestLimitExceeded",
    "ResourceInsufficient",
    "FailedOperation.InsufficientBalanceInSmsPackage",
    "LimitExceeded.App",
    "LimitExceeded.DailyLimit",
    "LimitExceeded.GlobalSmsSendingRateLimit",
)
"""How codes begin that say nothing of the message: no answer, nothing left, not allowed in, too much of everything."""


class SmsSettings(BaseModel):
    """An application of Tencent Cloud SMS, its signature, and templates of one variable: the notice's title."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    secret_id: str = Field(min_length=1)
    secret_key: SecretStr = Field(min_length=1)
    app_id: str = Field(min_length=1)
    sign_name: str = Field(min_length=1)
    template_id: str = Field(min_length=1)
    english_template_id: str | None = None
    region: str = "ap-guangzhou"
    country_code: str = Field("+86", pattern=r"^\+[1-9][0-9]{0,2}$")
    url: ApiUrl = "https://sms.tencentcloudapi.com"


class Sms:
    """Hands messages to Tencent Cloud; the SDK waits in a thread of its own."""

    def __init__(self, settings: SmsSettings, *, patience: float) -> None:
        self._settings = settings
        url = httpx.URL(settings.url)
        endpoint = url.netloc.decode()
        http = HttpProfile(protocol=url.scheme, endpoint=endpoint, reqTimeout=max(1, int(patience)))
        key = Credential(settings.secret_id, settings.secret_key.get_secret_value())
        self._client = SmsClient(key, settings.region, ClientProfile(httpProfile=http))

    async def send(self, message: Message) -> Receipt:
        """Hand the message over; the provider's serial number is the receipt."""
        try:
            status = await asyncio.to_thread(self._send, message)
        except TencentCloudSDKException as error:
            raise failure_of(str(error.get_code())) from error
        if status.Code != TAKEN:
            raise failure_of(status.Code)
        return Receipt(status.SerialNo)

    async def close(self) -> None:
        """Nothing is kept open."""

    def _send(self, message: Message) -> SendStatus:
        told = self._settings
        english = message.language is Language.EN and told.english_template_id is not None
        asked = SendSmsRequest()
        asked.PhoneNumberSet = [f"{told.country_code}{message.address}"]
        asked.SmsSdkAppId = told.app_id
        asked.SignName = told.sign_name
        asked.TemplateId = told.english_template_id if english else told.template_id
        asked.TemplateParamSet = [message.title]
        asked.SessionContext = str(message.id)
        return self._client.SendSms(asked).SendStatusSet[0]


def failure_of(code: str) -> Exception:
    """Whether the number, this message, this moment or the provider as a whole fails.

    A code that nobody knows is an answer: the try is counted, for what is refused under it must not be tried for ever.
    """
    if code in NO_SUCH_NUMBER or code in UNWANTED:
        return Refused(code, address_failing=code in NO_SUCH_NUMBER)
    return Away(code) if code.startswith(AWAY) else NotNow(code)
