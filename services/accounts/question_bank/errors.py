"""What question banks refuse."""

from services.kit.errors import Conflict, Invalid, NotFound


class BankNotFound(NotFound):
    """No version by that id, or none for the caller."""

    code = "QUESTION_BANK_NOT_FOUND"
    zh = "没有找到该套试题"
    en = "There is no such version of the questions."


class SameQuestions(Conflict):
    """The very same questions are there as another version."""

    code = "SAME_QUESTIONS"
    zh = "试题与第 {number} 版完全相同，无需再次导入"
    en = "These are the questions of version {number}; they need not be imported again."


class SheetUnreadable(Invalid):
    """It is no XLSX workbook, or lacks columns, or is larger than a workbook of questions can be."""

    code = "SHEET_UNREADABLE"
    zh = "无法读取该表格：{why_zh}"
    en = "The sheet cannot be read: {why_en}."


class RowsUnreadable(Invalid):
    """Rows are no questions; every finding names one."""

    code = "ROWS_UNREADABLE"
    zh = "有 {count} 行无法读取：{first_zh}"
    en = "{count} rows cannot be read: {first_en}"
