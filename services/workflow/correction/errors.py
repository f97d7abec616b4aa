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


class ValueUnfit(Invalid):
    """What is told cannot stand there."""

    code = "VALUE_UNFIT"
    zh = "“{value}”不能作为“{field_zh}”"
    en = "{value} cannot be the {name}."


class NumberTaken(Conflict):
    """Another certificate has that number, of the same issuer or the same holder's name, or it is one that is given here."""

    code = "NUMBER_TAKEN"
    zh = "证书编号“{value}”已属于另一证书，或属于本平台编发的编号"
    en = "The number {value} is another certificate's, or one that is given here."


class SpecialtyUnknown(Invalid):
    """No filed specialty of the series is called so."""

    code = "SPECIALTY_UNKNOWN"
    zh = "该系列没有名为“{value}”的已备案评审专业"
    en = "The series has no filed specialty called {value}."
