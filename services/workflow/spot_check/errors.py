"""Why something about a spot check is refused."""

from services.kit.errors import Forbidden, Invalid, NotFound


class SpotCheckNotFound(NotFound):
    """No spot check by that id in the caller's reach."""

    code = "SPOT_CHECK_NOT_FOUND"
    zh = "没有找到该抽查"
    en = "There is no such spot check."


class SpotCheckItemNotFound(NotFound):
    """No item by that id in the caller's reach."""

    code = "SPOT_CHECK_ITEM_NOT_FOUND"
    zh = "没有找到该抽查事项"
    en = "There is no such item of a spot check."


class NotTheProvince(Forbidden):
    """The provincial HRSS checks; nobody else orders it."""

    code = "NOT_THE_PROVINCE"
    zh = "抽查由省人力资源社会保障厅部署"
    en = "A spot check is ordered by the provincial HRSS."


class ShareNeedsDocument(Invalid):
    """Another share than that of the rules rests on a document."""

    code = "SHARE_NEEDS_DOCUMENT"
    zh = "抽查比例不按规定比例（{share}）的，须填写文号"
    en = "Another share than {share} rests on a document: give its number."


class NothingOfThatScope(Invalid):
    """The committee, level and series do not go together, or are none of the year's."""

    code = "NOTHING_OF_THAT_SCOPE"
    zh = "该年度没有所列评委会，或其不评审所列系列、层级"
    en = "The committee is none of that year, or does not review that series and level."


class FindingNeeded(Invalid):
    """What is found is ordered to be corrected or declared void, by a document; anything else finds nothing."""

    code = "FINDING_NEEDED"
    zh = "认定有问题须同时作出限期纠正或宣布评审结果无效的处理，其他操作不作处理"
    en = "To find something order a correction or declare the result void with it; no other step does."
