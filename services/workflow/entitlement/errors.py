"""Why a list of entitled people refuses."""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound


class ListNotFound(NotFound):
    """There is none by that id, or it is out of the caller's scope."""

    code = "ENTITLEMENT_LIST_NOT_FOUND"
    zh = "没有找到该名单"
    en = "There is no such list."


class NotAKeeper(Forbidden):
    """Lists are kept by the health authorities of the prefectures, by their reviewers (二（四）2)."""

    code = "NOT_A_KEEPER"
    zh = "享受政策人员范围由各市州卫生健康部门审核人确定"
    en = "A reviewer of a prefecture's health authority determines who is entitled."


class ListExists(Conflict):
    """The authority has a list of the year by this document."""

    code = "ENTITLEMENT_LIST_EXISTS"
    zh = "本年度已有依据《{document_number}》的名单"
    en = "There is a list of the year by the document {document_number} already."


class PersonNotOfPrefecture(Invalid):
    """Nobody by that id belongs to an organisation in the keeper's prefecture."""

    code = "PERSON_NOT_OF_PREFECTURE"
    zh = "本市（州）没有该人员"
    en = "There is no such person in the prefecture."
