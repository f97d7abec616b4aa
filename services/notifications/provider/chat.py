"""WeCom, DingTalk and Feishu: a message of the organisation's own application to one member, by the member's user id.

Over the documented interfaces themselves. The multi-channel library looked at (apprise 2.3) posts to group robots alone
and takes any HTTP 200 for a success, while WeCom and DingTalk say in the body of a 200 that they refuse.
"""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from services.notifications.provider.message import Away, Message, NotNow, Receipt, Refused
from services.notifications.provider.transit import ApiUrl

RENEW_BEFORE = 300
LONGEST = 1800
"""So many characters of a text all three take."""
Answer = Mapping[str, Any]


class AppSettings(BaseModel):
    """An application of the organisation: its id, its secret, and the agent that its messages come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    app_id: str = Field(min_length=1)
    secret: SecretStr = Field(min_length=1)
    agent_id: int | None = None
    url: ApiUrl | None = None


class App(ABC):
    """What the three have in common: a token that is renewed, an answer with a code."""

    home: ClassVar[str]
    code: ClassVar[str] = "errcode"
    token_name: ClassVar[str] = "access_token"  # noqa: S105 - a name
    lasts_name: ClassVar[str] = "expires_in"
    no_such_member: ClassVar[frozenset[int]]
    away: ClassVar[frozenset[int]]
    """Codes that say nothing of the message: the application is not let in, or asks for too much of everything."""
    token_over: ClassVar[frozenset[int]]

    def __init__(
        self,
        settings: AppSettings,
        *,
        patience: float,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._settings = settings
        self._http = httpx.AsyncClient(
            base_url=settings.url or self.home, timeout=patience, trust_env=False, transport=transport
        )
        self._token, self._renew_at = "", 0.0

    async def send(self, message: Message) -> Receipt:
        """Hand the message over; a token that was taken back is renewed once."""
        answer = await self._asked(message)
        if answer.get(self.code) in self.token_over:
            self._renew_at = 0.0
            answer = await self._asked(message)
        code = answer.get(self.code)
        if code != 0:
            raise self._failure(code)
        return self._receipt(answer)

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def _asked(self, message: Message) -> Answer:
        if time.monotonic() >= self._renew_at:
            await self._renew()
        return await self._answer(self._request(message, self._token))

    async def _renew(self) -> None:
        try:
            answer = await self._answer(self._token_request())
        except NotNow as error:
            raise Away(f"no token: {error}") from error
        if answer.get(self.code) != 0:
            raise Away(f"no token: {answer.get(self.code)}")
        self._token = str(answer[self.token_name])
        self._renew_at = time.monotonic() + max(float(answer[self.lasts_name]) - RENEW_BEFORE, 0)

    async def _answer(self, request: httpx.Request) -> Answer:
        try:
            answer = await self._http.send(request)
        except httpx.HTTPError as error:
            raise Away(type(error).__name__) from error
        if answer.is_server_error or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise Away(f"HTTP {answer.status_code}")
        try:
            told = answer.json()
        except ValueError as error:
            raise NotNow(f"HTTP {answer.status_code}") from error
        if not isinstance(told, dict):
            raise NotNow(f"HTTP {answer.status_code}")
        return told

    def _failure(self, code: object) -> Exception:
        """A code that nobody knows is an answer: the try is counted, for it must not be tried for ever."""
        why = f"{self.code} {code}"
        if code in self.no_such_member:
            return Refused(why, address_failing=True)
        return Away(why) if code in self.away | self.token_over else NotNow(why)

    @abstractmethod
    def _token_request(self) -> httpx.Request:
        """How a token is asked for."""

    @abstractmethod
    def _request(self, message: Message, token: str) -> httpx.Request:
        """How a message is handed over."""

    @abstractmethod
    def _receipt(self, answer: Answer) -> Receipt:
        """What came of a message that was taken."""

    @property
    def _secret(self) -> str:
        return self._settings.secret.get_secret_value()


class WeCom(App):
    """企业微信: what has the same words within half an hour is dropped there, so a message tried again comes once."""

    home = "https://qyapi.weixin.qq.com"
    no_such_member = frozenset({40031, 60111, 81013})
    away = frozenset({-1, 40001, 40013, 40056, 45009, 45033, 48002, 60020, 301002})
    token_over = frozenset({40014, 42001})

    def _token_request(self) -> httpx.Request:
        asked = {"corpid": self._settings.app_id, "corpsecret": self._secret}
        return self._http.build_request("GET", "/cgi-bin/gettoken", params=asked)

    def _request(self, message: Message, token: str) -> httpx.Request:
        body = {
            "touser": message.address,
            "msgtype": "text",
            "agentid": self._settings.agent_id,
            "text": {"content": words_of(message)},
            "enable_duplicate_check": 1,
            "duplicate_check_interval": 1800,
        }
        path = "/cgi-bin/message/send"
        return self._http.build_request("POST", path, params={"access_token": token}, json=body)

    def _receipt(self, answer: Answer) -> Receipt:
        if answer.get("invaliduser"):
            raise Refused("no such member", address_failing=True)
        return Receipt(str(answer.get("msgid")))


class DingTalk(App):
    """钉钉: a work notification; the same words reach a member once a day, so a message tried again comes once."""

    home = "https://oapi.dingtalk.com"
    no_such_member = frozenset({33012, 40003, 60121})
    away = frozenset({-1, 40001, 40013, 60020, 90002, 90004, 90005, 90006, 90018, 90019})
    token_over = frozenset({40014, 42001})

    def _token_request(self) -> httpx.Request:
        asked = {"appkey": self._settings.app_id, "appsecret": self._secret}
        return self._http.build_request("GET", "/gettoken", params=asked)

    def _request(self, message: Message, token: str) -> httpx.Request:
        body = {
            "agent_id": self._settings.agent_id,
            "userid_list": message.address,
            "msg": {"msgtype": "text", "text": {"content": words_of(message)}},
        }
        path = "/topapi/message/corpconversation/asyncsend_v2"
        return self._http.build_request("POST", path, params={"access_token": token}, json=body)

    def _receipt(self, answer: Answer) -> Receipt:
        return Receipt(str(answer.get("task_id")))


class Feishu(App):
    """飞书: it drops a message whose id (`uuid`) it had within the hour."""

    home = "https://open.feishu.cn"
    code = "code"
    token_name = "tenant_access_token"  # noqa: S105 - a name
    lasts_name = "expire"
    no_such_member = frozenset({230001, 230013, 230029, 99992351})
    away = frozenset({11232, 99991400, 99991672})
    token_over = frozenset({99991661, 99991663, 99991668})

    def _token_request(self) -> httpx.Request:
        body = {"app_id": self._settings.app_id, "app_secret": self._secret}
        return self._http.build_request("POST", "/open-apis/auth/v3/tenant_access_token/internal", json=body)

    def _request(self, message: Message, token: str) -> httpx.Request:
        body = {
            "receive_id": message.address,
            "msg_type": "text",
            "content": json.dumps({"text": words_of(message)}, ensure_ascii=False),
            "uuid": str(message.id),
        }
        return self._http.build_request(
            "POST",
            "/open-apis/im/v1/messages",
            params={"receive_id_type": "user_id"},
            json=body,
            headers={"authorization": f"Bearer {token}"},
        )

    def _receipt(self, answer: Answer) -> Receipt:
        return Receipt(str((answer.get("data") or {}).get("message_id")))


def words_of(message: Message) -> str:
    """The notices as one text."""
    return "\n\n".join(f"{each.title}\n{each.body}" for each in message.items)[:LONGEST]
