"""Drawing a paper: which questions, in which order, with options in which order. The same seed draws the same paper."""

import random
import secrets

from services.accounts.learning.policy import LearningRules, Question

SEED_BITS = 62


def new_seed() -> int:
    """An unpredictable seed, kept with the attempt so that its paper can be drawn again."""
    return secrets.randbits(SEED_BITS)


def draw(rules: LearningRules, seed: int) -> list[Question]:
    """As many questions as a paper has, each with its options shuffled."""
    chance = random.Random(seed)  # noqa: S311 - the seed is unpredictable, the shuffle need not be
    drawn = chance.sample(sorted(rules.questions, key=lambda q: q.id), rules.paper.questions)
    return [shuffled(question, chance) for question in drawn]


def redrawn(rules: LearningRules, seed: int, question_ids: list[str]) -> list[Question] | None:
    """The paper that was drawn; None where the policy's questions have changed since."""
    drawn = draw(rules, seed)
    return drawn if [question.id for question in drawn] == question_ids else None


def shuffled(question: Question, chance: random.Random) -> Question:
    """The question with its options in a random order."""
    keys = chance.sample(sorted(question.options), len(question.options))
    return question.model_copy(update={"options": {key: question.options[key] for key in keys}})
