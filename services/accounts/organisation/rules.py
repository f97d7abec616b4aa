"""附件3 as one decision: who may create which organisation where, and who else may.

The rows are policy; this module knows only how rows are read. An organisation's jurisdiction is its region at its own
level: a provincial unit that sits in a county of 西宁 still acts for the whole province.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.accounts.contract import OrganisationKind, OrganisationLevel, OrganisationNature
from services.accounts.organisation import errors
from services.accounts.organisation.errors import CreationRefused
from services.accounts.organisation.policy import Creation, OrganisationRules, Place, Reach, Special
from services.accounts.organisation.regions import Region
from services.kit.errors import Basis, Finding, Language, Refusal

Kind = OrganisationKind


@dataclass(frozen=True, slots=True)
class Creator:
    """What matters of the organisation that wants to create."""

    kind: OrganisationKind
    level: OrganisationLevel
    nature: OrganisationNature | None
    industry: str | None
    region: Region

    @property
    def jurisdiction(self) -> Region:
        """The region it acts for."""
        return self.region.at(self.level) or self.region


@dataclass(frozen=True, slots=True)
class Proposal:
    """What matters of the organisation to be created."""

    kind: OrganisationKind
    level: OrganisationLevel
    nature: OrganisationNature | None
    industry: str | None
    region: Region


@dataclass(frozen=True, slots=True)
class Route:
    """One way in which a proposal may be created."""

    kind: OrganisationKind
    level: OrganisationLevel
    industry: str | None
    region: Reach
    article: str

    def taken_by(self, creator: Creator) -> bool:
        """Whether the creator is of the kind, level and industry the route names."""
        fits = (creator.kind, creator.level) == (self.kind, self.level)
        return fits and (self.industry is None or creator.industry == self.industry)

    def open_to(self, creator: Creator, region: Region) -> bool:
        """Whether the creator may create in `region` by this route."""
        return self.taken_by(creator) and self.leads_to(creator, region)

    def leads_to(self, creator: Creator, region: Region) -> bool:
        """Whether `region` is where the creator may create by this route."""
        if self.region is Reach.OWN:
            return region == creator.region
        if self.region is Reach.DIRECTLY_BELOW:
            return region.parent == creator.jurisdiction
        return region.lies_in(creator.jurisdiction)


@dataclass(frozen=True, slots=True)
class WhoMay:
    """Someone who may create the proposal."""

    kind: OrganisationKind
    level: OrganisationLevel
    industry: str | None
    region: Region | None
    article: str
    zh: str
    en: str

    def summary(self, language: Language) -> str:
        """In words."""
        return self.en if language is Language.EN else self.zh


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a proposal: allowed where `refusal` is None."""

    refusal: Refusal | None
    who_may: tuple[WhoMay, ...]
    basis: tuple[Basis, ...]


