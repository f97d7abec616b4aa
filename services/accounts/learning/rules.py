"""What an answered paper must hold before it is judged (二（三）)."""

from services.accounts.learning.states import Paper
from services.kit.steps import Broken, rule

TOLD_AT_MOST = 20


@rule(
    "EVERY_QUESTION_ANSWERED",
    article="online_test",
    zh="每一题都应作答",
    en="Every question is answered.",
)
def every_question_answered(paper: Paper) -> Broken | None:
    """A paper is judged whole."""
    missing = [key for key in paper.right if not paper.answers.get(key)]
    if not missing:
        return None
    named = "、".join(missing)
    return Broken(
        f"还有 {len(missing)} 题未作答：{named}",
        f"{len(missing)} questions are unanswered: {named}.",
        "answers",
    )


@rule(
    "ANSWERS_BELONG_TO_PAPER",
    article="online_test",
    zh="只能回答本卷的题目，并从其选项中选择；单选题、判断题只选一项",
    en="Answers are options of the paper's own questions, one unless several are asked for.",
)
def answers_belong_to_paper(paper: Paper) -> Broken | None:
    """No answer to another question, none that is no option, not two where one is asked for."""
    strange = [
        key
        for key, chosen in paper.answers.items()
        if not set(chosen) <= set(paper.options.get(key, ())) or (key in paper.single and len(chosen) > 1)
    ]
    if not strange:
        return None
    named = "、".join(strange[:TOLD_AT_MOST])
    return Broken(
        f"以下作答不属于本卷题目或选项：{named}", f"These are not of this paper: {named}.", "answers"
    )
