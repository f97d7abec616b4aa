"""The rules of review: every material opened and judged by its reviewer, by two where strict, returns with reasons."""

from services.kit.clock import SHANGHAI
from services.kit.steps import Broken, rule
from services.workflow.declaration.case import Case, Claim
from services.workflow.declaration.rules import outside


@rule(
    "REVIEW_WINDOW_CLOSED",
    article="review_window",
    zh="审核应在规定时间内进行",
    en="Reviews fall into their window.",
)
def review_in_time(case: Case) -> Broken | None:
    """Reviews fall into their window (三（六）3)."""
    return outside(case.review, case)


@rule(
    "OWN_DECLARATION",
    article="each_answers",
    zh="不得审核本人的申报",
    en="Nobody reviews his or her own declaration.",
)
def not_ones_own(case: Case) -> Broken | None:
    """Nobody reviews his or her own declaration, nor by a delegate (三（一）)."""
    if not case.own:
        return None
    return Broken(
        "这是您本人或委托您的人的申报",
        "This is your own declaration, or that of someone you act for.",
        "person_id",
    )


@rule(
    "MATERIAL_NOT_OPENED",
    article="no_one_click",
    zh="审核人须打开每一份佐证材料，不得“一键推送”",
    en="The reviewer has opened every material; there is no one-click pushing.",
)
def every_material_opened(case: Case) -> list[Broken]:
    """The reviewer has opened every material (三（二）)."""
    return [
        Broken(f"您尚未打开“{each.title}”", f"You have not opened {each.title}.", f"materials.{each.id}")
        for each in case.filled_in.documents
        if each.id not in case.judged.opened
    ]


@rule(
    "MATERIAL_NOT_SOUND",
    article="verify_materials",
    zh="每一份佐证材料都须经审核人认定真实有效",
    en="The reviewer has judged every material sound.",
)
def every_material_sound(case: Case) -> list[Broken]:
    """The reviewer has judged every material sound (三（二）)."""
    found = []
    for each in case.filled_in.documents:
        if each.id in case.judged.deficient:
            why = case.judged.deficient[each.id]
            found.append(
                Broken(
                    f"您认定“{each.title}”有问题：{why}",
                    f"You judged {each.title} deficient: {why}",
                    f"materials.{each.id}",
                )
            )
        elif each.id not in case.judged.sound:
            found.append(
                Broken(
                    f"您尚未对“{each.title}”作出认定",
                    f"You have not judged {each.title}.",
                    f"materials.{each.id}",
                )
            )
    return found


@rule(
    "REVIEWED_BELOW",
    article="each_answers",
    zh="同一人不得在同一申报中审核两级",
    en="Nobody reviews the same declaration at two levels.",
)
def not_reviewed_below(case: Case) -> Broken | None:
    """Nobody reviews the same declaration at two levels: each answers for its own (三（一）)."""
    if not any(each.by_caller and each.position < case.position for each in case.endorsed):
        return None
    return Broken(
        "您或与您互为委托的人已在下一级审核过该申报",
        "You, or who acts for you, have reviewed it at a level below.",
        "position",
    )


@rule(
    "NOT_STRICT",
    article="strict_review",
    zh="只有破格、绿色通道申报须两人审核",
    en="Only exemptions and the green channel are looked at by two.",
)
def strict_only(case: Case) -> Broken | None:
    """Only exemptions and the green channel are looked at by two (三（二）)."""
    if case.strict is not None:
        return None
    return Broken("该申报由一人审核即可", "One reviewer is enough for this declaration.", "strict_reason")


@rule(
    "ENDORSED_ALREADY",
    article="strict_review",
    zh="同一人只能认可一次",
    en="One person endorses once.",
)
def endorsed_once(case: Case) -> Broken | None:
    """One person endorses once, a delegate and the principal as one (三（二）)."""
    if not any(each.current and each.by_caller for each in case.endorsed):
        return None
    return Broken(
        "您或与您互为委托的人已认可，须由另一人审核",
        "You, or who acts for you, have endorsed it; another person decides.",
        "endorsements",
    )


@rule(
    "SECOND_REVIEWER_NEEDED",
    article="strict_review",
    zh="破格、绿色通道申报在每一级须由两人审核",
    en="Exemptions and the green channel are reviewed by two persons at each level.",
)
def endorsed_by_another(case: Case) -> Broken | None:
    """Exemptions and the green channel are reviewed by two persons at each level (三（二）)."""
    if case.strict is None or any(each.current and not each.by_caller for each in case.endorsed):
        return None
    return Broken(
        "本级尚无另一名审核人认可", "Nobody else has endorsed it at this level yet.", "endorsements"
    )


@rule(
    "CLAIMED_BY_ANOTHER",
    article="each_answers",
    zh="已由同级审核人领取的申报，由其审核",
    en="What a colleague has claimed is that colleague's to review.",
)
def not_anothers_claim(case: Case) -> Broken | None:
    """What a colleague has claimed is that colleague's to review (三（一）)."""
    return None if case.claim is None or case.claim.by_caller else _claimed(case.claim)


