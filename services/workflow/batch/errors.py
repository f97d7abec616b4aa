"""Why a batch refuses, and a declaration without one."""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken


class BatchNotFound(NotFound):
    """There is none by that id, or it is not published yet."""

    code = "BATCH_NOT_FOUND"
    zh = "没有找到该申报批次"
    en = "There is no such batch."


class RouteWithoutBatches(Invalid):
    """The notice sets no batches for the route."""

    code = "ROUTE_WITHOUT_BATCHES"
    zh = "申报途径 {route} 不分批次组织"
    en = "There are no batches of the route {route}."


class NotAnOrganiser(Forbidden):
    """Batches are opened by the title officers of the bodies that the notice names (一（四）2)."""

    code = "NOT_AN_ORGANISER"
    zh = "申报批次由{organisers}的职称管理部门组织"
    en = "A title officer of one of the regions that organise the route opens its batches."


class BatchExists(Conflict):
    """The region has a batch of the route in the year that was not withdrawn."""

    code = "BATCH_EXISTS"
    zh = "本地区 {year} 年度“{route}”已有申报批次"
    en = "The region has a batch of that route in {year} already."


class NoBatchOpen(RuleBroken):
    """The applicant's region has published no batch: without one nobody declares by the route (一（四）2)."""

    code = "NO_BATCH_OPEN"
    zh = "{place}尚未公布 {year} 年度“{route}”申报批次，不能申报"
    en = "No batch of that route is published for {place} in {year}, so nothing can be declared yet."
