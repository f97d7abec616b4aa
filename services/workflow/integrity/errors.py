"""Why something about integrity is refused."""

from services.kit.errors import Invalid, NotFound, RuleBroken, TooMany


class CaseNotFound(NotFound):
    """No case by that id in the caller's reach."""

    code = "CASE_NOT_FOUND"
    zh = "没有找到该诚信案件"
    en = "There is no such case."


class RecordNotFound(NotFound):
    """No line of the archive by that id in the caller's reach."""

    code = "RECORD_NOT_FOUND"
    zh = "没有找到该诚信档案记录"
    en = "There is no such record."


class NobodyConcerned(NotFound):
    """Nobody whom a case could be about; what is unknown, a draft, or out of reach is answered alike."""

    code = "NOBODY_CONCERNED"
    zh = "没有可以立案的申报、证书或人员"
    en = "There is no declaration, certificate or person of that kind that a case could be about."


class GroundNotEstablished(RuleBroken):
    """A case rests on what was found true."""

    code = "GROUND_NOT_ESTABLISHED"
    zh = "该举报、异议或监督处理未查实，不能据此立案；可依职权立案"
    en = "The report, objection or finding was not found true. A case can be opened ex officio."


class CaseExists(RuleBroken):
    """What was found true leads to one case."""

    code = "CASE_EXISTS"
    zh = "据此已经立案"
    en = "There is a case that rests on it already."


class TooManyComplaints(TooMany):
    """So many anonymous complaints at a time; signed in, one may complain all the same."""

    code = "TOO_MANY_COMPLAINTS"
    zh = "匿名投诉过于频繁，请 {seconds} 秒后再试，或实名投诉"
    en = "Too many anonymous complaints. Try again in {seconds} seconds, or complain under your name."


class NotTheirCertificate(Invalid):
    """A decision revokes certificates of the person alone."""

    code = "NOT_THEIR_CERTIFICATE"
    zh = "所列证书中有不是该人员的证书"
    en = "One of the certificates is none of the person's."


class CertificateLeftOut(Invalid):
    """The certificate that the case is about is revoked by the finding."""

    code = "CERTIFICATE_LEFT_OUT"
    zh = "认定失信的，应撤销所涉证书 {number}"
    en = "A finding revokes the certificate that the case is about, {number}."


class BarInvalid(Invalid):
    """What is serious bars for a period within the policy's; what is not bars nobody."""

    code = "BAR_INVALID"
    zh = "情节严重的须限定取消资格的截止日期（{earliest} 至 {latest}），否则不设期限"
    en = "What is serious bars until a day between {earliest} and {latest}; what is not bars nobody."


class ShorterBarInvalid(Invalid):
    """A bar is shortened to a day before its last, and to no less than the policy asks for."""

    code = "SHORTER_BAR_INVALID"
    zh = "缩短后的截止日期须早于原截止日期，且不少于规定的最短期限（{earliest} 至 {latest}）；未限定期限的不能缩短"
    en = "A shorter bar ends between {earliest} and {latest}; where nothing is barred, nothing is shortened."


class Barred(RuleBroken):
    """Somebody found to have acted seriously against integrity declares nothing for a period."""

    code = "BARRED"
    zh = "依据 {document}，{begins} 至 {ends} 取消职称申报资格"
    en = "By {document} nothing is declared from {begins} to {ends}."
