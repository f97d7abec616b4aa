"""Which title is recognised at all, and what each party's answer says (一（六）): one rule a sentence."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from services.kit.steps import Broken, rule
from services.workflow.certificate.states import Origin
from services.workflow.recognition.states import How, RecognitionState, Source, Wish


@dataclass(frozen=True, slots=True)
class Asked:
    """A title as it is asked to be recognised, beside what the policy and accounts know of it.

    `place` is the name of the province that `issued_in` codes; `qualification` the title that the code corresponds to
    (series, level), `limited` how its use is narrowed beyond what the policy keeps. `ours`: how a certificate that is
    here came by its number; `recognised`: it was confirmed formally. `scanned`: its scan is there; `has_unit`: the person works for a unit.
    """

    source: Source
    wish: Wish
    issued_in: str | None
    place: str | None
    qualification_code: str | None
    qualification: tuple[str, str] | None
    title: tuple[str, str]
    series_known: bool
    limited: bool
    scanned: bool
    ours: Origin | None
    recognised: bool
    has_unit: bool


@rule(
    "PROVINCE_TOLD",
    article="recognised_titles",
    zh="全省统一使用的专业技术资格须写明由哪个外省（自治区、直辖市）授予，其他来源不填",
    en="A province-wide title names the other province it is of; no other source names one.",
)
def province_told(case: Asked) -> Broken | None:
    """A province-wide title names the other province it is of (一（六）)."""
    if case.source is Source.PROVINCE and case.place is not None:
        return None
    if case.source is not Source.PROVINCE and case.issued_in is None:
        return None
    return Broken(
        f"请填写外省（自治区、直辖市）代码，所填为：{case.issued_in or '空'}",
        f"Give the code of another province for such a title only; given: {case.issued_in or 'none'}.",
        "issued_in",
    )


@rule(
    "QUALIFICATION_CORRESPONDS",
    article="recognised_titles",
    zh="国家职业资格须在对应表内，并与所填系列、层级一致",
    en="A state vocational qualification is one of the table, and corresponds to the series and level told.",
)
def qualification_corresponds(case: Asked) -> Broken | None:
    """A state vocational qualification corresponds to a title of that series and level (一（六）)."""
    vocational = case.source is Source.VOCATIONAL_QUALIFICATION
    if vocational and case.qualification == case.title:
        return None
    if not vocational and case.qualification_code is None:
        return None
    return Broken(
        f"职业资格“{case.qualification_code or '空'}”与所填职称（{'、'.join(case.title)}）没有对应关系",
        f"The qualification {case.qualification_code or 'none'} does not correspond to {' '.join(case.title)}.",
        "qualification",
    )


@rule(
    "VALID_EVERYWHERE",
    article="recognised_titles",
    zh="限定范围使用的专业技术资格不属于全省统一使用的资格",
    en="A title of limited validity is not one of province-wide use.",
)
def valid_everywhere(case: Asked) -> Broken | None:
    """A title whose use is limited to a place or kind of unit is not one of province-wide use (一（六）)."""
    if not case.limited:
        return None
    return Broken("该资格限定了使用范围", "The title is valid within limits only.", "record_id")


@rule(
    "TITLE_SCANNED",
    article="verified_by_jurisdiction",
    zh="须已上传证书扫描件",
    en="The scan of its certificate was sent.",
)
def title_scanned(case: Asked) -> Broken | None:
    """What is verified is there to be looked at (一（六）)."""
    if case.scanned:
        return None
    return Broken("尚未上传证书扫描件", "The scan of its certificate was not sent.", "record_id")


@rule(
    "TITLE_FROM_ELSEWHERE",
    article="recognised_titles",
    zh="本平台颁发或已导入的证书无需互认；已确认的不再重复确认",
    en="A certificate that is here, issued or imported, needs no recognition, and a title is confirmed once.",
)
def title_from_elsewhere(case: Asked) -> Broken | None:
    """A title of ours needs no recognition, and one that was confirmed formally is not confirmed again (一（六）)."""
    return _here_already(case.ours, recognised=case.recognised)


def _here_already(ours: Origin | None, *, recognised: bool) -> Broken | None:
    if ours is Origin.IMPORTED:
        return Broken(
            "该证书已作为历史证书导入", "That certificate was imported as a historic one.", "record_id"
        )
    if ours is not None:
        return Broken("该证书由本平台颁发", "This platform issued that certificate.", "record_id")
    if recognised:
        return Broken("该资格已办理确认", "The title was confirmed already.", "record_id")
    return None


@rule(
    "SERIES_KNOWN",
    article="recognised_titles",
    zh="须属于国家职称系列",
    en="It is of one of the national series.",
)
def series_known(case: Asked) -> Broken | None:
    """It is of one of the national series of titles (一（六）)."""
    if case.series_known:
        return None
    return Broken(f"没有职称系列“{case.title[0]}”", f"There is no series {case.title[0]}.", "record_id")


@rule(
    "UNIT_THAT_USES_IT",
    article="employer_confirms",
    zh="单位内部使用须有用人单位",
    en="Use inside the unit needs a unit.",
)
def unit_that_uses_it(case: Asked) -> Broken | None:
    """Who works for no unit has the title confirmed formally (一（六）)."""
    if case.wish is Wish.FORMAL_CONFIRMATION or case.has_unit:
        return None
    return Broken(
        "没有用人单位的，请选择办理确认手续", "Without a unit ask for the formal confirmation.", "wish"
    )


FIT = (
    province_told,
    qualification_corresponds,
    valid_everywhere,
    title_scanned,
    title_from_elsewhere,
    series_known,
    unit_that_uses_it,
)
"""What a title must be to be verified; asked when it is told, and again when it is mended."""


@dataclass(frozen=True, slots=True)
class RecognitionFacts:
    """A request as its steps judge it.

    `own`: the caller is the person; `verified_by_caller`: the caller, or somebody the caller acts for, verified it.
    `as_told`: accounts has the title and its scan as they were told; `works_here`: the person still belongs to the unit;
    `ours` and `recognised` as of what is asked. `reference`, `document_fits`, `post`, `assessment` and `items` what the
    step says; `overdue_untold`: its day is over, and nobody was told.
    """

    id: UUID
    state: RecognitionState
    version: int
    lineage: Collection[UUID]
    person_id: UUID
    unit_id: UUID
    hrss_id: UUID
    wish: Wish
    by_unit: bool = False
    own: bool = False
    verified_by_caller: bool = False
    as_told: bool = True
    works_here: bool = True
    ours: Origin | None = None
    recognised: bool = False
    how: How | None = None
    reference: str | None = None
    document_fits: bool = False
    post: str | None = None
    assessment: str | None = None
    items: tuple[str, ...] = ()
    reason: str | None = None
    overdue_untold: bool = False


@rule(
    "NOT_ONES_OWN_TITLE",
    article="each_answers",
    zh="不得办理本人的互认申请",
    en="Nobody decides on the own title.",
)
def not_ones_own(case: RecognitionFacts) -> Broken | None:
    """Nobody decides on the own title (三（一）)."""
    return Broken("不得办理本人的申请", "This is your own title.") if case.own else None


@rule(
    "NOT_BY_WHO_VERIFIED",
    article="employer_confirms",
    zh="审验人不得代用人单位确认",
    en="Who verified a title does not confirm it too.",
)
def not_by_who_verified(case: RecognitionFacts) -> Broken | None:
    """Verifying and confirming are two parties' answers (一（六）)."""
    if not case.verified_by_caller:
        return None
    return Broken("您已审验该资格，须由他人确认", "You verified it; somebody else confirms it.")


