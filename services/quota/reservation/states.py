"""What can be done with a reservation; where it can stand is in the contract (`ReservationState`)."""

from enum import StrEnum


class Action(StrEnum):
    """What can be done with a reservation."""

    CONFIRM = "CONFIRM"  # 占用
    RELEASE = "RELEASE"  # 释放
    RECLAIM = "RECLAIM"  # 重新预留
