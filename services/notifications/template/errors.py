"""What is refused of templates."""

from services.kit.errors import Invalid, NotFound


class TemplateNotFound(NotFound):
    """No such template."""

    code = "TEMPLATE_NOT_FOUND"
    zh = "没有找到该消息模板"
    en = "There is no such template."


class ExampleWrong(Invalid):
    """What was told is no event that the template is for."""

    code = "EXAMPLE_WRONG"
    zh = "示例数据不符合该模板的事件：{why}"
    en = "This is no data of the template's event: {why}"
