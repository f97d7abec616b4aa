"""What a credential says: flat claims, of which those about the person are the holder's to show or to leave out.

What the title is, who gave it, whether it was reviewed here (`origin`), where alone it is valid and whether it still
stands nobody can leave out.
"""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from services.kit.clock import SHANGHAI
from services.workflow.certificate.model import Certificate


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim; `disclosable` where the holder decides who sees it."""

    name: str
    zh: str
    en: str
    disclosable: bool = False


CLAIMS = (
    Claim("number", "证书编号", "Certificate number"),
    Claim("name", "姓名", "Name", disclosable=True),
    Claim("masked_resident_id", "身份证件号码（脱敏）", "Identity number, masked", disclosable=True),
    Claim("unit", "工作单位", "Unit", disclosable=True),
    Claim("series", "系列", "Series"),
    Claim("specialty", "专业", "Specialty"),
    Claim("level", "层级", "Level"),
    Claim("way", "取得方式", "Obtained by"),
    Claim("obtained_on", "取得时间", "Obtained on"),
    Claim("committee", "评审委员会", "Committee"),
    Claim("document_number", "批准文号", "Document number"),
    Claim("issuer", "发证机关", "Issued by"),
    Claim("issued_on", "发证时间", "Issued on"),
    Claim("origin", "证书来源", "Origin"),
    Claim("limits", "使用范围", "Valid only for"),
)
DISCLOSABLE = frozenset(claim.name for claim in CLAIMS if claim.disclosable)


def claims_of(certificate: Certificate) -> dict[str, Any]:
    """What a certificate says; never a full identity number."""
    told = {
        "number": certificate.number,
        "name": certificate.holder_name,
        "masked_resident_id": certificate.masked_resident_id,
        "series": certificate.series_name,
        "specialty": certificate.specialty_name,
        "level": certificate.level,
        "way": certificate.way,
        "obtained_on": certificate.obtained_on.isoformat(),
        "unit": certificate.unit_name,
        "committee": certificate.committee_name,
        "document_number": certificate.document_number,
        "issuer": certificate.issuer_name,
        "issued_on": certificate.issued_on.isoformat(),
        "origin": certificate.origin,
        "limits": certificate.limits,
    }
    return {key: value for key, value in told.items() if value is not None}


def issued_at(certificate: Certificate) -> datetime:
    """The beginning of the day it was issued on: the same for every credential made of it."""
    return datetime.combine(certificate.issued_on, time(), SHANGHAI)
