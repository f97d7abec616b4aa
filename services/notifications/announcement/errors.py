"""Why something about announcements is refused."""

from services.kit.errors import Invalid, NotFound, RuleBroken


class AnnouncementNotFound(NotFound):
    """No announcement by that id in the caller's subtree."""

    code = "ANNOUNCEMENT_NOT_FOUND"
    zh = "没有找到该公告"
    en = "There is no such announcement."


class TooManyAnnouncements(RuleBroken):
    """An organisation has announced as often today as it may."""

    code = "ANNOUNCEMENTS_EXCEEDED"
    zh = "每个机构每日最多发布 {most} 条公告"
    en = "An organisation makes at most {most} announcements a day."


class DocumentNumberMissing(Invalid):
    """What cannot be switched off rests on a document."""

    code = "ANNOUNCEMENT_DOCUMENT_MISSING"
    zh = "法定告知事项的公告应填写文号"
    en = "An announcement that the law wants told names its document."


class EnglishIncomplete(Invalid):
    """English is told whole, or not at all."""

    code = "ANNOUNCEMENT_ENGLISH_INCOMPLETE"
    zh = "英文标题和英文正文应同时填写或同时留空"
    en = "Give the title and the body in English, or neither."
