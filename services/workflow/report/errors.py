"""Why a report is refused."""

from services.kit.errors import NotFound, TooMany


class ReportNotFound(NotFound):
    """No report by that id that the caller may check."""

    code = "REPORT_NOT_FOUND"
    zh = "没有找到该举报"
    en = "There is no such report."


class NothingToReport(NotFound):
    """No declaration of that number is under way; drafts, finished and unknown ones are answered alike."""

    code = "NOTHING_TO_REPORT"
    zh = "没有编号为 {number} 的在办申报"
    en = "No declaration {number} is under way."


class TooManyReports(TooMany):
    """So many anonymous reports at a time; signed in, one may report all the same."""

    code = "TOO_MANY_REPORTS"
    zh = "匿名举报过于频繁，请 {seconds} 秒后再试，或实名举报"
    en = "Too many anonymous reports. Try again in {seconds} seconds, or report under your name."
