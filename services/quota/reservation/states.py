"""What can be done with a reservation; where it can stand is in the contract (`ReservationState`)."""

from services.kit.words import Word


class Action(Word):
    """What can be done with a reservation."""

    CONFIRM = "CONFIRM", "占用"
    RELEASE = "RELEASE", "释放"
    RECLAIM = "RECLAIM", "重新预留"
