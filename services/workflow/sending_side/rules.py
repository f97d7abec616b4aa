"""The rules of the sending side's agreement."""

from services.kit.steps import Broken, concerning, rule
from services.workflow.declaration.case import Case
from services.workflow.sending_side.states import SendingBody


def _is_sent(case: Case) -> bool:
    return case.sending is not None


@concerning(_is_sent)
@rule(
    "SENDING_SIDE_NOT_AGREED",
    article="sending_side_agrees",
    zh="援青人才的申报须经派出单位组织人事部门及主管部门签署同意意见并盖章后上报",
    en="An aid-Qinghai talent's declaration goes up when both bodies of the sending side have agreed.",
)
def sending_side_agreed(case: Case) -> list[Broken]:
    """An aid-Qinghai talent's declaration goes up when both bodies of the sending side have agreed (二（四）1（1）)."""
    side = case.sending
    if side is None:
        return []
    refused = [
        Broken(f"{each.zh}不同意申报", f"{each} of the sending side does not agree.", "sending_opinions")
        for each in SendingBody
        if each in side.against
    ]
    unheard = [
        Broken(
            f"尚未登记{each.zh}的同意意见",
            f"No opinion of {each} of the sending side is recorded.",
            "sending_opinions",
        )
        for each in SendingBody
        if each not in side.against | side.agreed
    ]
    return [*refused, *unheard]
