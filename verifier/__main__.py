"""`python -m verifier FILE --keys keys.json [--status list.jwt]`: whether a certificate is real, without any network.

FILE is a certificate as PDF, its credential as text, or what its QR code says; `-` reads the text from standard input. The
keys are what the issuer publishes (`/v1/certificates/keys`), the status list is where the credential's `status` says.
Exit codes: 0 valid, 1 altered, 2 wrong use, 3 revoked, 4 unknown key, 5 not a credential,
6 a good signature, but a status list that is of no use.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from verifier.checking import Checked, Outcome, Refused, check

USAGE = 2
ATTACHED = "credential.sd-jwt"
PDF = b"%PDF-"
SHOWN = (
    ("number", "证书编号"),
    ("name", "姓名"),
    ("masked_resident_id", "身份证件号码（脱敏）"),
    ("unit", "工作单位"),
    ("series", "系列"),
    ("specialty", "专业"),
    ("level", "层级"),
    ("way", "取得方式"),
    ("obtained_on", "取得时间"),
    ("committee", "评审委员会"),
    ("document_number", "批准文号"),
    ("issuer", "发证机关"),
    ("issued_on", "发证时间"),
    ("origin", "证书来源"),
)


def main(arguments: list[str] | None = None) -> int:
    """Say what is found, and answer with the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m verifier",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", help="PDF, credential or content of the QR code; - for standard input")
    parser.add_argument("--keys", type=Path, required=True, help="the issuer's JWK set")
    parser.add_argument("--status", type=Path, help="the token of the status list")
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    chosen = parser.parse_args(arguments)
    try:
        keys = _keys(chosen.keys)
        status = chosen.status.read_text(encoding="ascii") if chosen.status else None
        checked = _checked(chosen.file, keys, status)
    except (OSError, ValueError) as error:
        print(f"verifier: {error}", file=sys.stderr)
        return USAGE
    print(_as_json(checked) if chosen.json else _as_text(checked))
    return checked.outcome.code


def _keys(file: Path) -> dict[str, Any]:
    """The JWK set of a file.

    Raises:
        OSError, ValueError: there is none.
    """
    keys = json.loads(file.read_text(encoding="utf-8"))
    listed = keys.get("keys", []) if isinstance(keys, dict) else None
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise ValueError(f"{file}: not a JWK set")
    return dict(keys)


def _checked(file: str, keys: Mapping[str, Any], status: str | None) -> Checked:
    try:
        return check(_credential(file), keys, status)
    except Refused as refused:
        return Checked(refused.outcome, {}, standing_checked=False)


def _credential(file: str) -> str:
    """The credential of a file, attached to a PDF or the text itself."""
    content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        if content.startswith(PDF):
            with Path(file).open("rb") as opened:
                [content] = PdfReader(opened).attachments[ATTACHED]
        return content.decode("ascii")
    except (PyPdfError, KeyError, ValueError) as error:
        raise Refused(Outcome.UNREADABLE) from error


def _as_json(checked: Checked) -> str:
    told = {
        "outcome": checked.outcome.name,
        "standing_checked": checked.standing_checked,
        "list_fault": checked.list_fault.name if checked.list_fault else None,
        "claims": dict(checked.claims),
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _as_text(checked: Checked) -> str:
    lines = [f"{checked.outcome.zh} / {checked.outcome.en}"]
    if checked.list_fault is not None:
        lines.append(f"{checked.list_fault.zh} / {checked.list_fault.en}")
    elif checked.claims and not checked.standing_checked:
        lines.append("未核对证书状态（--status）/ standing not checked")
    lines += [f"{label}：{checked.claims[name]}" for name, label in SHOWN if name in checked.claims]
    lines += [f"使用范围：{limit['text']}" for limit in checked.claims.get("limits", ())]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
