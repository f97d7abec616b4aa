"""The rules of answering to a return: what came back to a level is answered by it, item by item."""

from services.kit.steps import Broken, rule
from services.workflow.declaration.case import Case


@rule(
    "RETURNED_ITEM_NOT_ANSWERED",
    article="return_level_by_level",
    zh="上级退回的每一项，须逐项答复或继续退回下一级后，方可再次上报",
    en="What came back from above is answered item by item, or returned to the level below, before it is passed on again.",
)
def returned_answered(case: Case) -> list[Broken]:
    """What came back from above is answered item by item before it is passed on again (三（一）).

    The answer to a material is the new verdict on it, which every reviewer gives anyway.
    """
    answered = {each.item for each in case.answers} | {each.item for each in case.filled_in.documents}
    return [
        Broken(
            f"尚未答复上级退回的“{case.named(each.item)}”：{each.reason}",
            f"{each.item} came back and is not answered: {each.reason}",
            f"answers.{each.item}",
        )
        for each in case.returned
        if each.item not in answered
    ]


@rule(
    "ANSWER_WITHOUT_RETURN",
    article="return_level_by_level",
    zh="只答复上级退回的事项",
    en="Only what came back from above is answered.",
)
def answers_asked_for(case: Case) -> list[Broken]:
    """Only what came back from above is answered (三（一）)."""
    asked = {each.item for each in case.returned}
    return [
        Broken(
            f"上级没有退回“{case.named(each.item)}”",
            f"{each.item} did not come back.",
            f"answers.{number}.item",
        )
        for number, each in enumerate(case.answers)
        if each.item not in asked
    ]
