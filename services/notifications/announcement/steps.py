"""An announcement goes out by itself to its end; whoever announced it, or stands above, withdraws it before or after."""

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Step, Steps, Taker
from services.notifications.announcement.states import (
    AnnouncementAction,
    AnnouncementCase,
    AnnouncementState,
)
from services.notifications.system import BY_SYSTEM

ARTICLE = "announcements"
ANNOUNCERS = (Role.TITLE_OFFICER, Role.ORGANISATION_MANAGER)


def _seat(actor: Actor, case: AnnouncementCase) -> Seat | None:
    return actor.seat(*ANNOUNCERS, within=case.lineage)


ANNOUNCER: Taker[AnnouncementCase] = Taker(
    "/".join(ANNOUNCERS), "发布机构或其上级的职称工作人员、机构管理员", _seat
)

STEPS: Steps[AnnouncementCase] = {
    (AnnouncementState.ANNOUNCED, AnnouncementAction.FINISH): Step(
        AnnouncementState.FINISHED, BY_SYSTEM, ARTICLE
    ),
    (AnnouncementState.ANNOUNCED, AnnouncementAction.CANCEL): Step(
        AnnouncementState.CANCELLED, ANNOUNCER, ARTICLE
    ),
    (AnnouncementState.FINISHED, AnnouncementAction.CANCEL): Step(
        AnnouncementState.CANCELLED, ANNOUNCER, ARTICLE
    ),
}
