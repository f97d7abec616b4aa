"""The levels of titles (职称层级) that posts are counted by."""

from gateway.words import terms
from services.quota.contract import TitleLevel

terms("A level of titles (职称层级).")(TitleLevel)

__all__ = ["TitleLevel"]