@rule(
    "VERIFIED_AS_TOLD",
    article="verified_by_jurisdiction",
    zh="审验的资格及证书须与申请时一致",
    en="What is verified is the title and the scan that were told.",
)
def verified_as_told(case: RecognitionFacts) -> Broken | None:
    """What is verified is what was told: a record that changed since is told anew (一（六）)."""
    if case.as_told:
        return None
    return Broken(
        "本人档案中的该资格或证书已变更，请退回补正",
        "The title on record, or its scan, has changed since; return it.",
        "record_id",
    )


@rule(
    "VERIFICATION_SHOWN",
    article="verified_by_jurisdiction",
    zh="网上查询和函询须写明查询编号或函号",
    en="A query online and a letter are told by their references.",
)
def verification_shown(case: RecognitionFacts) -> Broken | None:
    """How a title was verified can be followed: by the query's reference or the letter's number (一（六）)."""
    if case.how is How.ORIGINAL or case.reference:
        return None
    return Broken("请填写查询编号或函号", "Give the reference of the query or letter.", "reference")


@rule(
    "CONFIRMED_BY_DOCUMENT",
    article="formal_online",
    zh="办理确认手续须写明文号，单位内部使用无需办理手续",
    en="A formal confirmation names its document; use inside the unit has none.",
)
def confirmed_by_document(case: RecognitionFacts) -> Broken | None:
    """A formal confirmation is by document; for use inside the unit there is no procedure (一（六）)."""
    if case.wish is Wish.INTERNAL_USE or case.document_fits:
        return None
    return Broken("请填写文号", "Give the number of the document.", "document_number")


