"""Why something about reconciliations is refused."""

from services.kit.errors import Conflict, Forbidden, NotFound


class ProvinceOnly(Forbidden):
    """A reconciliation is about the whole province."""

    code = "PROVINCE_ONLY"
    zh = "与信用平台的对账由省级人社部门办理和查看"
    en = "Reconciliations with credit platforms are the provincial HRSS's to ask for and to read."


class PlatformUnknown(NotFound):
    """No platform of that name is configured, or it lists nothing."""

    code = "PLATFORM_UNKNOWN"
    zh = "没有名为 {platform} 且支持对账的信用平台"
    en = "There is no credit platform {platform} that lists what it has."


class ReconciliationOpen(Conflict):
    """One of this platform is under way already."""

    code = "RECONCILIATION_OPEN"
    zh = "与该平台的对账正在进行，请等待其完成"
    en = "A reconciliation with this platform is under way; wait for its end."


class ReconciliationNotFound(NotFound):
    """No reconciliation by that id."""

    code = "RECONCILIATION_NOT_FOUND"
    zh = "没有找到该对账记录"
    en = "There is no such reconciliation."
