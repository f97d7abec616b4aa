"""Who creates whom, drawn from the policy: a picture of the levels, one of what lies below, one of people's accounts."""

from collections.abc import Iterable, Iterator

from services.accounts.contract import OrganisationKind, OrganisationLevel, OrganisationNature, PersonKind
from services.accounts.organisation.policy import Creation, OrganisationRules, Place, Special
from services.accounts.person.policy import PeopleRules

STYLES = (
    "  classDef hrss fill:#dbeafe,stroke:#1d4ed8,color:#111827",
    "  classDef body fill:#ecfdf5,stroke:#047857,color:#111827",
    "  classDef special fill:#fef3c7,stroke:#b45309,color:#111827",
    "  classDef person fill:#fce7f3,stroke:#be185d,color:#111827",
)


def by_level(rules: OrganisationRules) -> Iterator[str]:
    """What is created level by level, special units beside what they count as."""
    rows = [row for row in rules.creation if row.creator.level and row.creates.level]
    yield "蓝色为人社部门，绿色为直属机构，黄色为按特殊隶属关系创建的单位。"
    yield ""
    yield "```mermaid"
    yield "flowchart TB"
    for level in OrganisationLevel:
        yield f'  subgraph {level}["{rules.levels[level].zh}"]'
        yield "    direction LR"
        yield from _nodes(rules, level, rows)
        yield "  end"
    for row in rows:
        yield f"  {_key(row.creator)} --> {_key(row.creates)}"
    for special in rules.special:
        yield from _special_edge(rules, special)
    yield from STYLES
    yield "```"


def _nodes(rules: OrganisationRules, level: OrganisationLevel, rows: Iterable[Creation]) -> Iterator[str]:
    """Every kind that is created or creates at a level, and the special units that count there."""
    places = {_key(place): place for row in rows for place in (row.creator, row.creates)}
    for key, place in places.items():
        if place.level is level:
            style = "hrss" if place.kind is OrganisationKind.HRSS else "body"
            yield f'    {key}["{rules.kinds[place.kind].zh}"]:::{style}'
    for special in rules.special:
        if special.counts_as.level is level:
            as_kind = rules.kinds[special.counts_as.kind].zh
            name = rules.natures[special.nature].zh
            yield f'    {special.nature}["{name}<br/>（作为{as_kind}）"]:::special'
        if special.creator and special.creator.level is level and _is_department(special.creator):
            yield f'    {_key(special.creator)}["{_industry(rules, special.creator)}"]:::body'


def _special_edge(rules: OrganisationRules, special: Special) -> Iterator[str]:
    """From who creates a special unit; of ordinary rules the general creators of its kind."""
    creator = special.creator
    if creator is None:
        for row in rules.creation:
            if row.creates == special.counts_as:
                yield f"  {_key(row.creator)} -.-> {special.nature}"
        return
    if _is_department(creator):
        above = Place(kind=OrganisationKind.HRSS, level=creator.level)
        yield f"  {_key(above)} --> {_key(creator)}"
    label = f"|{_industry(rules, creator)}|" if creator.industry and not _is_department(creator) else ""
    general = creator if _is_department(creator) else creator.model_copy(update={"industry": None})
    yield f"  {_key(general)} -->{label} {special.nature}"


def at_any_level(rules: OrganisationRules) -> Iterator[str]:
    """What is created alike at every level, within one's own."""
    rows = [row for row in rules.creation if not (row.creator.level and row.creates.level)]
    last = OrganisationKind.INTERNAL_DEPARTMENT
    owners = [row.creator.kind for row in rows if row.creates.kind is last]
    yield "各级相同，在本级之内。"
    yield ""
    yield "```mermaid"
    yield "flowchart LR"
    for kind in dict.fromkeys(kind for row in rows for kind in (row.creator.kind, row.creates.kind)):
        style = "hrss" if kind is OrganisationKind.HRSS else "body"
        yield f'  {kind}["{rules.kinds[kind].zh}"]:::{style}'
    for row in rows:
        if row.creates.kind is not last:
            yield f"  {row.creator.kind} --> {row.creates.kind}"
    for owner in owners:
        yield f"  {owner} -.-> {last}"
    yield from STYLES
    yield "```"


def people(rules: OrganisationRules, persons: PeopleRules) -> Iterator[str]:
    """Who gives an account to whom: units by their nature on the left, kinds of people on the right."""
    natures = [
        nature
        for nature in OrganisationNature
        if any(nature in rule.natures for rule in persons.kinds.values() if rule.creator is None)
    ]
    groups: dict[frozenset[PersonKind], list[OrganisationNature]] = {}
    for nature in natures:
        served = frozenset(
            k for k, rule in persons.kinds.items() if not rule.creator and nature in rule.natures
        )
        groups.setdefault(served, []).append(nature)
    yield "```mermaid"
    yield "flowchart LR"
    for number, (served, alike) in enumerate(groups.items(), 1):
        names = "<br/>".join(rules.natures[nature].zh for nature in alike)
        yield f'  unit{number}["{names}"]:::body'
        for kind in persons.kinds:
            if kind in served:
                yield f"  unit{number} --> {kind}"
    for place in dict.fromkeys(_key(rule.creator) for rule in persons.kinds.values() if rule.creator):
        named = next(r.creator for r in persons.kinds.values() if r.creator and _key(r.creator) == place)
        level = rules.levels[named.level].zh if named.level else ""
        yield f'  {place}["{level}{rules.kinds[named.kind].zh}"]:::hrss'
    for kind, rule in persons.kinds.items():
        yield f'  {kind}(["{rule.zh}"]):::person'
        if rule.creator:
            yield f"  {_key(rule.creator)} --> {kind}"
    yield from STYLES
    yield "```"


def _key(place: Place) -> str:
    parts = (place.kind, place.level, place.industry)
    return "_".join(str(part) for part in parts if part)


def _is_department(place: Place) -> bool:
    return place.kind is OrganisationKind.INTERNAL_DEPARTMENT


def _industry(rules: OrganisationRules, place: Place) -> str:
    kind = rules.kinds[place.kind].zh
    line = rules.industries[place.industry].zh if place.industry else ""
    return f"{kind}<br/>{line}" if _is_department(place) else line
