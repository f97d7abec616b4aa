"""Why an import of a roster is refused."""

from services.kit.errors import Conflict, NotFound


class StaffingImportNotFound(NotFound):
    """No import by that id that the caller may see."""

    code = "STAFFING_IMPORT_NOT_FOUND"
    zh = "没有找到该名册导入"
    en = "There is no such import of a roster."


class ImportOpen(Conflict):
    """The unit has an import on its way."""

    code = "STAFFING_IMPORT_OPEN"
    zh = "该单位有一项名册导入尚未完成，请先完成或取消"
    en = "The unit has an import of a roster on its way. Finish or cancel it first."
