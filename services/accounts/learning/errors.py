"""What the online test refuses."""

from services.kit.errors import Conflict, Forbidden, NotFound, RuleBroken, TooMany


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


class TimeUp(Conflict):
    """The time of the paper is over; it is judged by what was saved before."""

    code = "TEST_TIME_UP"
    zh = "答题时间已到，系统将按已保存的作答评分"
    en = "The time is up; the paper is judged by what was saved before."


class PauseBetweenTests(TooMany):
    """Who has failed reads first, and tries again after a pause."""

    code = "TEST_PAUSE"
    zh = "两次测试之间应间隔 {minutes} 分钟，请学习后于 {seconds} 秒后再试"
    en = "There are {minutes} minutes between two attempts. Learn, and try again in {seconds} seconds."


class AttemptsUsedUp(Conflict):
    """As many attempts as a day has were made."""

    code = "TEST_ATTEMPTS_USED_UP"
    zh = "每天最多参加 {most} 次在线测试，请明天再试"
    en = "There are {most} attempts a day. Try again tomorrow."


class GuideNotFound(NotFound):
    """No guide by that name has a file."""

    code = "GUIDE_NOT_FOUND"
    zh = "没有找到该学习资料"
    en = "There is no such guide, or it has no file."


class TestNotPassed(RuleBroken):
    """Personal data come after the test (二（三）)."""

    __test__ = False
    code = "TEST_NOT_PASSED"
    zh = "请先学习并通过 {cycle} 年度的在线测试，再填报个人信息、上传资料"
    en = "Learn and pass the online test of {cycle} first; personal data and materials come after it."
