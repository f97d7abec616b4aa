"""A declaration as its rules see it: plain facts, gathered before anything is decided."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, date, datetime
from uuid import UUID

from services.kit.errors import Basis, Finding
from services.kit.steps import Broken
from services.workflow.committee.states import Lack
from services.workflow.credit_listing.states import Awaited, Listing
from services.workflow.declaration.content import Content
from services.workflow.declaration.states import State
from services.workflow.integrity.states import Bar, Charge
from services.workflow.report.states import ReportState
from services.workflow.sending_side.case import SendingSide


@dataclass(frozen=True, slots=True)
class Period:
    """A window of the cycle, both ends included, and the article that sets it."""

    name: str
    title: str
    opens: date
    closes: date
    basis: Basis


@dataclass(frozen=True, slots=True)
class Document:
    """A material as the rules see it."""

    id: UUID
    item: str
    title: str
    stored: bool
    obtained_on: date | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """A section or a kind of material that this declaration needs before submission."""

    code: str
    name: str
    at_least: int
    basis: Basis


@dataclass(frozen=True, slots=True)
class HoursNeeded:
    """Class hours of continuing education that a year needs."""

    year: int
    public: int
    professional: int
    basis: Basis


@dataclass(frozen=True, slots=True)
class Counted:
    """The dates between which things count (三（六）2); `on_record`: when the present title was obtained, as confirmed."""

    until: date
    years_after_present_title: int
    on_record: date | None = None

    def achievements_from(self, content: Content) -> date | None:
        """The first day from which achievements count, by the later of what is told and on record; None without a title."""
        told = content.present_title.obtained_on if content.present_title else None
        obtained = max((each for each in (told, self.on_record) if each is not None), default=None)
        if obtained is None:
            return None
        year = obtained.year + self.years_after_present_title
        return date(year, 1, 1) if year <= MAXYEAR else date.max


@dataclass(frozen=True, slots=True)
class Form:
    """What the applicant wrote and uploaded, and what is asked of him or her; `unfinished` sections are not well formed."""

    content: Content
    documents: tuple[Document, ...]
    sections: tuple[Demand, ...]
    items: tuple[Demand, ...]
    hours: tuple[HoursNeeded, ...]
    counted: Counted
    achievement_kinds: frozenset[str]
    unfinished: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """What the caller, as reviewer, has done about the materials in hand."""

    opened: frozenset[UUID] = frozenset()
    sound: frozenset[UUID] = frozenset()
    deficient: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Endorsed:
    """That somebody has answered for the declaration in this round: at which place of the chain, and whether just now.

    `current`: in the turn that is not over yet. `by_caller`: by the caller, or one of whom the other acts for.
    """

    position: int
    current: bool
    by_caller: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """Who has the declaration in hand, until when; `by_caller`: the caller, or one whom the caller acts for."""

    name: str
    until: datetime
    by_caller: bool


@dataclass(frozen=True, slots=True)
class Returned:
    """One thing to mend, and why."""

    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What the level below answers to one thing that came back to it."""

    item: str
    answer: str


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """An item of the criteria that the committee's office judges itself, and why."""

    item: str
    met: bool
    note: str


@dataclass(frozen=True, slots=True)
class Fit:
    """What stands between a declaration and its acceptance by its criteria: unmet, not judged yet, answered unasked."""

    unmet: tuple[Broken, ...] = ()
    unjudged: tuple[Broken, ...] = ()
    unasked: tuple[Broken, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A declaration, its form, its way through the reviews, and the caller's judgement of it.

    `form` is gathered for submissions and reviews only; the meeting and the filing do not look at it. `names` are the
    sections and kinds of material of this declaration by code: what a return may name. `opened` are those that may be
    written to after a return. `own`: the caller declares, or acts on behalf of who does. `answers` are the caller's to
    `returned`; `committee_lacks`: why the committee may not take it, where it is to be accepted. `document_number`: of
    the document by which it is ended. `strict`: why the declaration is looked at by two at each level. `reported`: a report that
    holds it is being checked, or was found true; `barred`: the person is, by a finding of misconduct; `charge`: what case is
    about it; `listings`: which credit platforms list the person as barred, `awaited`: whose answer is waited for. `overdue_untold`:
    who has it is late, and nobody above was told. `sending`: what the sending side says of an aid-Qinghai talent.
    `practised`: the specialty that the post and the achievements are to be of, where the series asks for that.
    `ground_ended`: what the draft rests on, a recommendation or a county, is no longer so. `route_closed`: the conditions of its
    route that are no longer met.
    """

    id: UUID
    state: State
    version: int
    lineage: Collection[UUID]
    person_id: UUID
    today: date
    first_submission: Period
    resubmission: Period
    review: Period
    run: Period
    office_id: UUID | None = None
    at_organisation_id: UUID | None = None
    position: int = -1
    chain_length: int = 0
    own: bool = False
    strict: str | None = None
    endorsed: tuple[Endorsed, ...] = ()
    claim: Claim | None = None
    sending: SendingSide | None = None
    overdue_untold: bool = False
    reported: ReportState | None = None
    barred: Bar | None = None
    charge: Charge | None = None
    listings: tuple[Listing, ...] = ()
    awaited: tuple[Awaited, ...] = ()
    form: Form | None = None
    judged: Judged = Judged()
    items: tuple[Returned, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    returned: tuple[Returned, ...] = ()
    opened: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()
    place_missing: bool = False
    committee_lacks: Lack | None = None
    answers: tuple[Answered, ...] = ()
    practised: str | None = None
    ground_ended: bool = False
    route_closed: tuple[Finding, ...] = ()
    note: str | None = None
    document_number: str | None = None
    criteria: Fit = Fit()

    def named(self, item: str) -> str:
        """How a section or kind of material is called."""
        return self.names.get(item, item)

    @property
    def filled_in(self) -> Form:
        """The form, which whoever decides a submission or a review has gathered."""
        assert self.form is not None, "the form was not gathered"
        return self.form