@rule(
    "WORK_AND_LEVEL_LOOKED_AT",
    article="employer_confirms",
    zh="用人单位须写明所依据的工作岗位和专业技术水平",
    en="The employer says for which post, and on what professional standard.",
)
def work_and_level_looked_at(case: RecognitionFacts) -> list[Broken]:
    """The employer confirms by the person's post and professional standard (一（六）)."""
    missing = []
    if not case.post:
        missing.append(Broken("请填写工作岗位", "Name the post.", "post"))
    if not case.assessment:
        missing.append(Broken("请填写专业技术水平评价", "Assess the professional standard.", "assessment"))
    return missing


@rule(
    "STILL_EMPLOYED_HERE",
    article="employer_confirms",
    zh="由现用人单位确认",
    en="The present employer confirms it.",
)
def still_employed_here(case: RecognitionFacts) -> Broken | None:
    """The employer that confirms is the one the person works for (一（六）)."""
    if case.works_here:
        return None
    return Broken(
        "该人员已不在本单位，请由本人撤回后向现单位提出",
        "The person does not work for you any more; he or she withdraws it and asks anew.",
    )


@rule(
    "CONFIRMED_ONCE",
    article="recognised_titles",
    zh="同一资格只确认一次",
    en="A title is confirmed once.",
)
def confirmed_once(case: RecognitionFacts) -> Broken | None:
    """What came here between the request and its confirmation is not confirmed beside it (一（六）)."""
    return _here_already(case.ours, recognised=case.recognised)


@rule(
    "ITEMS_NAMED",
    article="verified_by_jurisdiction",
    zh="退回补正须逐项写明",
    en="A return names what is to be mended.",
)
def items_named(case: RecognitionFacts) -> Broken | None:
    """A return says item by item what is to be mended (一（六）)."""
    return None if case.items else Broken("请写明需补正的事项", "Name what is to be mended.", "items")


@rule(
    "REASON_OF_REFUSAL", article="each_answers", zh="不予通过、不予确认须写明理由", en="A refusal says why."
)
def reason_of_refusal(case: RecognitionFacts) -> Broken | None:
    """A refusal says why (三（一）)."""
    return None if case.reason else Broken("请写明理由", "Give the reason.", "note")


@rule(
    "OVERDUE",
    article="verified_by_jurisdiction",
    zh="已逾期且尚未上报",
    en="Its last day is over, and nobody was told yet.",
)
def overdue(case: RecognitionFacts) -> Broken | None:
    """What is late is told above once."""
    return None if case.overdue_untold else Broken("尚未逾期或已上报", "It is not late, or it was told.")
