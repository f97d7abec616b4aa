"""What the online test refuses."""

from services.kit.errors import Conflict, Forbidden, NotFound, RuleBroken


class AttemptNotFound(NotFound):
    """No attempt by that id that is the caller's."""

    code = "ATTEMPT_NOT_FOUND"
    zh = "没有找到该答卷"
    en = "There is no such attempt."


class ApplicantsOnly(Forbidden):
    """Only someone whose account a unit created takes the test."""

    code = "APPLICANTS_ONLY"
    zh = "在线测试由申报人本人以单位创建的个人账号参加"
    en = "The test is taken by applicants, with the account their unit gave them."


class AlreadyPassed(Conflict):
    """Once passed, the test of a cycle is passed."""

    code = "TEST_ALREADY_PASSED"
    zh = "您已通过 {cycle} 年度的在线测试，无需再次参加"
    en = "You have passed the test of {cycle}; it need not be taken again."


class QuestionsChanged(Conflict):
    """The questions were changed while the attempt was open."""

    code = "QUESTIONS_CHANGED"
    zh = "试题已更新，请重新开始测试"
    en = "The questions have changed meanwhile. Begin again."


class TestNotPassed(RuleBroken):
    """Personal data come after the test (二（三）)."""

    __test__ = False
    code = "TEST_NOT_PASSED"
    zh = "请先学习并通过 {cycle} 年度的在线测试，再填报个人信息、上传资料"
    en = "Learn and pass the online test of {cycle} first; personal data and materials come after it."
