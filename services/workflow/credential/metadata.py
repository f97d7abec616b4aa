"""What verifiers of others look up: who issues, and what the type of our credentials means."""

from services.workflow.credential.claims import CLAIMS, Claim
from services.workflow.credential.errors import CredentialTypeNotFound
from services.workflow.credential.issuer import Issuer
from services.workflow.credential.schemas import IssuerMetadata, TypeMetadata


def of_issuer(issuer: Issuer) -> IssuerMetadata:
    """Who issues (SD-JWT VC, JWT VC issuer metadata)."""
    return IssuerMetadata(issuer=issuer.url, jwks_uri=issuer.keys_url)


def of_type(issuer: Issuer, name: str) -> TypeMetadata:
    """The type of our credentials (SD-JWT VC, type metadata).

    Raises:
        CredentialTypeNotFound: it is of no credential of ours.
    """
    rule = issuer.rule
    if name != rule.type:
        raise CredentialTypeNotFound
    display = [{"locale": "zh-CN", "name": rule.title}, {"locale": "en", "name": rule.title_en}]
    return TypeMetadata(
        vct=issuer.vct, name=rule.title_en, display=display, claims=[_claim(each) for each in CLAIMS]
    )


def _claim(claim: Claim) -> dict[str, object]:
    display = [{"locale": "zh-CN", "label": claim.zh}, {"locale": "en", "label": claim.en}]
    return {"path": [claim.name], "display": display, "sd": "always" if claim.disclosable else "never"}