@rule(
    "CLAIMED",
    article="each_answers",
    zh="一份申报同时只由一人领取",
    en="One person at a time claims a declaration.",
)
def claimable(case: Case) -> Broken | None:
    """One person at a time claims a declaration (三（一）)."""
    return None if case.claim is None else _claimed(case.claim)


def _claimed(claim: Claim) -> Broken:
    until = f"{claim.until.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return Broken(
        f"{claim.name}已领取，至{until}", f"{claim.name} has claimed it until {until}.", "claimed_by_name"
    )


@rule(
    "NOT_CLAIMED",
    article="each_answers",
    zh="只能放回本人领取的申报",
    en="One lets go of what one has claimed.",
)
def claimed_oneself(case: Case) -> Broken | None:
    """One lets go of what one has claimed (三（一）)."""
    if case.claim is not None and case.claim.by_caller:
        return None
    return Broken("您没有领取该申报", "You have not claimed it.", "claimed_by_name")


@rule(
    "NOT_OVERDUE",
    article="no_delay",
    zh="逾期未审核的，向上级报告一次",
    en="What is overdue is told above, once.",
)
def overdue_untold(case: Case) -> Broken | None:
    """What is overdue is told above, once (三（一）)."""
    if case.overdue_untold:
        return None
    return Broken("尚未逾期，或已报告上级", "It is not overdue, or was told above.", "due_on")


@rule(
    "REASON_MISSING",
    article="verify_materials",
    zh="不予通过须逐项说明理由",
    en="A refusal names what it rests on, each with a reason.",
)
def refused_with_reason(case: Case) -> Broken | None:
    """A refusal names what it rests on, each with a reason (三（二）)."""
    if case.items and all(each.reason.strip() for each in case.items):
        return None
    return Broken("没有说明哪一项不符合、为什么", "Name what it rests on and why.", "items")


@rule(
    "MATERIAL_NOT_OPENED",
    article="no_one_click",
    zh="审核人须打开据以不予通过的每一份佐证材料",
    en="The reviewer has opened every material that the refusal rests on.",
)
def refused_opened(case: Case) -> list[Broken]:
    """The reviewer has opened every material that the refusal rests on (三（二）)."""
    named = {each.item for each in case.items}
    return [
        Broken(f"您尚未打开“{each.title}”", f"You have not opened {each.title}.", f"materials.{each.id}")
        for each in case.filled_in.documents
        if each.item in named and each.id not in case.judged.opened
    ]


@rule(
    "REASON_MISSING",
    article="return_level_by_level",
    zh="退回须逐项说明理由",
    en="A return names its items, each with a reason.",
)
def reason_per_item(case: Case) -> Broken | None:
    """A return names its items, each with a reason (三（一）)."""
    if case.items and all(each.reason.strip() for each in case.items):
        return None
    return Broken("没有说明退回哪一项、为什么", "Name what is returned and why.", "items")


@rule(
    "ITEM_UNKNOWN",
    article="return_level_by_level",
    zh="退回的项应是申报中的栏目或材料",
    en="What is returned is a section or a kind of material of this declaration.",
)
def items_known(case: Case) -> list[Broken]:
    """What is returned is a section or a kind of material of this declaration (三（一）)."""
    known = "、".join(sorted(case.names))
    return [
        Broken(
            f"没有名为“{each.item}”的栏目或材料，可用：{known}",
            f"{each.item} is none of: {known}.",
            f"items.{number}.item",
        )
        for number, each in enumerate(case.items)
        if each.item not in case.names
    ]


@rule(
    "COMMITTEE_NOT_COMPETENT",
    article="committee_approved",
    zh="评委会只受理其评审权限内的申报",
    en="A committee takes what lies in its jurisdiction now, through its own office.",
)
def committee_competent(case: Case) -> Broken | None:
    """A committee takes what lies in its jurisdiction now, through its own office (一（三）1)."""
    lack = case.committee_lacks
    if lack is None:
        return None
    return Broken(lack.zh, f"The committee may not take it: {lack.value}.", "committee_id")


@rule(
    "ANNUAL_FORM_NOT_APPROVED",
    article="places_approved",
    zh="未经审核备案的，不得受理申报材料",
    en="Without a place under an approved annual review form nothing is accepted.",
)
def place_approved(case: Case) -> Broken | None:
    """Without a place under an approved annual review form nothing is accepted (二（一）)."""
    if not case.place_missing:
        return None
    return Broken(
        "该单位本年度岗位聘任情况年度审核表（“双定向”岗位）未经审核备案，或推荐岗位未确认",
        "The unit's annual review form, or its targeted posts, are not approved, or the place is not confirmed.",
        "recommendation_id",
    )


@rule(
    "NOTE_MISSING",
    article="result_void",
    zh="宣布评审结果无效须说明理由",
    en="A result is voided with a reason.",
)
def reason_given(case: Case) -> Broken | None:
    """A result is voided with a reason (三（二）)."""
    return None if (case.note or "").strip() else Broken("没有说明理由", "Give the reason.", "note")
