"""Gathers what a declaration is held against its criteria with: its form, the facts of its round, waivers, answers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from services.accounts.contract import Known, PersonStanding
from services.kit.errors import Basis
from services.kit.steps import Broken
from services.quota.contract import PostPool, TitleLevel
from services.workflow.certificate.held import with_ours
from services.workflow.criteria import store as criteria_store
from services.workflow.cycle import store as cycle_store
from services.workflow.declaration import facts
from services.workflow.declaration.call import Call
from services.workflow.declaration.case import Case, Fit, Form, JudgedItem
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import WITH_APPLICANT
from services.workflow.entitlement import store as entitlements
from services.workflow.evaluation import store
from services.workflow.evaluation.case import Answer, Evaluation, Held, Item
from services.workflow.evaluation.figures import title_on_record
from services.workflow.evaluation.judging import Answers, judge
from services.workflow.evaluation.states import ItemKind, Verdict
from services.workflow.material import store as materials
from services.workflow.policy import NoticePolicy
from services.workflow.route.standing import standing_of
from services.workflow.route.states import Waiver, Work
from services.workflow.route.titles import outside, that_count


async def told(call: Call, declaration: Declaration) -> Evaluation:
    """The evaluation for who may read the declaration: as it was accepted, else as it stands now.

    While the applicant has it, by what accounts has on record today.

    Raises:
        Unavailable: accounts is asked and does not answer.
    """
    if (found := await store.kept(call.tx, declaration.id)) is not None:
        return found
    if declaration.state in WITH_APPLICANT:
        known: PersonStanding | None = await standing_of(
            call.accounts, call.tx, declaration.person_id, call.moment.today
        )
    else:
        known = await store.facts_of(call.tx, declaration)
    documents = tuple(facts.document_of(each) for each in await materials.live(call.tx, declaration.id))
    form = facts.form_of(declaration, call.policy(declaration), documents)
    return await evaluate(call, declaration, form, known, {})


async def evaluate(
    call: Call, declaration: Declaration, form: Form, known: PersonStanding | None, answers: Answers
) -> Evaluation:
    """The declaration held against the version of the criteria that was in force when it was begun (一（一）).

    `known` is what was on record, with certificates of ours as they stand now: what befell one since then counts.
    """
    criteria = await criteria_store.get(call.tx, declaration.criteria_id)
    specialty = declaration.specialty_id and await cycle_store.specialty(call.tx, declaration.specialty_id)
    lists = await entitlements.of_person(
        call.tx, declaration.province, declaration.year, declaration.person_id
    )
    name = specialty.name if specialty else None
    now = None if known is None else (await with_ours(call.tx, [known]))[0]
    held = dated(held_of(declaration, call.policy(declaration), form, now, name))
    held = replace(_without_lost(held, known, now), entitled=bool(lists))
    return Evaluation(
        criteria_id=criteria.id,
        title=criteria.title,
        edition=criteria.edition,
        round=declaration.round,
        counted_from=held.form.counted.achievements_from(form.content),
        counted_until=held.until,
        facts_on=known.on if known else None,
        items=judge(criteria, held, answers),
    )


def _without_lost(held: Held, before: PersonStanding | None, now: PersonStanding | None) -> Held:
    """The same; nor does a title count that is typed in the form and whose certificate is not in force any more (一（八）)."""
    kept = {each.record_id for each in now.titles} if now else set()
    levels = {each.title_level for each in held.known.titles} if held.known else set()
    told = before.titles if before else []
    lost = {each.title_level for each in told if each.record_id not in kept} - levels
    article = held.articles["title_in_force"]
    return replace(held, limited={**held.limited, **dict.fromkeys(lost, article)})


def dated(held: Held) -> Held:
    """The same; whoever leaves the present title out or makes it older than on record gains no achievements (三（六）2)."""
    present = title_on_record(held)
    counted = replace(held.form.counted, on_record=present.obtained_on if present else None)
    return replace(held, form=replace(held.form, counted=counted))


def held_of(
    declaration: Declaration,
    policy: NoticePolicy,
    form: Form,
    known: PersonStanding | None,
    specialty: str | None,
) -> Held:
    """Everything that judging asks for, gathered; titles that are valid elsewhere alone do not count (一（四）1, 二（五）5)."""
    titles = known.titles if known else []
    work = Work(declaration.series, specialty, PostPool(declaration.pool))
    against = outside(policy.routes.title_scopes, work)
    counting = that_count(titles, against)
    limits = {each.limit: policy.articles[each.article] for each in against}
    levels = {each.title_level for each in counting}
    if known is not None:
        known = known.model_copy(update={"titles": counting})
    education = next(each for each in policy.declaration.sections if each.code == "education")
    return Held(
        form=form,
        known=known,
        policy=policy.criteria,
        articles=policy.articles,
        education_article=education.basis(),
        spared=_spared(declaration, policy),
        specialty=specialty,
        waived=_waived(declaration, policy, known),
        series=declaration.series,
        level=TitleLevel(declaration.level),
        limited={
            each.title_level: limits[limit]
            for each in titles
            for limit in each.limits
            if limit in limits and each.title_level not in levels
        },
    )


def _spared(declaration: Declaration, policy: NoticePolicy) -> dict[str, Basis]:
    """The kinds of material that are asked of others only, whatever this person fills in (二（五）2)."""
    kind, nature, route = declaration.person_kind, declaration.unit_nature, declaration.route
    return {
        each.code: each.basis()
        for each in policy.material.items
        if not each.asked.of(
            person_kind=kind, nature=nature, level=declaration.level, route=route, present_title=True
        )
    }


def _waived(
    declaration: Declaration, policy: NoticePolicy, known: PersonStanding | None
) -> Mapping[Waiver, Basis]:
    """What the route makes needless, and what a confirmed village posting does (一（四）3)."""
    route = policy.routes.find(declaration.route)
    waived = dict.fromkeys(route.waives, policy.articles[route.article]) if route else {}
    if known is not None and known.village_posting is Known.YES:
        waived.setdefault(Waiver.CONTINUING_EDUCATION, policy.articles["posting_counts"])
    return waived


async def for_acceptance(
    call: Call, declaration: Declaration, case: Case, given: Iterable[JudgedItem]
) -> tuple[Case, Evaluation]:
    """The case with what stands in the way of acceptance, and what was found."""
    name, at = call.actor.named(declaration.office_id), call.moment.instant
    answers = {each.item: Answer(each.met, each.note, call.actor.id, name, at) for each in given}
    known = await store.facts_of(call.tx, declaration)
    plain = await evaluate(call, declaration, case.filled_in, known, {})
    found = await evaluate(call, declaration, case.filled_in, known, answers)
    asked = {each.code for each in plain.items if each.verdict is Verdict.NEEDS_HUMAN}
    asked -= {each.code for each in plain.items if each.kind is ItemKind.MENU}
    fit = Fit(
        unmet=tuple(_broken(each) for each in _standing(found, Verdict.NOT_MET)),
        unjudged=tuple(_broken(each) for each in _standing(found, Verdict.NEEDS_HUMAN)),
        unasked=tuple(
            Broken(f"“{code}”不须人工判断", f"{code} is not for a person to judge.", f"judgements.{code}")
            for code in answers
            if code not in asked
        ),
    )
    return replace(case, criteria=fit), found


def _standing(found: Evaluation, verdict: Verdict) -> list[Item]:
    """The gates and menus so judged."""
    return [each for each in found.items if each.verdict is verdict and each.kind is not ItemKind.ENTRY]


def _broken(item: Item) -> Broken:
    note = f"（{item.answer.note}）" if item.answer else ""
    zh, en = f"“{item.text}”：{item.zh}{note}", f"{item.code}: {item.en}{note}"
    return Broken(zh, en, f"evaluation.{item.code}", item.basis[0])
