"""What can be refused about groups, hearings, recusals and opinions of a meeting."""

from services.kit.errors import Conflict, Forbidden, Invalid, RuleBroken


class Recused(Forbidden):
    """Who has recused him- or herself from a declaration has nothing to do with it any more."""

    code = "RECUSED"
    zh = "您已对该申报申请回避，不能再查阅材料、提出意见或投票"
    en = "You have recused yourself from this declaration: it is closed to you."


class RecusedAfterBallot(Conflict):
    """A ballot that was cast cannot be found again, so nobody steps back from it."""

    code = "RECUSED_AFTER_BALLOT"
    zh = "您已对该申报投票，无记名选票无法取回，不能再申请回避；请联系监督人员"
    en = "Your ballot on this is in and cannot be found again, so you cannot recuse yourself. Call the supervisors."


class NotDeliberating(Conflict):
    """Declarations are open to experts from the draw until the vote is closed."""

    code = "NOT_DELIBERATING"
    zh = "评审专家只能在抽取后至投票结束前查阅申报、提出意见、申请回避"
    en = "Declarations are open to experts from the draw until the vote is closed, and not after."


class NotSeated(Forbidden):
    """Once the meeting is open its declarations are there for those who came."""

    code = "EXPERT_NOT_SEATED"
    zh = "会议已开始，未到会的评委不能再查阅申报、提出意见"
    en = "The meeting is open, and you did not come: its declarations are closed to you."


class TooLateToArrange(Conflict):
    """Groups and hearings are settled before the meeting opens; what is awaited may still be waived."""

    code = "TOO_LATE_TO_ARRANGE"
    zh = "分组、面试答辩和实践操作应在抽取专家后、会议开始前安排"
    en = "Groups and hearings are arranged after the draw and before the meeting opens."


class GroupsNotWhole(Invalid):
    """Each expert and each declaration of the meeting is in one group."""

    code = "GROUPS_NOT_WHOLE"
    zh = "每名评审专家和每份申报须且只能属于一个评议组"
    en = "Each expert and each declaration of the meeting is in exactly one group."


class GroupTooSmall(RuleBroken):
    """A group has the fewest experts that the order asks for."""

    code = "GROUP_TOO_SMALL"
    zh = "评议组“{name}”有专家 {count} 人，不少于 {fewest} 人"
    en = "Group {name} has {count} experts; at least {fewest} are needed."


class HearingUnknown(Invalid):
    """No such hearing was arranged, or it is not asked of the applicant."""

    code = "HEARING_UNKNOWN"
    zh = "该申报没有安排此项面试答辩或实践操作"
    en = "No such hearing is arranged for this declaration."


class HearingOverlaps(Conflict):
    """A group hears one applicant at a time."""

    code = "HEARING_OVERLAPS"
    zh = "该时间段与同组另一场面试答辩或实践操作重叠"
    en = "The time overlaps another hearing of the same group."


class HearingSlotWrong(Invalid):
    """A hearing has a beginning, a later end on the same day, and a place; not past, and not after the meeting's day."""

    code = "HEARING_SLOT_WRONG"
    zh = "须填写起止时间和地点，在同一天内，结束晚于开始，不早于现在，且不晚于会议当日"
    en = "Give a place, a beginning and a later end on one day, not in the past and not after the meeting's day."


class HearingNotAsked(RuleBroken):
    """What the route waives is not asked of the applicant."""

    code = "HEARING_NOT_ASKED"
    zh = "申报途径已免除此项，不得要求申报人参加"
    en = "The applicant's route waives this: it is not asked."


class WaiverUnfounded(RuleBroken):
    """A hearing is waived by the route, or by a decision with number and reason."""

    code = "WAIVER_UNFOUNDED"
    zh = "申报途径未免除此项；另行免除须有决定文号和理由"
    en = "The route does not waive this; a decision to waive it needs its number and a reason."


class HearingNotYet(Conflict):
    """What came of a hearing is recorded once it has begun."""

    code = "HEARING_NOT_YET"
    zh = "该场次尚未开始，或已免除，不能登记结果"
    en = "It has not begun, or is waived: there is nothing to record."


class HearingOver(Conflict):
    """Of what was held, or missed, it is recorded what came of it; no other time is said."""

    code = "HEARING_OVER"
    zh = "该场次已登记结果，不能重新安排或免除"
    en = "What came of it is recorded: it is neither arranged again nor waived."


class OutcomeAfterBallot(Conflict):
    """What was voted on was heard: its hearing is no longer recorded otherwise."""

    code = "OUTCOME_AFTER_BALLOT"
    zh = "该申报已有评审专家投票，面试答辩或实践操作的结果不能再更改"
    en = "Experts have voted on this declaration: the outcome of its hearing stays."


class NotHeard(RuleBroken):
    """Nobody votes on an applicant who was to be heard and was not."""

    code = "NOT_HEARD"
    zh = "该申报应进行的面试答辩或实践操作尚未进行，不能投票"
    en = "The applicant was to be heard and was not yet: there is no vote on it."


class NotOfTheGroup(Forbidden):
    """The opinion of a group is written by one of it."""

    code = "NOT_OF_THE_GROUP"
    zh = "只有负责该申报的评议组成员可以提出评议组意见"
    en = "Only an expert of the group that prepares this declaration writes the group's opinion."


class OpinionsSealed(Forbidden):
    """Opinions are told to the office and the HRSS once the vote is closed, and to nobody else."""

    code = "OPINIONS_SEALED"
    zh = "评议意见在投票结束后由评委会办事机构和人社部门查阅，不署专家姓名"
    en = "Opinions are told to the office and the HRSS once the vote is closed, without names, and to nobody else."
