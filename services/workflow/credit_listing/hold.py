"""What a platform's answer stops of a declaration: its acceptance, and after a late one agenda, publicity and filing.

The reviews before go on: a wrong hit is settled meanwhile, and costs nobody the time of the year's run.
"""

from services.kit.steps import Broken, concerning, rule
from services.workflow.declaration.case import Case


def _is_listed(case: Case) -> bool:
    return bool(case.listings)


def _is_asked(case: Case) -> bool:
    return bool(case.awaited)


@concerning(_is_listed)
@rule(
    "CREDIT_LISTED",
    article="credit_listed",
    zh="信用平台列为限制对象的，限制期内不得受理、提交评审、公示或备案",
    en="Who is listed as barred by a credit platform is not accepted.",
)
def not_listed(case: Case) -> list[Broken]:
    """Who is listed as barred is not accepted; a listing that has ended, or was set aside, stops nothing (一（八）)."""
    return [
        Broken(
            f"{each.platform}依据{each.document}列为限制对象，{f'至 {each.until}' if each.until else '未定终止日'}；"
            "本人有异议的，可向该平台提出，或者凭证明材料请省人力资源社会保障厅以文件决定不予采信",
            f"{each.platform} lists the person as barred by {each.document}, "
            f"{f'until {each.until}' if each.until else 'without an end'}; whoever is listed may object at the platform, "
            "or show the provincial HRSS what proves the contrary: by a document it sets the listing aside.",
        )
        for each in case.listings
    ]


@concerning(_is_asked)
@rule(
    "CREDIT_ANSWER_AWAITED",
    article="credit_answer_awaited",
    zh="受理前已查询信用平台的，在期限内等待其答复",
    en="What a credit platform answers is waited for, for some days.",
)
def not_awaited(case: Case) -> list[Broken]:
    """A platform that was asked is waited for, and no longer than the policy says (一（八）)."""
    return [
        Broken(
            f"{each.platform}尚未答复，请在其答复后办理；至 {each.until} 仍未答复的，不影响受理",
            f"{each.platform} has not answered yet; wait for it, until {each.until} at the latest.",
        )
        for each in case.awaited
    ]
