"""Why no figures can be shown."""

from services.kit.errors import NotFound


class UnitNotFound(NotFound):
    """No unit by that id whose posts the caller may see."""

    code = "UNIT_NOT_FOUND"
    zh = "没有找到该单位的岗位情况"
    en = "There is no such unit whose posts you may see."
