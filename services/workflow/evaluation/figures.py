"""Figures of conditions: what a declaration says of them and what is on record, up to the last day that counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.accounts.contract import CountedEducation, HeldTitle
from services.kit.errors import Basis
from services.quota.contract import TitleLevel
from services.workflow.evaluation.case import Held
from services.workflow.evaluation.states import Source, Verdict


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure by what the applicant declares with its evidence, and by what is confirmed on record; None: not told.

    `untold` is what comes of a figure that nobody told: what the form asks for is missing, the rest a person looks up.
    `doubtful`: it rests on dates that were typed alone or on a title of another series, so that where it would be
    reached, a person looks at it. `both`: so where only the record reaches it.
    """

    declared: int | None
    confirmed: int | None
    sections: tuple[str, ...]
    records: tuple[UUID, ...]
    basis: tuple[Basis, ...]
    untold: Verdict = Verdict.NOT_MET
    doubtful: bool = False
    both: bool = False

    @property
    def value(self) -> int | None:
        """What is told: as confirmed, else as declared."""
        return self.declared if self.confirmed is None else self.confirmed

    def verdict(self, need: float) -> Verdict:
        """Whether it reaches what is needed; record and applicant not agreeing leaves it to a person."""
        if self.value is None:
            return self.untold
        hoped = self.declared is not None and self.declared >= need
        if self.value >= need and not self.doubtful and (hoped or not self.both):
            return Verdict.MET
        return Verdict.NEEDS_HUMAN if hoped or self.value >= need else Verdict.NOT_MET


def figure(source: Source, held: Held) -> Figure | None:
    """The figure from its source; None: no machine can tell."""
    compute = FIGURES.get(source)
    return None if compute is None else compute(held)


def whole_years(since: date, until: date) -> int:
    """Whole years from a day to another: the same day of a later year completes one."""
    started = (until.month, until.day) < (since.month, since.day)
    return max(0, until.year - since.year - started)


def _present_title(held: Held) -> Figure:
    """Since the present title was obtained, which is no lower than the one next below the one declared.

    On record it is the first of the same level that counts for the wish; whether one of another series does, or one that
    is older than the applicant says, a person tells.
    """
    told = held.form.content.present_title
    limited = held.limited.get(told.level) if told else None
    own = told is not None and limited is None and high_enough(told.level, held.level)
    first = title_on_record(held, told.level if told else None)
    return Figure(
        declared=whole_years(told.obtained_on, held.until) if told and own else None,
        confirmed=whole_years(first.obtained_on, held.until) if first else None,
        sections=("present_title",) if told else (),
        records=(first.record_id,) if first else (),
        basis=(held.articles["cut_off"], *((limited,) if limited else ())),
        doubtful=first is not None and first.series != held.series,
        both=True,
    )


def high_enough(level: TitleLevel, declared: TitleLevel) -> bool:
    """Whether a title is of the level next below the one declared, or higher."""
    falling = list(TitleLevel)
    return falling.index(level) <= falling.index(declared) + 1


def title_on_record(held: Held, level: TitleLevel | None = None) -> HeldTitle | None:
    """The first confirmed title of a level, of the series declared before others; where none is told, of the highest."""
    titles = [each for each in held.known.titles if each.confirmed] if held.known else []
    titles = [each for each in titles if high_enough(each.title_level, held.level)]
    titles = [each for each in titles if each.series == held.series] or titles
    wanted = level or min((each.title_level for each in titles), key=list(TitleLevel).index, default=None)
    same = [each for each in titles if each.title_level is wanted]
    return min(same, key=lambda each: each.obtained_on, default=None)


def _appointed(held: Held) -> Figure:
    told = held.form.content.present_title
    since = told.appointed_on if told else None
    years = whole_years(since, held.until) if since else None
    section = ("present_title",) if since else ()
    basis = (held.articles["cut_off"],)
    return Figure(years, None, section, (), basis, untold=Verdict.NEEDS_HUMAN, doubtful=True)


def _worked(held: Held) -> Figure:
    told = held.form.content.basic
    years = whole_years(told.work_began_on, held.until) if told else None
    section = ("basic",) if told else ()
    return Figure(years, None, section, (), (held.articles["cut_off"],), doubtful=True)


def _education(held: Held) -> Figure:
    """The highest level finished in time, whatever its mode of study and kind of school (一（五）2)."""
    rank = held.policy.rank
    told = [rank(each.degree) for each in held.form.content.education if each.graduated_on <= held.until]
    record = _confirmed_education(held)
    return Figure(
        declared=max(told, default=None),
        confirmed=rank(record.counts_as) if record else None,
        sections=("education",) if told else (),
        records=(record.record_id,) if record else (),
        basis=(held.education_article,),
    )


def _confirmed_education(held: Held) -> CountedEducation | None:
    """The highest education on record, confirmed and finished in time."""
    record = held.known.education if held.known else None
    return record if record and record.confirmed and record.graduated_on <= held.until else None


def _degree_field(held: Held) -> Figure:
    """Whether a degree finished in time is of an accepted field: 1 or 0 (一（五）3); without any named a person says."""
    accepted = {*held.fields, *([held.specialty] if held.specialty else [])}
    basis = (held.articles["degree_matches"],)
    if not accepted:
        return Figure(None, None, (), (), basis, untold=Verdict.NEEDS_HUMAN)
    told = [e.major for e in held.form.content.education if e.graduated_on <= held.until]
    record = _confirmed_education(held)
    return Figure(
        declared=int(not accepted.isdisjoint(told)) if told else None,
        confirmed=int(record.field in accepted) if record else None,
        sections=("education",) if told else (),
        records=(record.record_id,) if record else (),
        basis=basis,
    )


def _entitled(held: Held) -> Figure:
    return Figure(None, int(held.entitled), (), (), (held.articles["epidemic_list"],))


FIGURES: Mapping[Source, Callable[[Held], Figure]] = {
    Source.PRESENT_TITLE: _present_title,
    Source.APPOINTED: _appointed,
    Source.WORK: _worked,
    Source.EDUCATION: _education,
    Source.DEGREE_FIELD: _degree_field,
    Source.ENTITLED: _entitled,
}
"""How each figure is computed."""
