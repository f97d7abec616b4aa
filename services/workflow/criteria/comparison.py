"""Criteria of a region or unit beside the provincial ones, item by item (一（三）1).

Items are the same where their codes are. What a machine cannot weigh, the wording, is for the province to approve.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from services.kit.steps import Broken
from services.workflow.criteria.schemas import GateIn, MenuIn


class Conditions(Protocol):
    """What can be compared: gates and menus as they are kept."""

    @property
    def gates(self) -> list[dict[str, Any]]:
        """What must hold, all of it."""
        ...

    @property
    def menus(self) -> list[dict[str, Any]]:
        """What to choose from."""
        ...


def lower(local: Conditions, provincial: Conditions) -> tuple[Broken, ...]:
    """Every item in which `local` falls short of `provincial`; empty where it is at least as high."""
    return (*_lower_gates(local, provincial), *_lower_menus(local, provincial))


def _lower_gates(local: Conditions, provincial: Conditions) -> Iterator[Broken]:
    own: Mapping[str, GateIn] = {
        each.code: each for each in (GateIn.model_validate(gate) for gate in local.gates)
    }
    for wanted in (GateIn.model_validate(gate) for gate in provincial.gates):
        field = f"gates.{wanted.code}"
        gate = own.get(wanted.code)
        if gate is None:
            yield Broken(
                f"缺少全省条件“{wanted.code}”（{wanted.text}）",
                f"The provincial gate {wanted.code} is missing.",
                field,
            )
            continue
        yield from _lower_threshold(gate, wanted, field)
        if dropped := sorted(set(wanted.evidence) - set(gate.evidence)):
            yield Broken(
                f"条件“{wanted.code}”缺少全省要求的佐证类别 {'、'.join(dropped)}",
                f"Gate {wanted.code} no longer asks for evidence {', '.join(dropped)}.",
                f"{field}.evidence",
            )


def _lower_threshold(gate: GateIn, wanted: GateIn, field: str) -> Iterator[Broken]:
    if wanted.at_least is None:
        return
    asked = f"{wanted.fact or ''} ≥ {wanted.at_least:g}{wanted.unit or ''}"
    if gate.at_least is None or (gate.fact, gate.unit) != (wanted.fact, wanted.unit):
        yield Broken(
            f"条件“{wanted.code}”没有按全省标准（{asked}）设定",
            f"Gate {wanted.code} sets no threshold that compares with the provincial {asked}.",
            f"{field}.at_least",
        )
    elif gate.at_least < wanted.at_least:
        yield Broken(
            f"条件“{wanted.code}”为 {gate.at_least:g}{gate.unit or ''}，低于全省标准（{asked}）",
            f"Gate {wanted.code} asks for {gate.at_least:g}, less than the provincial {asked}.",
            f"{field}.at_least",
        )
    elif more := sorted(set(gate.fields) - set(wanted.fields)):
        yield Broken(
            f"条件“{wanted.code}”列出了全省标准没有的专业 {'、'.join(more)}",
            f"Gate {wanted.code} accepts fields that the provincial one does not: {', '.join(more)}.",
            f"{field}.fields",
        )


def _lower_menus(local: Conditions, provincial: Conditions) -> Iterator[Broken]:
    own = {each.code: each for each in (MenuIn.model_validate(menu) for menu in local.menus)}
    for wanted in (MenuIn.model_validate(menu) for menu in provincial.menus):
        menu, field = own.get(wanted.code), f"menus.{wanted.code}"
        if menu is None:
            yield Broken(
                f"缺少全省菜单“{wanted.code}”（{wanted.text}）",
                f"The provincial menu {wanted.code} is missing.",
                field,
            )
        elif menu.need < wanted.need:
            yield Broken(
                f"菜单“{wanted.code}”只要求 {menu.need} 项，全省要求 {wanted.need} 项",
                f"Menu {wanted.code} asks for {menu.need}, the provincial one for {wanted.need}.",
                f"{field}.need",
            )
