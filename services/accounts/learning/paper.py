"""Drawing a paper: which questions, in which order, with options in which order. The same seed draws the same paper."""

import random
import secrets
from collections.abc import Sequence

from services.accounts.learning.policy import PaperRules
from services.accounts.question_bank.question import Question

SEED_BITS = 62


def new_seed() -> int:
    """An unpredictable seed, kept with the attempt so that its options are shuffled alike each time it is shown."""
    return secrets.randbits(SEED_BITS)


def draw(questions: Sequence[Question], rules: PaperRules, seed: int) -> list[Question]:
    """As many questions as a paper has, of each topic its share, in a random order, each with its options shuffled."""
    chance, pool = random.Random(seed), sorted(questions, key=lambda q: q.id)  # noqa: S311 - the seed is unpredictable
    drawn: list[Question] = []
    for topic, share in rules.by_topic.items():
        of_topic = [each for each in pool if each.topic == topic]
        drawn += chance.sample(of_topic, min(share, len(of_topic)))
    taken = {each.id for each in drawn}
    rest = [each for each in pool if each.id not in taken]
    drawn += chance.sample(rest, rules.questions - len(drawn))
    chance.shuffle(drawn)
    return [shuffled(question, seed) for question in drawn]


def drawn_again(questions: Sequence[Question], question_ids: Sequence[str], seed: int) -> list[Question]:
    """The paper that was drawn; of questions that are gone nothing."""
    known = {question.id: question for question in questions}
    return [shuffled(known[key], seed) for key in question_ids if key in known]


def shuffled(question: Question, seed: int) -> Question:
    """The question with its options in the paper's order."""
    chance = random.Random(f"{seed}/{question.id}")  # noqa: S311 - as above
    keys = chance.sample(sorted(question.options), len(question.options))
    return question.model_copy(update={"options": {key: question.options[key] for key in keys}})
