"""Tencent Cloud SMS, WeCom, DingTalk, Feishu and a push service as one process of their own; what they do is told by whom a message is for.

`python -m tests.services.notifications.partner_server PORT FOLDER`: every request is a line of `requests`. Signatures and
tokens are checked. To `…0001` and `nobody` there is nobody, `…0002` and `busy` are over a limit of their own, `…0003`
and `down` fail as everybody's would, `…0004` and `strange` under a code that nobody knows, and to `page` a page of HTML answers.
A token is good for three messages, so that it has to be renewed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET_ID, SECRET_KEY = "AKIDtest", "Gu5t9xGARNpq86cd98joQYCN3Cozk1qA"
APP, SECRET = "corp-1", "s3cret"
USES = 3
NUMBERS = count(1)
TENCENT = {
    "0001": "InvalidParameterValue.IncorrectPhoneNumber",
    "0002": "LimitExceeded.PhoneNumberDailyLimit",
    "0003": "FailedOperation.InsufficientBalanceInSmsPackage",
    "0004": "FailedOperation.SomethingNew",
}
PUSHED = {"gone": 410, "large": 413, "busy": 429, "down": 503}
TOKENS: dict[str, int] = {}
CODES = {
    "wecom": {"nobody": 60111, "busy": 45047, "down": 45009, "over": 42001},
    "dingtalk": {"nobody": 33012, "busy": 143103, "down": 90018, "over": 42001},
    "feishu": {"nobody": 230001, "busy": 230020, "down": 99991400, "over": 99991663},
}


def signed(headers: Any, body: bytes) -> bool:
    """Whether a request is signed as TC3-HMAC-SHA256 asks."""
    scheme, _, rest = headers["authorization"].partition(" ")
    told = dict(each.strip().split("=", 1) for each in rest.split(","))
    _, date, service, _ = told["Credential"].split("/")
    names = told["SignedHeaders"].split(";")
    lines = "".join(f"{name}:{headers[name].strip().lower()}\n" for name in names)
    request = f"POST\n/\n\n{lines}\n{told['SignedHeaders']}\n{hashlib.sha256(body).hexdigest()}"
    digest = hashlib.sha256(request.encode()).hexdigest()
    text = f"{scheme}\n{headers['x-tc-timestamp']}\n{date}/{service}/tc3_request\n{digest}"
    key = b"TC3" + SECRET_KEY.encode()
    for part in (date, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest() == told["Signature"]


def tencent(headers: Any, body: bytes) -> dict[str, Any]:
    """Send an SMS."""
    if not signed(headers, body):
        error = {"Code": "AuthFailure.SignatureFailure", "Message": "signature"}
        return {"Response": {"Error": error, "RequestId": "r"}}
    asked = json.loads(body)
    (number,) = asked["PhoneNumberSet"]
    status = {
        "SerialNo": f"2023:{next(NUMBERS)}",
        "PhoneNumber": number,
        "Fee": 1,
        "SessionContext": asked["SessionContext"],
        "Code": TENCENT.get(number[-4:], "Ok"),
        "Message": f"about {number}",
        "IsoCode": "CN",
    }
    return {"Response": {"SendStatusSet": [status], "RequestId": "r"}}


def token(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """Issue a token for the application's secret."""
    code = "code" if kind == "feishu" else "errcode"
    if not {APP, SECRET} <= {str(each) for each in given.values()}:
        return {code: 40001}
    made = f"token-{next(NUMBERS)}"
    TOKENS[made] = USES
    name, lasts = ("tenant_access_token", "expire") if kind == "feishu" else ("access_token", "expires_in")
    return {code: 0, name: made, lasts: 7200}


def message(kind: str, bearer: str, member: str) -> dict[str, Any] | None:
    """Take a message for a member; None: a page stands where an answer should be."""
    code, codes = "code" if kind == "feishu" else "errcode", CODES[kind]
    if TOKENS.get(bearer, 0) == 0:
        return {code: codes["over"]}
    TOKENS[bearer] -= 1
    if member == "page":
        return None
    if member == "strange":
        return {code: 7654321, "errmsg": f"about {member}"}
    if member in codes:
        return {code: codes[member], "errmsg": f"about {member}"}
    number = next(NUMBERS)
    return {code: 0, "msgid": f"m{number}", "task_id": number, "data": {"message_id": f"om_{number}"}}


class Partner(BaseHTTPRequestHandler):
    """Answers as the documented interfaces do: a refusal is an HTTP 200 with a code."""

    folder: Path

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """A token of WeCom or DingTalk."""
        kind = "wecom" if "cgi-bin" in self.path else "dingtalk"
        self._answer(token(kind, self._query()))

    def do_POST(self) -> None:
        """A message, or a token of Feishu."""
        body = self.rfile.read(int(self.headers["content-length"]))
        path, query = urlsplit(self.path).path, self._query()
        if path.startswith("/push/"):
            self._pushed(path.removeprefix("/push/"), body)
            return
        with (self.folder / "requests").open("a") as requests:
            requests.write(json.dumps({"path": path, "body": json.loads(body)}) + "\n")
        asked = json.loads(body)
        match path:
            case "/":
                self._answer(tencent(self.headers, body))
            case "/cgi-bin/message/send":
                self._answer(message("wecom", query["access_token"], asked["touser"]))
            case "/topapi/message/corpconversation/asyncsend_v2":
                self._answer(message("dingtalk", query["access_token"], asked["userid_list"]))
            case "/open-apis/im/v1/messages":
                bearer = self.headers["authorization"].removeprefix("Bearer ")
                self._answer(message("feishu", bearer, asked["receive_id"]))
            case _:
                self._answer(token("feishu", asked))

    def _pushed(self, name: str, body: bytes) -> None:
        told = {
            "body": base64.b64encode(body).decode(),
            "headers": {k.lower(): v for k, v in self.headers.items()},
        }
        with (self.folder / "requests").open("a") as requests:
            requests.write(json.dumps({"path": f"/push/{name}", "body": told}) + "\n")
        self.send_response(PUSHED.get(name, 201))
        self.send_header("content-length", "0")
        self.end_headers()

    def _query(self) -> dict[str, Any]:
        return {name: only for name, (only,) in parse_qs(urlsplit(self.path).query).items()}

    def _answer(self, told: dict[str, Any] | None) -> None:
        body = b"<html>blocked</html>" if told is None else json.dumps(told).encode()
        self.send_response(403 if told is None else 200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    Partner.folder = Path(sys.argv[2])
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Partner).serve_forever()
