"""What a credential says: flat claims, so that it can become an SD-JWT without a change of names."""

from typing import Any

from services.kit.clock import Moment
from services.workflow.certificate.model import Certificate
from services.workflow.certificate.policy import CredentialRule


def claims_of(certificate: Certificate, rule: CredentialRule, moment: Moment) -> dict[str, Any]:
    """The claims of a certificate's credential; never a full identity number."""
    told = {
        "iss": rule.issuer,
        "vct": rule.type,
        "jti": f"urn:uuid:{certificate.id}",
        "iat": int(moment.instant.timestamp()),
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
        "limits": certificate.limits,
    }
    return {key: value for key, value in told.items() if value is not None}
