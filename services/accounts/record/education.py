"""What an education counts as: by its level alone, never by mode or kind of school (一（五）2, 一（五）4)."""

from services.accounts.contract.records import CountedEducation
from services.accounts.record.bodies import Degree, TechnicalClass
from services.accounts.record.view import Told, View


def counted(view: View) -> list[CountedEducation]:
    """Every education that has ended by the day, with the level it counts as."""
    degrees = [
        _as(view, told, body, body.education_level, view.rules.education_article)
        for told, body in view.of(Degree)
    ]
    classes = [
        _as(view, told, body, rule.counts_as, rule.article)
        for told, body in view.of(TechnicalClass)
        if (rule := view.rules.technical_class(body.technical_class))
    ]
    return [each for each in (*degrees, *classes) if each.rank >= 0]


def highest(view: View) -> CountedEducation | None:
    """The highest level, by the earliest graduation at it; None where none is on record."""
    return max(counted(view), key=lambda each: (each.rank, -each.graduated_on.toordinal()), default=None)


def first_of_each_level(view: View) -> list[CountedEducation]:
    """The earliest graduation at each level, lowest level first."""
    ordered = sorted(counted(view), key=lambda each: (each.rank, each.graduated_on))
    first: dict[str, CountedEducation] = {}
    for each in ordered:
        first.setdefault(each.counts_as, each)
    return list(first.values())


def _as(view: View, told: Told, body: Degree | TechnicalClass, level: str, article: str) -> CountedEducation:
    return CountedEducation(
        record_id=told.id,
        kind=body.kind,
        counts_as=level,
        rank=view.rules.rank(level),
        field=body.field,
        graduated_on=body.graduated_on,
        confirmed=told.confirmed,
        basis=[view.articles[article]],
    )
