"""What this process runs with: its province, policies, keys and hasher, made once at start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from services.accounts.oauth.issuer import Issuer
from services.accounts.policy import Policies, Policy
from services.accounts.settings import Settings
from services.accounts.sign_in.passwords import Passwords
from services.accounts.sign_in.tokens import Signer, secrets_of
from services.kit.clock import CurrentMoment, Moment
from services.kit.sealing import Sealer

ARTICLES_USED = (
    "top_down",
    "departments",
    "root",
    "kinds",
    "not_again",
    "life",
    "uscc",
    "regions",
    "private_technical_schools",
    "created_by_unit",
    "place",
    "labour_relation",
    "one_account",
    "resident_id",
    "change_of_employer",
    "unmasked",
    "department_roles",
    "accounts_below",
    "person_in_charge",
    "identity",
    "online_test",
    "third_parties",
    "unit_verifies",
    "problems_fed_back",
    "accurate",
    "clear_materials",
    "nothing_classified",
    "imports",
)
"""The articles that code names; a policy without one of them stops the service at start."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The parts that acts need beside the database."""

    province: str
    policies: Policies
    sealer: Sealer
    passwords: Passwords
    signer: Signer
    service_secrets: Mapping[str, str] = field(repr=False)
    service_token_seconds: int
    second_factor: bool
    issuer: str
    external: Issuer | None

    @classmethod
    def of(cls, settings: Settings) -> "Installation":
        """Read policies and keys.

        Raises:
            PolicyError: a policy file cannot be used.
            ValueError: a key or secret in the settings cannot be read.
        """
        return cls(
            province=settings.province,
            policies=Policies(settings.policies_dir, settings.province, used=ARTICLES_USED),
            sealer=Sealer.from_settings(
                settings.field_keys.get_secret_value(), settings.index_key.get_secret_value()
            ),
            passwords=Passwords(
                settings.password_workers, settings.password_queue, settings.password_memory_kib
            ),
            signer=Signer.of(settings.keys_at_hand()),
            service_secrets=secrets_of(settings.service_secrets.get_secret_value()),
            service_token_seconds=settings.service_token_seconds,
            second_factor=settings.second_factor,
            issuer=(settings.issuer_url or settings.accounts_url).rstrip("/"),
            external=Issuer.of(settings),
        )


async def current_installation(request: Request) -> Installation:
    """The installation of the process."""
    installation: Installation = request.app.state.installation
    return installation


CurrentInstallation = Annotated[Installation, Depends(current_installation)]


@dataclass(frozen=True, slots=True)
class Desk:
    """What an act works with: the installation, the moment, and the policy that rules at it."""

    installation: Installation
    moment: Moment

    @property
    def policy(self) -> Policy:
        """The policy that rules now."""
        return self.installation.policies.on(self.moment.today)


async def current_desk(installation: CurrentInstallation, moment: CurrentMoment) -> Desk:
    """The desk of the request."""
    return Desk(installation, moment)


CurrentDesk = Annotated[Desk, Depends(current_desk)]
