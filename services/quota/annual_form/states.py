"""Where an annual review form stands, what can be done with it, and the cells of its table (附件2)."""

from collections.abc import Mapping

from services.kit.words import Word


class FormState(Word):
    """Where a form stands."""

    DRAFT = "DRAFT", "填报中"
    AT_AUTHORITY = "AT_AUTHORITY", "主管部门审核中"
    AT_HRSS = "AT_HRSS", "同级人社部门审核中"
    RETURNED = "RETURNED", "退回单位修改"
    APPROVED = "APPROVED", "已审核备案"
    SUPERSEDED = "SUPERSEDED", "已被新版本替代"


OPEN = (FormState.DRAFT, FormState.AT_AUTHORITY, FormState.AT_HRSS, FormState.RETURNED)
"""States of a form that is on its way; a unit has at most one such form a year."""


class Action(Word):
    """What can be done with a form."""

    FILL = "FILL", "填写"
    SUBMIT = "SUBMIT", "报送"
    AUTHORITY_PASS = "AUTHORITY_PASS", "主管部门审核通过"
    AUTHORITY_RETURN = "AUTHORITY_RETURN", "主管部门退回"
    APPROVE = "APPROVE", "人社部门审核备案"
    RETURN = "RETURN", "人社部门退回"
    SUPERSEDE = "SUPERSEDE", "由新版本替代"


class Cell(Word):
    """A row of the table; with a level it names one cell."""

    APPROVED = "approved", "人社部门核准岗位数"
    EMPLOYED = "employed", "人员聘任数"
    VACANT = "vacant", "空缺岗位数"
    QUALIFIED_NOT_EMPLOYED = "qualified_not_employed", "已取得资格未聘人数"
    EXITS = "exits", "本年度退出人数"
    DECLARABLE = "declarable", "职称申报数"


CELLS = frozenset(Cell)
TYPED = (Cell.APPROVED, Cell.EMPLOYED, Cell.QUALIFIED_NOT_EMPLOYED, Cell.EXITS)
"""Cells that the unit fills in; the others, and all totals, follow from them (附件2 说明2)."""


class Party(Word):
    """Who signs the form and keeps one of its four copies (附件2 说明1)."""

    UNIT = "UNIT", "事业单位"
    AUTHORITY = "AUTHORITY", "主管部门"
    HRSS = "HRSS", "人社部门"
    COMMITTEE_OFFICE = "COMMITTEE_OFFICE", "职称评审办事机构"


SIGNS: Mapping[str, Party] = {
    Action.SUBMIT: Party.UNIT,
    Action.AUTHORITY_PASS: Party.AUTHORITY,
    Action.APPROVE: Party.HRSS,
}
"""The step by which a party signs; the committee office takes its copy with the first declaration it accepts."""
STAND: Mapping[str, frozenset[Party]] = {
    FormState.DRAFT: frozenset(),
    FormState.RETURNED: frozenset(),
    FormState.AT_AUTHORITY: frozenset({Party.UNIT}),
    FormState.AT_HRSS: frozenset({Party.UNIT, Party.AUTHORITY}),
    FormState.APPROVED: frozenset(Party),
    FormState.SUPERSEDED: frozenset(Party),
}
"""Whose signatures stand in a state: a return takes away those of whom it goes back to, and of all above."""
