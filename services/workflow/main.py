"""The workflow service: its application, put together."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial

import httpx
from fastapi import APIRouter, FastAPI

from services.files.receiving import looking
from services.files.storage import ObjectStorage
from services.kit.auth import RemoteKeys, TokenVerifier
from services.kit.background import at_work
from services.kit.health import database_answers, health, migrations_at
from services.kit.http import create_app
from services.kit.inbox import consumer
from services.kit.ops import ops
from services.neighbours import connected
from services.reads.api import routes as reads
from services.reads.telling import Telling
from services.replicas.standby import with_standby
from services.rotation import Followed, following
from services.streaming.pulling import pulled
from services.telemetry.figures import figures
from services.workflow import neighbours, policy
from services.workflow.avoidance.api import routes as avoidance
from services.workflow.batch.api import routes as batch
from services.workflow.certificate.api import routes as certificate
from services.workflow.certificate.credential import Signer
from services.workflow.committee.api import routes as committee
from services.workflow.correction.api import routes as correction
from services.workflow.credential.api import routes as credential
from services.workflow.credential.api import well_known
from services.workflow.credential.links import PATH as PAPERS
from services.workflow.credential.page import page
from services.workflow.credential.paper_api import papers
from services.workflow.credit_listing.api import routes as credit_listing
from services.workflow.credit_listing.events import PlatformListener
from services.workflow.criteria.api import routes as criteria
from services.workflow.cycle.api import routes as cycle
from services.workflow.declaration.api import routes as declaration
from services.workflow.declaration.below_api import routes as below_declarations
from services.workflow.declaration.worker import Sweep
from services.workflow.entitlement.api import routes as entitlement
from services.workflow.evaluation.api import routes as evaluation
from services.workflow.figures import FIGURES
from services.workflow.historic.api import FILES as HISTORIC_FILES
from services.workflow.historic.api import files as historic_files
from services.workflow.historic.api import routes as historic
from services.workflow.historic.holder_api import routes as historic_holders
from services.workflow.historic.worker import Worker as HistoricImports
from services.workflow.integrity.api import complaints
from services.workflow.integrity.api import routes as integrity
from services.workflow.integrity.worker import Undecided
from services.workflow.line.events import Listener
from services.workflow.material.api import FILES, SAID, files, going_on
from services.workflow.material.api import routes as material
from services.workflow.material.sweeping import sweep
from services.workflow.meeting.api import ballots
from services.workflow.meeting.api import routes as meeting
from services.workflow.meeting.deliberation_api import LINKS as OF_EXPERTS
from services.workflow.meeting.deliberation_api import files as expert_files
from services.workflow.meeting.deliberation_api import own as own_hearings
from services.workflow.meeting.deliberation_api import routes as deliberation
from services.workflow.publicity.api import routes as publicity
from services.workflow.recognition.api import routes as recognition
from services.workflow.recognition.worker import Unanswered
from services.workflow.recommendation.api import routes as recommendation
from services.workflow.registration.api import routes as registration
from services.workflow.report.api import lodging
from services.workflow.report.api import routes as report
from services.workflow.report.worker import Unchecked
from services.workflow.review_chain.api import routes as worklist
from services.workflow.review_chain.chain_api import routes as chain
from services.workflow.review_chain.worker import Escalation
from services.workflow.route.api import routes as route
from services.workflow.season_report.api import LINKS as SEASON_REPORTS
from services.workflow.season_report.api import papers as season_report_files
from services.workflow.season_report.api import routes as season_report
from services.workflow.season_report.public_api import routes as public_figures
from services.workflow.sending_side.api import routes as sending_side
from services.workflow.settings import Settings
from services.workflow.spot_check.api import routes as spot_check
from services.workflow.supervision.api import routes as supervision
from services.workflow.supervision.indicator_api import LINKS as SIGN_CHARTS
from services.workflow.supervision.indicator_api import charts as sign_charts
from services.workflow.supervision.worker import Uncorrected
from services.workflow.verification.api import routes as verification
from services.workflow.verification.counting import sweep as sweep_counts

HEAD = "0038"
"""The newest migration of the schema; readiness waits for it."""

DESCRIPTION = "职称申报、推荐、审核、评审、公示与发证 / Declaration, recommendation, review, meeting, publicity, certificate."

CONCEPTS: tuple[APIRouter, ...] = (
    cycle,
    batch,
    criteria,
    committee,
    avoidance,
    entitlement,
    route,
    registration,
    recommendation,
    publicity,
    declaration,
    below_declarations,
    sending_side,
    credit_listing,
    evaluation,
    worklist,
    chain,
    material,
    going_on,
    files,
    meeting,
    ballots,
    deliberation,
    own_hearings,
    verification,
    expert_files,
    certificate,
    credential,
    well_known,
    papers,
    page,
    historic,
    historic_files,
    historic_holders,
    recognition,
    correction,
    supervision,
    sign_charts,
    spot_check,
    season_report,
    public_figures,
    season_report_files,
    lodging,
    report,
    complaints,
    integrity,
)
"""One router per concept, in the order of a season."""


def create(
    settings: Settings,
    *,
    verifier: TokenVerifier | None = None,
    transports: Mapping[str, httpx.AsyncBaseTransport] | None = None,
) -> FastAPI:
    """The application.

    Raises:
        PolicyError: the notice as data is missing or broken; nothing was started.
        ValueError: no key to sign certificates with.
    """
    policies = policy.load(settings.policies_dir, settings.province)
    listener = Listener(policies, settings.province)
    heard = {**listener.handlers(), **PlatformListener(policies, settings.province).handlers()}
    signer = Signer.from_settings(settings.keys_at_hand())
    app = create_app(
        settings,
        service="workflow",
        title="职称申报评审 Workflow",
        description=DESCRIPTION,
        routers=[health, ops, reads, figures(FIGURES), consumer(heard), *CONCEPTS],
        verifier=verifier or TokenVerifier(RemoteKeys(f"{settings.accounts_url}/.well-known/jwks.json")),
        ready={"database": database_answers, "migrations": migrations_at(HEAD), "policy": policy_loaded},
        lifespan=with_standby(
            settings, partial(working, policies=policies, settings=settings, transports=transports or {})
        ),
        streaming=(*FILES, *HISTORIC_FILES),
        links=(*SAID, *OF_EXPERTS, PAPERS, *SEASON_REPORTS, *SIGN_CHARTS),
    )
    listener.of(app)
    app.state.policies = policies
    app.state.signer = signer
    app.state.storage = ObjectStorage(settings.storage_url)
    app.state.looking = looking(settings.clamav)
    return app


@asynccontextmanager
async def working(
    app: FastAPI,
    *,
    policies: policy.Policies,
    settings: Settings,
    transports: Mapping[str, httpx.AsyncBaseTransport],
) -> AsyncIterator[None]:
    """What the process keeps and does by itself while it serves."""
    database, simulated = app.state.db, settings.simulated_clock
    of = (database, policies, settings.province)
    app.state.telling = Telling(database)
    app.state.sweep = Sweep(database, policies, simulated=simulated)
    app.state.escalation = Escalation(*of, simulated=simulated)
    app.state.uncorrected = Uncorrected(*of, simulated=simulated)
    app.state.unchecked = Unchecked(*of, simulated=simulated)
    app.state.undecided = Undecided(*of, simulated=simulated)
    sealer, accounts = app.state.sealer, partial(getattr, app.state, "accounts")
    app.state.historic = HistoricImports(*of, sealer, accounts, simulated=simulated)
    app.state.unanswered = Unanswered(*of, simulated=simulated)
    forsaken = partial(sweep, database, app.state.storage)
    counts = partial(sweep_counts, database)
    keys = Followed("credential keys", settings.keys_at_hand, app.state.signer.take)
    async with (
        connected(app, settings, neighbours.parts(settings), transports),
        at_work("lapsing", app.state.sweep.once, every=settings.sweep_seconds),
        at_work("sweeping files", forsaken, every=settings.sweep_seconds),
        at_work("sweeping counts", counts, every=settings.sweep_seconds),
        following(settings.credential_keys_file, keys, every=settings.credential_keys_every_seconds),
        at_work("escalating", app.state.escalation.once, every=settings.escalation_seconds),
        at_work("historic imports", app.state.historic.all, every=settings.import_seconds),
        at_work("corrections", app.state.uncorrected.once, every=settings.escalation_seconds),
        at_work("reports", app.state.unchecked.once, every=settings.escalation_seconds),
        at_work("integrity cases", app.state.undecided.once, every=settings.escalation_seconds),
        at_work("recognitions", app.state.unanswered.once, every=settings.escalation_seconds),
        pulled(app, "workflow", settings),
    ):
        yield


async def policy_loaded(app: FastAPI) -> str | None:
    """Whether a policy is there to judge by."""
    return None if len(app.state.policies) else "no policy is loaded"
