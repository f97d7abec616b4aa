"""Why an import of historic certificates is refused, as a whole or row by row."""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken


class HistoricImportNotFound(NotFound):
    """No import by that id that the caller may see."""

    code = "HISTORIC_IMPORT_NOT_FOUND"
    zh = "没有找到该历史证书导入"
    en = "There is no such import of historic certificates."


class HistoricImportOpen(Conflict):
    """The organisation has an import on its way."""

    code = "HISTORIC_IMPORT_OPEN"
    zh = "该机构有一项历史证书导入尚未完成，请先完成或取消"
    en = "The organisation has an import of historic certificates on its way. Finish or cancel it first."


class NotInCharge(Forbidden):
    """Only the person whom the organisation has put in charge imports (一（三）3)."""

    code = "NOT_IN_CHARGE"
    zh = "历史证书由本机构指定的专人导入"
    en = "Historic certificates are imported by the person in charge at the organisation."


class ChecksumDiffers(Invalid):
    """What arrived is not what was announced."""

    code = "CHECKSUM_DIFFERS"
    zh = "收到的文件与申报的 SHA-256 校验值不一致，请重新上传"
    en = "The file that arrived has another SHA-256 than was announced. Send it again."


class RowRepeated(Invalid):
    """Another row of the file tells of the same certificate."""

    code = "ROW_REPEATED"
    zh = "与第 {row} 行重复：{what_zh}相同"
    en = "This repeats row {row}: the same {what_en}."


class OnRecord(Conflict):
    """The certificate, or another one of that number by that issuer, is here already."""

    code = "CERTIFICATE_ON_RECORD"
    zh = "库中已有{what_zh}相同的证书"
    en = "There is a certificate with the same {what_en} already."


class NumberOfOurs(Invalid):
    """The number is of the shape that this platform gives."""

    code = "NUMBER_OF_THE_PLATFORM"
    zh = "该编号属于本平台的编号范围，不能作为历史证书导入"
    en = "This number is one that the platform itself gives, so it is no historic one."


class IssuerNotYours(Invalid):
    """The issuer is neither the importing organisation nor one below it."""

    code = "ISSUER_NOT_YOURS"
    zh = "“{issuer}”不是本机构或其下级机构的名称或曾用名"
    en = "{issuer} is no present or former name of the organisation or of one below it."


class IssuerAmbiguous(Invalid):
    """Several organisations are called so."""

    code = "ISSUER_AMBIGUOUS"
    zh = "有多个名为“{issuer}”的机构，请填写证书上的全称"
    en = "Several organisations are called {issuer}. Write the full name."


class ResidentIdWrong(Invalid):
    """It can be nobody's."""

    code = "RESIDENT_ID_WRONG"
    zh = "身份证号码有误"
    en = "This resident id can be nobody's."


class HolderNameDiffers(Invalid):
    """The account with that resident id has another name."""

    code = "HOLDER_NAME_DIFFERS"
    zh = "该身份证号码的账号登记的姓名与此不同"
    en = "The account with this resident id has another name."


class DayImpossible(Invalid):
    """A day in the future, before any title, or before the one it follows."""

    code = "DAY_IMPOSSIBLE"
    zh = "日期应在 {earliest} 至 {latest} 之间"
    en = "The day lies between {earliest} and {latest}."


class HolderUnknown(NotFound):
    """Nobody by that id is known here."""

    code = "HOLDER_UNKNOWN"
    zh = "没有找到该人员"
    en = "There is no such person."


class HolderKnown(Conflict):
    """Whose a certificate is, is told once, and of an imported one alone."""

    code = "HOLDER_KNOWN"
    zh = "证书 {number} 的持证人已经确定"
    en = "It is known whose the certificate {number} is."


class HolderIdDiffers(RuleBroken):
    """The number on the certificate is of another document."""

    code = "HOLDER_ID_DIFFERS"
    zh = "该人员的证件号码与证书记载的不一致"
    en = "The person's number is not the one on the certificate."


class HolderIsYou(RuleBroken):
    """Nobody tells of a certificate that it is the own."""

    code = "HOLDER_IS_YOU"
    zh = "不得为本人（或互为委托的人）关联证书，请由他人办理"
    en = "Nobody links a certificate to oneself; somebody else does."
