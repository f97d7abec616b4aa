"""Makes credentials of certificates: always of the row as it is, so that the same key makes the same credential.

None is kept. So a key that is withdrawn needs no round of signing anew: whoever fetches the credential again gets one
that the present key has signed.
"""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Request

from services.kit.sealing import Sealer
from services.workflow.certificate.credential import Signer
from services.workflow.certificate.model import Certificate
from services.workflow.credential import sd_jwt
from services.workflow.credential.claims import DISCLOSABLE, claims_of, issued_at
from services.workflow.credential.model import StatusPlace
from services.workflow.credential.policy import CredentialRule

SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues, under which address."""

    url: str
    signer: Signer
    sealer: Sealer
    rule: CredentialRule

    @property
    def vct(self) -> str:
        """The type of every credential, under which its metadata are found."""
        return f"{self.url}/v1/certificates/types/{self.rule.type}"

    @property
    def keys_url(self) -> str:
        """Where the public keys are found."""
        return f"{self.url}/v1/certificates/keys"

    def status_url(self, list_no: int) -> str:
        """Where a status list is found."""
        return f"{self.url}/v1/certificates/status/{list_no}"

    def credential(self, certificate: Certificate, place: StatusPlace) -> str:
        """A certificate as a credential, with all disclosures."""
        told: dict[str, Any] = {
            "iss": self.url,
            "vct": self.vct,
            "iat": int(issued_at(certificate).timestamp()),
            "status": {"status_list": {"idx": place.index, "uri": self.status_url(place.list_no)}},
            **claims_of(certificate),
        }
        sign = partial(self.signer.sign, kind=sd_jwt.TYPE)
        return sd_jwt.issue(told, DISCLOSABLE, partial(self._salt, certificate), sign)

    def _salt(self, certificate: Certificate, name: str) -> bytes:
        """Known to nobody without the key of the index, and the same whenever this claim is disclosed."""
        return self.sealer.index(f"{certificate.id}\n{name}", context="credential/salt")[:SALT_BYTES]


async def issuer_of(request: Request) -> Issuer:
    """The issuer of this installation."""
    state = request.app.state
    rule = state.policies.latest.certificate.credential
    return Issuer(state.settings.issuer_url, state.signer, state.sealer, rule)


CurrentIssuer = Annotated[Issuer, Depends(issuer_of)]