def judge(
    rules: OrganisationRules, articles: Mapping[str, Basis], proposal: Proposal, creator: Creator | None
) -> Verdict:
    """What the rules say; without a creator, whether anyone may create it and who."""
    special = None if _follows_parent(proposal, creator) else rules.special_for(proposal.nature)
    routes = _routes(rules, proposal, special)
    who_may = tuple(_who(rules, route, proposal.region) for route in routes)
    refused = _refused(rules, proposal, creator, special, routes)
    if refused is None:
        taken = [route for route in routes if creator is None or route.open_to(creator, proposal.region)]
        keys = [*([special.article] if special else []), *(route.article for route in taken)]
        return Verdict(None, who_may, _basis(articles, *keys))
    kind, keys = refused
    words = Words(rules, proposal, creator, special, who_may).all()
    findings = [_finding(who, articles) for who in who_may]
    refusal = kind(field=_field(kind), basis=_basis(articles, *keys), findings=findings, **words)
    return Verdict(refusal, who_may, refusal.basis)


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways of a creation that a creator may take, wherever they lead, and the articles of special units."""

    routes: tuple[Route, ...]
    articles: tuple[str, ...]


def ways_open(rules: OrganisationRules, proposal: Proposal, creator: Creator) -> Ways:
    """The ways in which `creator` may create such an organisation somewhere; none where it may not."""
    special = None if _follows_parent(proposal, creator) else rules.special_for(proposal.nature)
    if special is not None and not _creates(special.counts_as, proposal.kind, proposal.level):
        return Ways((), ())
    taken = tuple(route for route in _routes(rules, proposal, special) if route.taken_by(creator))
    return Ways(taken, (special.article,) if special else ())


def _follows_parent(proposal: Proposal, creator: Creator | None) -> bool:
    """A subordinate unit of the same nature as its superior follows it and not the special rows (附件3 二（五）)."""
    if proposal.kind is not Kind.SUBORDINATE_UNIT or proposal.nature is None or creator is None:
        return False
    return creator.nature == proposal.nature


def _routes(rules: OrganisationRules, proposal: Proposal, special: Special | None) -> Sequence[Route]:
    if special is None or special.creator is None:
        kind, level = (
            (special.counts_as.kind, special.counts_as.level) if special else (proposal.kind, proposal.level)
        )
        level = level or proposal.level
        return [_ordinary(row, level) for row in rules.creation if _creates(row.creates, kind, level)]
    place = special.creator
    return [Route(place.kind, place.level or proposal.level, place.industry, special.region, special.article)]


def _creates(place: Place, kind: OrganisationKind, level: OrganisationLevel) -> bool:
    return place.kind == kind and place.level in {None, level}


def _ordinary(row: Creation, level: OrganisationLevel) -> Route:
    return Route(row.creator.kind, row.creator.level or level, None, row.region, row.article)


def _refused(
    rules: OrganisationRules,
    proposal: Proposal,
    creator: Creator | None,
    special: Special | None,
    routes: Sequence[Route],
) -> tuple[type[CreationRefused], list[str]] | None:
    """Why not, and the articles that say so; None where a way is open (or may be, to a creator not named)."""
    if special is not None and not _creates(special.counts_as, proposal.kind, proposal.level):
        return errors.CountsAsAnother, [special.article]
    if not routes:
        return errors.RootIsGiven, [rules.root.article]
    if creator is None or any(route.open_to(creator, proposal.region) for route in routes):
        return None
    return _not_by(creator, special, routes)


def _not_by(
    creator: Creator, special: Special | None, routes: Sequence[Route]
) -> tuple[type[CreationRefused], list[str]]:
    """Why not by this creator, to whom no way is open."""
    if ways := [route.article for route in routes if route.taken_by(creator)]:
        return errors.OutsideYourRegion, ways
    if special is not None and special.creator is not None:
        return errors.BelongsToAnother, [special.article]
    if creator.kind is Kind.INTERNAL_DEPARTMENT:
        return errors.DepartmentCreatesNothing, ["departments"]
    return errors.NotYoursToCreate, ["top_down", *(route.article for route in routes)]


def _field(kind: type[CreationRefused]) -> str:
    fields = {
        errors.CountsAsAnother: "kind",
        errors.OutsideYourRegion: "region_code",
        errors.RootIsGiven: "kind",
    }
    return fields.get(kind, "creator_id")


def _who(rules: OrganisationRules, route: Route, region: Region) -> WhoMay:
    if route.region is Reach.DIRECTLY_BELOW and region.parent is not None:
        where = region.parent.at(route.level)
    else:
        where = region.at(route.level)
    zh, en = _words(rules, route.kind, route.level, route.industry)
    zh, en = (f"{where.name}的{zh}", f"the {en} of {where.name}") if where else (zh, f"the {en}")
    return WhoMay(route.kind, route.level, route.industry, where, route.article, zh, en)


def _words(
    rules: OrganisationRules, kind: OrganisationKind, level: OrganisationLevel, industry: str | None
) -> tuple[str, str]:
    line = rules.industries[industry] if industry else None
    zh = f"{rules.levels[level].zh}{line.zh if line else ''}{rules.kinds[kind].zh}"
    en = f"{rules.levels[level].en} {line.en + ' ' if line else ''}{rules.kinds[kind].en}"
    return zh, en


@dataclass(frozen=True, slots=True)
class Words:
    """What the messages of refusals are filled with."""

    rules: OrganisationRules
    proposal: Proposal
    creator: Creator | None
    special: Special | None
    who_may: tuple[WhoMay, ...]

    def all(self) -> dict[str, str]:
        """Every word by its name in the templates."""
        creator_zh, creator_en = self._creator()
        created_zh, created_en = _words(self.rules, self.proposal.kind, self.proposal.level, None)
        nature = self.rules.natures.get(self.proposal.nature) if self.proposal.nature else None
        counts_zh, counts_en = self._counts()
        return {
            "creator_zh": creator_zh,
            "creator_en": creator_en,
            "created_zh": created_zh,
            "created_en": created_en,
            "nature_zh": nature.zh if nature else "",
            "nature_en": nature.en if nature else "",
            "counts_zh": counts_zh,
            "counts_en": counts_en,
            "region_zh": self.proposal.region.name,
            "own_zh": self.creator.jurisdiction.name if self.creator else "",
            "who_zh": f"可由{'或'.join(who.zh for who in self.who_may)}创建" if self.who_may else "",
            "who_en": f"It may be created by {' or '.join(who.en for who in self.who_may)}."
            if self.who_may
            else "",
        }

    def _creator(self) -> tuple[str, str]:
        return _words(self.rules, self.creator.kind, self.creator.level, None) if self.creator else ("", "")

    def _counts(self) -> tuple[str, str]:
        if self.special is None:
            return "", ""
        place = self.special.counts_as
        return _words(self.rules, place.kind, place.level or self.proposal.level, None)


def _finding(who: WhoMay, articles: Mapping[str, Basis]) -> Finding:
    return Finding(
        "MAY_BE_CREATED_BY",
        f"可由{who.zh}创建",
        f"May be created by {who.en}.",
        None,
        (articles[who.article],),
    )


def _basis(articles: Mapping[str, Basis], *keys: str) -> tuple[Basis, ...]:
    return tuple(articles[key] for key in dict.fromkeys(keys))
