"""Why there is no recalculation, or no standing to show."""

from services.kit.errors import Forbidden, NotFound


class ProvinceOnly(Forbidden):
    """The whole province is recalculated by its own department."""

    code = "PROVINCE_ONLY"
    zh = "全省岗位测算由省人力资源社会保障厅的职称管理或审核人进行"
    en = (
        "The whole province is recalculated by a title officer or reviewer of the provincial HRSS department."
    )


class RecalculationNotFound(NotFound):
    """No recalculation by that id that the caller may see."""

    code = "RECALCULATION_NOT_FOUND"
    zh = "没有找到该次全省岗位测算"
    en = "There is no such recalculation."


class NeverCounted(NotFound):
    """No recalculation of the year has counted it yet."""

    code = "NEVER_COUNTED"
    zh = "{year} 年度尚未完成全省岗位测算"
    en = "No recalculation of {year} has counted this yet."
