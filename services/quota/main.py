"""The quota service: its application, put together."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial

import httpx
from fastapi import APIRouter, FastAPI

from services.kit.auth import RemoteKeys, TokenVerifier
from services.kit.background import at_work
from services.kit.health import database_answers, health, migrations_at
from services.kit.http import create_app
from services.kit.inbox import consumer
from services.kit.ops import ops
from services.kit.steps import articles_used
from services.neighbours import connected
from services.quota import neighbours, policy, worker
from services.quota.annual_form import service as form_service
from services.quota.annual_form.api import routes as annual_forms
from services.quota.annual_form.rules import LEDGER_RULES, TABLE_RULES
from services.quota.annual_form.steps import STEPS as FORM_STEPS
from services.quota.decision import service as decision_service
from services.quota.decision.api import routes as post_decisions
from services.quota.decision.steps import STEPS as DECISION_STEPS
from services.quota.figures import FIGURES
from services.quota.ledger import working as ledger_working
from services.quota.ledger.api import routes as availability
from services.quota.line.events import TreeListener
from services.quota.overview.api import charts
from services.quota.overview.api import routes as overview
from services.quota.overview.links import CHARTS
from services.quota.printing.api import routes as papers
from services.quota.printing.links import PAPERS
from services.quota.printing.service import RatioTables
from services.quota.ratio import rules as ratio_rules
from services.quota.ratio.api import routes as ratios
from services.quota.recalculation import service as recalculation_service
from services.quota.recalculation import worker as recalculating
from services.quota.recalculation.api import recalculations, standings
from services.quota.recalculation.steps import STEPS as RECALCULATION_STEPS
from services.quota.reservation import service as reservation_service
from services.quota.reservation.api import routes as reservations
from services.quota.reservation.events import Listener
from services.quota.reservation.steps import STEPS as RESERVATION_STEPS
from services.quota.settings import Settings
from services.quota.staffing import rules as staffing_rules
from services.quota.staffing.api import routes as staffing
from services.quota.staffing_import import service as staffing_import_service
from services.quota.staffing_import.api import files as staffing_files
from services.quota.staffing_import.api import routes as staffing_imports
from services.quota.staffing_import.steps import STEPS as STAFFING_IMPORT_STEPS
from services.quota.targeted import service as targeted_service
from services.quota.targeted.api import routes as targeted_plans
from services.quota.targeted.steps import STEPS as TARGETED_STEPS
from services.quota.unit.events import CardListener
from services.quota.waiting.api import routes as waiting
from services.reads.api import routes as reads
from services.reads.telling import Telling
from services.replicas.standby import with_standby
from services.streaming.pulling import pulled
from services.telemetry.figures import figures

HEAD = "0012"
"""The newest migration of the schema; readiness waits for it."""

DESCRIPTION = "岗位结构比例、年度审核表、可申报岗位与岗位预留 / Ratios, the annual review form, availability, reservations."

CONCEPTS: tuple[APIRouter, ...] = (
    ratios,
    annual_forms,
    availability,
    reservations,
    waiting,
    staffing,
    post_decisions,
    targeted_plans,
    papers,
    staffing_imports,
    staffing_files,
    recalculations,
    standings,
    overview,
    charts,
)
"""One router per concept."""


def articles_named() -> set[str]:
    """Every article key that this service's code names; a policy without one of them is refused at start."""
    modules = (
        form_service,
        ledger_working,
        ratio_rules,
        reservation_service,
        decision_service,
        targeted_service,
        staffing_import_service,
        staffing_rules,
        recalculation_service,
    )
    named = {key for module in modules for key in module.ARTICLES}
    return (
        named
        | {each.article for each in (*TABLE_RULES, *LEDGER_RULES)}
        | articles_used(FORM_STEPS)
        | articles_used(RESERVATION_STEPS)
        | articles_used(DECISION_STEPS)
        | articles_used(TARGETED_STEPS)
        | articles_used(STAFFING_IMPORT_STEPS)
        | articles_used(RECALCULATION_STEPS)
    )


def create(
    settings: Settings,
    *,
    verifier: TokenVerifier | None = None,
    transports: Mapping[str, httpx.AsyncBaseTransport] | None = None,
) -> FastAPI:
    """The application.

    Raises:
        PolicyError: the notice as data is missing or broken; nothing was started.
    """
    policies = policy.load(settings.policies_dir, settings.province, used=articles_named())
    listener = Listener(policies)
    app = create_app(
        settings,
        service="quota",
        title="岗位数额 Quota",
        description=DESCRIPTION,
        routers=[
            health,
            ops,
            reads,
            figures(FIGURES),
            consumer({**listener.handlers(), **TreeListener().handlers(), **CardListener().handlers()}),
            *CONCEPTS,
        ],
        verifier=verifier or TokenVerifier(RemoteKeys(f"{settings.accounts_url}/.well-known/jwks.json")),
        ready={"database": database_answers, "migrations": migrations_at(HEAD), "policy": policy_loaded},
        streaming=("/v1/staffing-files/",),
        links=(PAPERS.path, CHARTS.path),
        lifespan=with_standby(settings, partial(_at_work, settings=settings, transports=transports or {})),
    )
    app.state.policies = policies
    app.state.ratio_tables = RatioTables()
    return app


async def policy_loaded(app: FastAPI) -> str | None:
    """Whether a policy is there to judge by."""
    return None if app.state.policies else "no policy is loaded"


@asynccontextmanager
async def _at_work(
    app: FastAPI, *, settings: Settings, transports: Mapping[str, httpx.AsyncBaseTransport]
) -> AsyncIterator[None]:
    """Keep the ways to the neighbours open, and those who work by themselves at work, while the application lives."""
    async with connected(app, settings, neighbours.parts(settings), transports):
        state = app.state
        state.telling = Telling(state.db)
        state.reconciler = worker.Reconciler(state.db, state.policies, state.workflow, settings)
        state.recalculator = recalculating.Recalculator(state.db, state.policies, state.accounts, settings)
        async with (
            at_work("reconciling", state.reconciler.once, every=settings.reconcile_every_seconds),
            at_work("recalculating", state.recalculator.all, every=settings.recalculation_poll_seconds),
            pulled(app, "quota", settings),
        ):
            yield
