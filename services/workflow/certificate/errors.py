"""What can be refused about filing and certificates."""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken


class ResultNotFound(NotFound):
    """No result of that declaration, or none the caller may see."""

    code = "RESULT_NOT_FOUND"
    zh = "没有找到该申报的评审结果"
    en = "No result of that declaration."


class ResultFiled(Conflict):
    """What is filed has a certificate, which is declared void by who issued it."""

    code = "RESULT_FILED"
    zh = "评审结果已审批备案并颁发证书，应由发证机关宣布证书无效"
    en = "The result is filed: who issued its certificate declares that void."


class CertificateNotFound(NotFound):
    """No such certificate, or none the caller may see."""

    code = "CERTIFICATE_NOT_FOUND"
    zh = "没有找到该证书"
    en = "No such certificate."


class ChangeNotPossible(Conflict):
    """What a certificate stands at now does not allow what is decided on it."""

    code = "CHANGE_NOT_POSSIBLE"
    zh = "证书 {number} 目前{standing_zh}，不能{kind_zh}"
    en = "The certificate {number} stands at {standing}, which does not allow {kind}."


class NotWhoIssuedIt(Forbidden):
    """A certificate is declared void by who issued it, or who stands above."""

    code = "NOT_WHO_ISSUED_IT"
    zh = "宣布证书无效由发证机关{issuer}或其上级人力资源社会保障部门决定"
    en = "A certificate is declared void by {issuer}, which issued it, or an HRSS above."


class NotTheFilingHrss(Forbidden):
    """Another HRSS manages titles of this level."""

    code = "NOT_THE_FILING_HRSS"
    zh = "{level_zh}职称应由{hrss_zh}人力资源社会保障部门审批备案"
    en = "Titles of level {level} are filed by the HRSS of level {hrss}."


class DocumentNumberInvalid(Invalid):
    """Filing rests on a formal document, named by its number."""

    code = "DOCUMENT_NUMBER_INVALID"
    zh = "文号“{given}”格式有误，应如：{example}"
    en = "{given} is not a document number; one looks like {example}."


class NotInPublicity(RuleBroken):
    """Only a result whose publicity is complete can be filed."""

    code = "RESULT_NOT_PUBLICISED"
    zh = "评审结果（{state}）未履行公示程序，不予备案"
    en = "The result (state {state}) has not been through its publicity, so it cannot be filed."


class PublicityNotOver(RuleBroken):
    """The publicity still runs, an objection is open, or one was upheld."""

    code = "PUBLICITY_NOT_OVER"
    zh = "不能备案：{why_zh}"
    en = "It cannot be filed: {why_en}"


class SeriesWithoutCode(RuleBroken):
    """The policy gives the series no code for certificate numbers."""

    code = "SERIES_WITHOUT_CODE"
    zh = "系列“{series}”没有证书编号代码，请在政策文件中补充"
    en = "The policy has no certificate code for the series {series}."
