"""The levels of titles (职称层级) that posts are counted by."""

from gateway.words import terms
from services.quota.contract import TitleLevel

terms(
    "A level of titles (职称层级).",
    {"FULL_SENIOR": "正高级", "ASSOCIATE_SENIOR": "副高级", "MIDDLE": "中级", "JUNIOR": "初级"},
)(TitleLevel)

__all__ = ["TitleLevel"]
