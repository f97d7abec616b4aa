"""The data of the signs' chart: a row for each reviewer or organisation, a bar for each sign."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.workflow.supervision.indicator_schemas import PARTS, shares
from services.workflow.supervision.policy import Signs
from services.workflow.supervision.states import Group, Sign

TITLE, NOTHING = "审核“一键推送”风险指标", "该期间没有审核通过记录"
NOTE = (
    "指标仅供核查参考，不单独作为认定依据。本轮未打开：通过时有效、审核人在本轮未再打开的材料；一闪而过：打开不足 {brief} 秒；"
    "连续快速：与上一件通过相隔不足 {sequence} 秒；雷同：与其他申报相同的审核意见。"
)


def chart(
    rows: Sequence[Mapping[str, Any]],
    of: Group,
    since: date,
    until: date,
    names: Mapping[UUID, str],
    signs: Signs,
) -> dict[str, Any]:
    """The data of the template."""
    return {
        "title": TITLE,
        "subtitle": f"按{of.zh} · {since} 至 {until} · 通过最多的 {len(rows)} 个",
        "nothing": NOTHING,
        "note": NOTE.format(brief=signs.brief_seconds, sequence=signs.sequence_seconds),
        "approved": "通过（件）",
        "signs": [{"key": each.lower(), "zh": each.zh} for each in Sign],
        "rows": [_row(each, of, names) for each in rows],
    }


def _row(found: Mapping[str, Any], of: Group, names: Mapping[UUID, str]) -> dict[str, Any]:
    place = names.get(found["organisation_id"], "—")
    told = shares(found)
    cells = {}
    for sign, (part, whole) in PARTS.items():
        share = told[f"{sign.lower()}_share"]
        figure = "—" if share is None else f"{share:.0%}"
        cells[sign.lower()] = {"share": share or 0, "told": figure, "of": f"{found[part]}/{found[whole]}"}
    reviewer = of is Group.REVIEWER
    return {
        "name": found["reviewer_name"] if reviewer else place,
        "under": place if reviewer else "",
        "approvals": found["approvals"],
        "cells": cells,
    }
