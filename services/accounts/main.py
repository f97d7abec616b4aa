"""The accounts service: organisations, people, roles, sign-in, and the online test."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial

import httpx
from fastapi import FastAPI

from services.accounts.audience.api import readers
from services.accounts.audience.api import unremembered as reader_contacts
from services.accounts.delegation.api import delegations
from services.accounts.directory.api import directory
from services.accounts.employment.api import employer_change, employments
from services.accounts.employment.worker import Sweep
from services.accounts.evidence.api import evidence, evidence_files
from services.accounts.evidence.links import PATH as EVIDENCE_FILES
from services.accounts.evidence.sweeping import sweep as sweep_files
from services.accounts.installation import Installation
from services.accounts.intake.api import import_files, imports
from services.accounts.intake.links import PATH as IMPORT_FILES
from services.accounts.intake.worker import working
from services.accounts.learning import judging
from services.accounts.learning.api import learning
from services.accounts.learning.standings_api import standings
from services.accounts.oauth.api import clients
from services.accounts.oauth.external_api import callback
from services.accounts.oauth.page_api import page
from services.accounts.oauth.token_api import protocol
from services.accounts.organisation.api import organisations
from services.accounts.organisation.industries_api import industries
from services.accounts.organisation.regions_api import regions
from services.accounts.person.api import people, unremembered
from services.accounts.question_bank.api import question_banks, question_files
from services.accounts.question_bank.links import PATH as QUESTION_FILES
from services.accounts.record.api import records
from services.accounts.role.api import roles
from services.accounts.second_factor.api import second_factor
from services.accounts.session import sweeping
from services.accounts.session.api import sessions
from services.accounts.settings import Settings
from services.accounts.sign_in.api import sign_in
from services.files.receiving import looking
from services.files.storage import ObjectStorage
from services.kit.auth import TokenVerifier
from services.kit.background import at_work
from services.kit.health import database_answers, health, migrations_at
from services.kit.http import create_app
from services.kit.inbox import consumer
from services.kit.ops import ops
from services.reads.api import routes as reads
from services.reads.telling import Telling
from services.replicas.standby import with_standby
from services.rotation import Followed, following

HEAD = "0014"
CONCEPTS = (
    sign_in,
    sessions,
    second_factor,
    delegations,
    organisations,
    regions,
    industries,
    records,
    evidence,
    evidence_files,
    people,
    unremembered,
    employments,
    employer_change,
    roles,
    directory,
    readers,
    reader_contacts,
    learning,
    standings,
    question_banks,
    question_files,
    protocol,
    page,
    callback,
    clients,
    imports,
    import_files,
)
"""The operations of each concept; of two that fit a path, the first answers."""


def create(
    settings: Settings,
    *,
    verifier: TokenVerifier | None = None,
    transports: Mapping[str, httpx.AsyncBaseTransport] | None = None,
) -> FastAPI:
    """The application. It calls no neighbour, so `transports` are not used; its policies are read here.

    Raises:
        PolicyError: a policy file cannot be used; with file, line and reason.
        ValueError: a key or secret in the settings cannot be read.
    """
    del transports
    installation = Installation.of(settings)
    app = create_app(
        settings,
        service="accounts",
        title="Accounts",
        description="Organisations and who may create them, people, roles, sign-in, and the online test.",
        routers=[health, ops, reads, consumer({}), *CONCEPTS],
        verifier=verifier or TokenVerifier(installation.signer),
        ready={
            "database": database_answers,
            "migrations": migrations_at(HEAD),
            "policy": _policy_loaded,
        },
        lifespan=with_standby(settings, _working),
        streaming=(IMPORT_FILES, EVIDENCE_FILES, QUESTION_FILES),
    )
    app.state.installation = installation
    app.state.storage = ObjectStorage(settings.storage_url)
    app.state.looking = looking(settings.clamav)
    return app


@asynccontextmanager
async def _working(app: FastAPI) -> AsyncIterator[None]:
    """What the process does by itself while it serves."""
    settings: Settings = app.state.settings
    database, installation, simulated = app.state.db, app.state.installation, settings.simulated_clock
    app.state.telling = Telling(database)
    app.state.sweep = Sweep(database, installation, simulated=simulated)
    papers = partial(judging.sweep, database, installation, simulated=simulated)
    sessions = partial(sweeping.sweep, database, installation, simulated=simulated)
    files = partial(sweep_files, database, app.state.storage)
    async with (
        at_work("closing papers", papers, every=settings.close_papers_every_seconds),
        at_work("sweeping sessions", sessions, every=settings.sweep_seconds),
        at_work("sweeping files", files, every=settings.sweep_seconds),
        at_work("changes of employer", app.state.sweep.all, every=settings.sweep_changes_every_seconds),
        working(installation, settings),
        following(
            settings.signing_keys_file,
            Followed("signing keys", settings.keys_at_hand, installation.signer.take),
            every=settings.signing_keys_every_seconds,
        ),
    ):
        yield


async def _policy_loaded(app: FastAPI) -> str | None:
    return None if app.state.installation.policies else "no policy is loaded"
