"""The rules by which the committee's office accepts: the criteria are met, and a person has judged what no machine can."""

from services.kit.steps import Broken, rule
from services.workflow.declaration.case import Case


@rule(
    "CRITERIA_NOT_MET",
    article="criteria_in_force",
    zh="受理的申报应逐项符合所适用的评审条件",
    en="What is accepted meets every item of its criteria.",
)
def criteria_met(case: Case) -> tuple[Broken, ...]:
    """What is accepted meets every item of its criteria (一（一）)."""
    return case.criteria.unmet


@rule(
    "CRITERIA_NOT_JUDGED",
    article="each_answers",
    zh="系统不能判断的评审条件，由评委会办事机构逐项判断并说明理由",
    en="The office judges every item that no machine can, with a note.",
)
def criteria_judged(case: Case) -> tuple[Broken, ...]:
    """The office judges every item that no machine can (三（一）)."""
    return case.criteria.unjudged


@rule(
    "JUDGEMENT_NOT_ASKED",
    article="each_answers",
    zh="只对须由人工判断的评审条件作出判断",
    en="The office judges where a person is to judge, and nowhere else.",
)
def judgements_asked(case: Case) -> tuple[Broken, ...]:
    """The office judges where a person is to judge, and nowhere else (三（一）)."""
    return case.criteria.unasked
