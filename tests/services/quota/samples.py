"""Units with posts, written straight into the tables: many at once, each figure at will."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.quota.annual_form.model import AnnualForm, FormColumn, FormExit
from services.quota.contract import PostPool, TitleLevel
from services.quota.decision.model import DecisionLevel, PostDecision
from services.quota.ledger.model import CountedPerson, Ledger
from services.quota.reservation.model import Reservation
from services.quota.targeted.model import TargetedLevel, TargetedPlan
from services.quota.unit.model import UnitCard
from tests.services.quota.bodies import YEAR

Column = tuple[int, int, int]
"""Approved, employed, qualified but not employed."""
ROOT = UUID(int=1)


@dataclass(frozen=True)
class Claimed:
    """A recommendation of somebody who is in the figures of a level: in a post of it, or waiting for one."""

    pool: PostPool
    level: TitleLevel
    known_at: TitleLevel | None = None
    state: str = "HELD"
    in_post: bool = True
    person_id: UUID = field(default_factory=uuid4)

    @property
    def is_live(self) -> bool:
        """Whether it takes a place."""
        return self.state in {"HELD", "CONFIRMED"}


@dataclass(frozen=True)
class Sample:
    """One unit; without `form` none of its forms is approved, without `plan` it has no targeted posts."""

    form: Mapping[TitleLevel, Column] | None = None
    exits: Mapping[TitleLevel, int] = field(default_factory=dict)
    decided: Mapping[TitleLevel, int] | None = None
    plan: Mapping[TitleLevel, Column] | None = None
    claims: Sequence[Claimed] = ()
    region: str = "632521"
    level: str = "COUNTY"
    nature: str | None = "PUBLIC_INSTITUTION"
    industry: str | None = None
    in_use: bool = True
    hrss: tuple[UUID, ...] = (ROOT,)
    unit_id: UUID = field(default_factory=uuid4)

    @property
    def lineage(self) -> list[UUID]:
        """From the root down to the unit."""
        return [*self.hrss, self.unit_id]


async def write(tx: AsyncSession, samples: Sequence[Sample]) -> None:
    """Keep them."""
    rows: dict[type, list[dict[str, Any]]] = {
        kind: []
        for kind in (
            *(UnitCard, AnnualForm, FormColumn, FormExit, PostDecision, DecisionLevel),
            *(TargetedPlan, TargetedLevel, Ledger, CountedPerson, Reservation),
        )
    }
    for each in samples:
        rows[UnitCard].append(_card(each))
        if each.form is not None:
            _form(each, rows)
        if each.plan is not None:
            _plan(each, rows)
        for claimed in each.claims:
            _claim(each, claimed, rows)
    for kind, every in rows.items():
        if every:
            await tx.execute(insert(kind), every)


def _card(sample: Sample) -> dict[str, Any]:
    return {
        "unit_id": sample.unit_id,
        "name": f"单位{sample.unit_id.hex[:6]}",
        "region_code": sample.region,
        "level": sample.level,
        "nature": sample.nature,
        "industry": sample.industry,
        "in_use": sample.in_use,
        "lineage": sample.lineage,
        "hrss_id": sample.hrss[-1],
    }


def _head(sample: Sample) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "province": "qinghai",
        "unit_id": sample.unit_id,
        "year": YEAR,
        "lineage": sample.lineage,
        "hrss_id": sample.hrss[-1],
    }


def _typed(column: Column) -> dict[str, int]:
    return dict(zip(("approved", "employed", "qualified_not_employed"), column, strict=True))


def _form(sample: Sample, rows: dict[type, list[dict[str, Any]]]) -> None:
    form = {**_head(sample), "revision": 1, "state": "APPROVED"}
    rows[AnnualForm].append(form)
    assert sample.form is not None
    for level in TitleLevel:
        typed = _typed(sample.form.get(level, (0, 0, 0)))
        rows[FormColumn].append({"form_id": form["id"], "level": level, "exits": 0, **typed})
        for _ in range(sample.exits.get(level, 0)):
            proof = {"name": "某人", "post": "某岗", "reason": "退休", "document": "文"}
            left = {"movement_id": uuid4(), "left_on": date(YEAR, 3, 1), **proof}
            rows[FormExit].append({"form_id": form["id"], "level": level, **left})
    ledger = {"unit_id": sample.unit_id, "year": YEAR, "pool": PostPool.GENERAL, "form_id": form["id"]}
    rows[Ledger].append({**ledger, "decision_id": _decision(sample, rows), "targeted_plan_id": None})


def _decision(sample: Sample, rows: dict[type, list[dict[str, Any]]]) -> UUID | None:
    if sample.decided is None:
        return None
    told = {"document_no": "文号", "decided_on": date(YEAR, 3, 1), "reason": "精简", "actor_name": "某人"}
    decision = {**_head(sample), "state": "IN_FORCE", **told}
    rows[PostDecision].append(decision)
    rows[DecisionLevel] += [
        {"decision_id": decision["id"], "level": level, "declarable": number}
        for level, number in sample.decided.items()
    ]
    found: UUID = decision["id"]
    return found


def _plan(sample: Sample, rows: dict[type, list[dict[str, Any]]]) -> None:
    told = {"row_code": "COUNTIES_1", "headcount": 0, "senior_posts": 0, "middle_posts": 0}
    plan = {**_head(sample), "revision": 1, "state": "IN_FORCE", "document_no": "文号", "actor_name": "某人"}
    rows[TargetedPlan].append({**plan, **told})
    assert sample.plan is not None
    rows[TargetedLevel] += [
        {"plan_id": plan["id"], "level": level, **_typed(column)} for level, column in sample.plan.items()
    ]
    ledger = {"unit_id": sample.unit_id, "year": YEAR, "pool": PostPool.TARGETED, "form_id": None}
    rows[Ledger].append({**ledger, "decision_id": None, "targeted_plan_id": plan["id"]})


def _claim(sample: Sample, claimed: Claimed, rows: dict[type, list[dict[str, Any]]]) -> None:
    head = {key: value for key, value in _head(sample).items() if key != "hrss_id"}
    told = {"person_kind": "ON_ESTABLISHMENT", "recommendation_id": uuid4(), "asked_at": date(YEAR, 3, 1)}
    exempt = "AID_QINGHAI" if claimed.state == "EXEMPT" else None
    wish = {"pool": claimed.pool, "level": claimed.level, "state": claimed.state, "exempt_by": exempt}
    rows[Reservation].append({**head, **told, **wish, "person_id": claimed.person_id})
    counted_by = next(
        (
            each["form_id"] or each["targeted_plan_id"]
            for each in rows[Ledger]
            if (each["unit_id"], each["pool"]) == (sample.unit_id, claimed.pool)
        ),
        None,
    )
    if claimed.known_at is not None and counted_by is not None:
        known = {"level": claimed.known_at, "in_post": claimed.in_post}
        row = {"counted_by": counted_by, "person_id": claimed.person_id, **known}
        if row not in rows[CountedPerson]:
            rows[CountedPerson].append(row)
