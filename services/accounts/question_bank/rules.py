"""What a version of the questions must hold before anyone is tested by it (二（三））."""

from collections import Counter
from collections.abc import Callable, Iterable

from services.accounts.question_bank.question import Question
from services.accounts.question_bank.states import Bank, Kind
from services.kit.steps import Broken, rule

FEWEST_OPTIONS = 2
TOLD_AT_MOST = 20
"""A sheet with a slipped column has hundreds of faults; the first are enough to see it."""


def _each(bank: Bank, wrong: Callable[[Question], tuple[str, str] | None]) -> list[Broken]:
    """A fault a question, with the place of the question in the list as its field."""
    told = ((place, each, wrong(each)) for place, each in enumerate(bank.questions))
    found = [
        Broken(
            f"第{place + 1}题（{each.id}）{said[0]}", f"Question {each.id} {said[1]}.", f"questions.{place}"
        )
        for place, each, said in told
        if said is not None
    ]
    return found[:TOLD_AT_MOST]


def _named(ids: Iterable[str]) -> str:
    return "、".join(sorted(ids))


@rule(
    "QUESTION_WHOLE",
    article="online_test",
    zh="每题都有题干、解析和依据条款，且每个选项都有文字",
    en="Every question has its text, explanation and article, and every option its words.",
)
def question_whole(bank: Bank) -> list[Broken]:
    """Who answered wrongly is told where to read on, so no article may be missing."""

    def wrong(each: Question) -> tuple[str, str] | None:
        told = {"题干": each.text, "解析": each.explanation, "依据": each.cite}
        empty = [name for name, value in told.items() if not value]
        empty += [f"选项 {key}" for key, words in each.options.items() if not words]
        return (f"缺少{'、'.join(empty)}", "is not whole") if empty else None

    return _each(bank, wrong)


@rule(
    "ANSWER_AMONG_OPTIONS",
    article="online_test",
    zh="答案须在选项之中；单选题、判断题有且仅有一个答案，判断题有两个选项",
    en="Answers are among the options; one where one is asked for, and true or false has two options.",
)
def answer_among_options(bank: Bank) -> list[Broken]:
    """A question that cannot be answered rightly would fail everybody."""

    def wrong(each: Question) -> tuple[str, str] | None:
        strange = set(each.answer) - set(each.options)
        if strange:
            return f"的答案 {_named(strange)} 不在选项之中", "has an answer that is no option"
        if len(each.options) < FEWEST_OPTIONS:
            return "选项不足两个", "has fewer than two options"
        if not each.answer or (each.kind is not Kind.MULTIPLE and len(each.answer) != 1):
            return f"（{each.kind.zh}）的答案个数不符", "has too few or too many answers for its kind"
        if each.kind is Kind.TRUE_FALSE and len(each.options) != FEWEST_OPTIONS:
            return "是判断题，应有两个选项", "is true or false and has other than two options"
        return None

    return _each(bank, wrong)


@rule(
    "QUESTION_IDS_UNIQUE",
    article="online_test",
    zh="题目编号不得重复",
    en="No two questions have the same id.",
)
def ids_unique(bank: Bank) -> Broken | None:
    """Answers name questions by their id."""
    twice = [key for key, times in Counter(each.id for each in bank.questions).items() if times > 1]
    if not twice:
        return None
    return Broken(
        f"题目编号重复：{_named(twice[:TOLD_AT_MOST])}",
        f"Two questions have the same id: {_named(twice)}.",
        "questions",
    )


@rule(
    "ENOUGH_QUESTIONS",
    article="online_test",
    zh="题目数量应满足组卷要求",
    en="There are as many questions as a paper asks, of every topic.",
)
def enough_questions(bank: Bank) -> list[Broken]:
    """Of every topic as many as its share of a paper, and as many altogether."""
    found, there = [], Counter(each.topic for each in bank.questions)
    if len(bank.questions) < bank.at_least:
        found.append(
            Broken(
                f"每卷 {bank.at_least} 题，而题库仅 {len(bank.questions)} 题",
                f"A paper asks more questions than there are: {bank.at_least} of {len(bank.questions)}.",
                "questions",
            )
        )
    for topic, share in bank.by_topic.items():
        if there[topic] < share:
            found.append(
                Broken(
                    f"主题 {topic} 每卷 {share} 题，而题库仅 {there[topic]} 题",
                    f"A paper asks {share} questions of {topic}; there are {there[topic]}.",
                    "questions",
                )
            )
    return found


@rule(
    "ONE_IN_USE",
    article="online_test",
    zh="每个年度须始终有一套试题在用：发布另一套后，原有的一套随之停用",
    en="A cycle always has questions in use: publish others, and these retire with it.",
)
def one_in_use(bank: Bank) -> Broken | None:
    """Without questions nobody could pass, and nobody could declare."""
    if bank.replaced:
        return None
    return Broken(
        "本套试题正在使用，请发布另一套替换", "These are in use; publish others in their place.", "action"
    )


CHECKS = (question_whole, answer_among_options, ids_unique, enough_questions)
