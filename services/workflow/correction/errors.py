"""Why a correction is refused."""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken


class CorrectionNotFound(NotFound):
    """No such correction, or of a certificate that is none of the caller's business."""

    code = "CORRECTION_NOT_FOUND"
    zh = "没有找到该更正申请"
    en = "There is no such correction."


class NotYoursToCorrect(Forbidden):
    """Its holder asks, or the unit, or who issued it."""

    code = "NOT_YOURS_TO_CORRECT"
    zh = "证书更正由持证人、其单位或发证机关申请"
    en = "A correction is asked for by the holder, the unit, or who issued the certificate."


class FieldNotCorrectable(RuleBroken):
    """The policy lets this not be corrected."""

    code = "FIELD_NOT_CORRECTABLE"
    zh = "“{field_zh}”不属于可以更正的内容"
    en = "{name} is not among what may be corrected."


class NothingToCorrect(Invalid):
    """The certificate says so already."""

    code = "NOTHING_TO_CORRECT"
    zh = "证书现在记载的“{field_zh}”就是“{value}”"
    en = "The certificate says so already: {value}."


class CorrectionOpen(Conflict):
    """A correction of the same is waiting."""

    code = "CORRECTION_OPEN"
    zh = "该证书的“{field_zh}”已有更正申请待办理"
    en = "A correction of {name} is waiting already."


class NotInForce(Conflict):
    """Only a certificate in force is corrected."""

    code = "CERTIFICATE_NOT_IN_FORCE"
    zh = "证书{standing_zh}，不能更正"
    en = "The certificate stands at {standing}; only one in force is corrected."


class NotIssuedHere(RuleBroken):
    """What was imported bears a number that this platform did not give."""

    code = "CERTIFICATE_NOT_ISSUED_HERE"
    zh = "历史导入的证书不由本平台换发：请发证机关或其上级职称管理部门宣布该证书无效，再由导入机构的专人重新导入该行"
    en = (
        "An imported certificate is not issued anew here: who issued it, or who stands above, declares it void,"
        " and the person in charge imports its row anew."
    )


class SpecialtyUnknown(Invalid):
    """No filed specialty of the series is called so."""

    code = "SPECIALTY_UNKNOWN"
    zh = "该系列没有名为“{value}”的已备案评审专业"
    en = "The series has no filed specialty called {value}."
