"""A certificate on paper: one page with a QR code, and the credential attached; the same certificate makes the same bytes.

The code is a link to the page that verifies, and behind its `#` (which no server sees) the credential with nothing but
the holder's name disclosed: with the keys at hand that is all a verifier needs.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import segno

from services.quota.contract import TitleLevel
from services.typesetting import Format, typeset
from services.workflow.certificate.model import Certificate, CertificateChange
from services.workflow.certificate.states import Origin, Standing, Way
from services.workflow.credential.claims import issued_at
from services.workflow.credential.issuer import Issuer
from services.workflow.credential.model import StatusPlace
from services.workflow.credential.sd_jwt import presented

TEMPLATE = Path(__file__).parent / "templates" / "certificate.typ"
SHOWN = frozenset({"name"})
BY_NUMBER, BY_CREDENTIAL = "/verify", "/verify/credential"
"""The public pages that verify: the gateway's, for whoever reads the paper; ours, where its QR code leads."""


@dataclass(frozen=True, slots=True)
class Face:
    """What a paper shows: the certificate, what befell it last, and how levels are called."""

    certificate: Certificate
    changed: CertificateChange | None
    level_names: Mapping[TitleLevel, str]

    @property
    def standing(self) -> Standing:
        """Where it stands."""
        return Standing(self.changed.standing) if self.changed else Standing.IN_FORCE

    def told(self) -> dict[str, Any]:
        """The same for a template."""
        certificate, origin = self.certificate, Origin(self.certificate.origin)
        over = self.standing is not Standing.IN_FORCE and self.changed is not None
        return {
            "holder": certificate.holder_name,
            "masked_resident_id": certificate.masked_resident_id,
            "unit": certificate.unit_name,
            "series": certificate.series_name,
            "specialty": certificate.specialty_name,
            "level": self.level_names[TitleLevel(certificate.level)],
            "way": Way(certificate.way).zh,
            "earned_elsewhere": origin is Origin.CONFIRMED,
            "obtained_on": _day(certificate.obtained_on),
            "committee": certificate.committee_name,
            "document_number": certificate.document_number,
            "number": certificate.number,
            "issuer": certificate.issuer_name,
            "issued_on": _day(certificate.issued_on),
            "origin": None if origin is Origin.REVIEWED else origin.zh,
            "limits": [limit["text"] for limit in certificate.limits],
            "standing": self.standing.zh if over else None,
            "since": _day(self.changed.stands_since) if over and self.changed else None,
        }


async def printed(face: Face, issuer: Issuer, place: StatusPlace) -> bytes:
    """The certificate as PDF; dated by its issue, or by what befell it last."""
    credential = issuer.credential(face.certificate, place)
    code = segno.make(link(issuer, credential), error="l", boost_error=False)
    drawn = io.BytesIO()
    code.save(drawn, kind="svg", border=0, xmldecl=False)
    told = {
        "title": issuer.rule.title,
        "verify_url": page_url(issuer),
        "qr": drawn.getvalue().decode(),
        "credential": credential,
        **face.told(),
    }
    at = face.changed.decided_at if face.changed else issued_at(face.certificate)
    return await typeset(TEMPLATE, told, Format.PDF, at=at)


def page_url(issuer: Issuer) -> str:
    """The public page that verifies by number and name; the gateway has it."""
    return f"{issuer.url}{BY_NUMBER}"


def link(issuer: Issuer, credential: str) -> str:
    """What the QR code says."""
    return f"{issuer.url}{BY_CREDENTIAL}#{presented(credential, SHOWN)}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
