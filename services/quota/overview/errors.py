"""Why there is no overview for somebody."""

from services.kit.errors import Forbidden


class OverviewForHrss(Forbidden):
    """The overview is for HRSS departments, each for what lies below it."""

    code = "OVERVIEW_FOR_HRSS"
    zh = "岗位使用情况总览供各级人力资源社会保障部门查看"
    en = "The overview of posts is for HRSS departments, each for what lies below it."
