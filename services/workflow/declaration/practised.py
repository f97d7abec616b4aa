"""The specialty declared is the one practised in the post, whatever the field of the degree, where the series says so.

The degree's field itself refuses nothing here; criteria may ask for it as one of their conditions (一（五）3).
"""

from services.kit.steps import Broken, concerning, rule
from services.workflow.declaration.case import Case
from services.workflow.declaration.rules import counts


def _asks(case: Case) -> bool:
    return case.practised is not None


@concerning(_asks)
@rule(
    "SPECIALTY_NOT_PRACTISED",
    article="specialty_practised",
    zh="工程系列的申报专业应与本人从事专业（岗位）一致",
    en="In engineering the specialty declared is the one practised in the post.",
)
def post_of_specialty(case: Case) -> Broken | None:
    """The specialty declared is the one practised in the post, where the series asks for that (一（五）3)."""
    basic, wanted = case.filled_in.content.basic, case.practised
    if wanted is None or basic is None or basic.specialty_practised == wanted:
        return None
    told = basic.specialty_practised
    return Broken(
        f"申报专业为“{wanted}”，现从事专业{f'为“{told}”' if told else '未填写'}",
        f"The specialty declared is {wanted}; {f'the post is of {told}' if told else 'that of the post is not told'}.",
        "content.basic.specialty_practised",
    )


@concerning(_asks)
@rule(
    "ACHIEVEMENT_OF_OTHER_SPECIALTY",
    article="specialty_practised",
    zh="工程系列的业绩成果应与所申报的从事专业（岗位）一致",
    en="In engineering the achievements are of the specialty declared.",
)
def achievements_of_specialty(case: Case) -> list[Broken]:
    """Every achievement that counts is of the specialty declared, where the series asks for that (一（五）3)."""
    form, wanted = case.filled_in, case.practised
    return [
        _foreign(number, each.title, each.specialty, wanted)
        for number, each in enumerate(form.content.achievements)
        if wanted is not None and each.specialty != wanted and counts(each.obtained_on, form)
    ]


def _foreign(number: int, title: str, told: str | None, wanted: str) -> Broken:
    return Broken(
        f"“{title}”{f'属于“{told}”' if told else '未填写所属专业'}，申报专业为“{wanted}”",
        f"{title} is {f'of {told}' if told else 'of no specialty told'}; the specialty declared is {wanted}.",
        f"content.achievements.{number}.specialty",
    )
