"""What can be refused about a meeting."""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken


class MeetingNotFound(NotFound):
    """No such meeting, or none the caller may see."""

    code = "MEETING_NOT_FOUND"
    zh = "没有找到该评审会议"
    en = "No such meeting."


class CommitteeNotUsable(RuleBroken):
    """A meeting belongs to a committee approved for the cycle."""

    code = "COMMITTEE_NOT_USABLE"
    zh = "评委会尚未获批准，不能召开评审会议"
    en = "The committee is not approved, so it cannot meet."


class CommitteeOfAnotherCycle(Invalid):
    """A committee is approved for one cycle."""

    code = "COMMITTEE_OF_ANOTHER_CYCLE"
    zh = "该评委会属于另一评审年度"
    en = "The committee belongs to another cycle."


class HeldInThePast(Invalid):
    """A meeting is planned for a day to come."""

    code = "HELD_IN_THE_PAST"
    zh = "会议日期 {held_on} 已过"
    en = "The day of the meeting, {held_on}, has passed."


class PostponedToEarlier(Invalid):
    """A meeting is postponed to a later day only."""

    code = "POSTPONED_TO_EARLIER"
    zh = "会议只能延期至 {held_on} 之后的日期"
    en = "A meeting can only be postponed to a day after {held_on}."


class FieldNeeded(Invalid):
    """The action needs a field that was not given."""

    code = "FIELD_NEEDED"
    zh = "进行“{action}”须填写 {name}"
    en = "{action} needs {name}."


class NotASingleCase(RuleBroken):
    """A session for a single case is held for who may be judged so."""

    code = "NOT_A_SINGLE_CASE"
    zh = "以下申报的途径不适用“一事一议”：{ids}"
    en = "These declarations are by no route that is judged as a single case: {ids}."


class OneCaseAlone(RuleBroken):
    """A session for a single case has one declaration on its agenda, and no other."""

    code = "ONE_CASE_ALONE"
    zh = "“一事一议”的会议只评审一人，议程中将有 {count} 份申报"
    en = "A session for a single case judges one person; its agenda would hold {count} declarations."


class NotAccepted(RuleBroken):
    """Only declarations that this committee's office accepted come before it."""

    code = "DECLARATION_NOT_ACCEPTED"
    zh = "以下申报未由本评委会受理，不能列入议程：{ids}"
    en = "These declarations are not accepted for this committee: {ids}."


class PoolTooSmall(RuleBroken):
    """Too few experts are left once conflicts are excluded."""

    code = "POOL_TOO_SMALL"
    zh = "评委库中符合条件的专家 {qualified} 人，回避 {excluded} 人后剩 {left} 人，不足 {size} 人"
    en = "{qualified} experts qualify and {excluded} have conflicts; the {left} left are fewer than {size}."


class ChangedMeanwhile(Conflict):
    """Experts are judged by what accounts was asked before the meeting was locked; somebody has come up since."""

    code = "CHANGED_MEANWHILE"
    zh = "专家库或申报人的回避申请刚刚有变化，请重新操作"
    en = "The pool, or what applicants ask for, has just changed. Repeat the step."


class ExpertNotDrawn(NotFound):
    """The expert does not sit on this meeting."""

    code = "EXPERT_NOT_DRAWN"
    zh = "该专家不是本次评审会议的评委"
    en = "That expert was not drawn for this meeting."


class NotAnExpertHere(Forbidden):
    """Only an expert drawn for the meeting may do this, and in person."""

    code = "NOT_AN_EXPERT_HERE"
    zh = "只有本次会议抽取的评委本人可以进行此项操作"
    en = "Only an expert drawn for this meeting may do this, in person."


class PledgeDiffers(Conflict):
    """What was signed is not the text in force."""

    code = "PLEDGE_DIFFERS"
    zh = "承诺书内容与现行文本不一致，请重新阅读后签署"
    en = "The text signed is not the pledge in force. Read it again and sign."


class NotReady(RuleBroken):
    """Training and pledge come before any declaration is seen, before attendance and vote."""

    code = "EXPERT_NOT_READY"
    zh = "评委须先参加培训并签署承诺书：{missing}"
    en = "Training and pledge come first; missing: {missing}."


class KeepsOut(Forbidden):
    """Who has to keep out, or is out of the pool, sees no declaration and is replaced."""

    code = "EXPERT_KEEPS_OUT"
    zh = "该评委应当回避或已不在专家库，等待递补"
    en = "This expert has to keep out, or is out of the pool, and is to be replaced."


class NotToday(Conflict):
    """Attendance is taken on the day of the meeting, before it opens."""

    code = "ATTENDANCE_NOT_NOW"
    zh = "签到应在会议当日（{held_on}）开会前进行"
    en = "Attendance is taken on the day of the meeting ({held_on}), before it opens."


class NotVotingNow(Conflict):
    """Ballots are taken while the meeting is open, never before and never after."""

    code = "NOT_VOTING_NOW"
    zh = "当前不在投票时间，不接受投票"
    en = "Ballots are taken only while the meeting is open."


class NotOnAgenda(NotFound):
    """The declaration does not stand on this meeting's agenda."""

    code = "NOT_ON_AGENDA"
    zh = "该申报不在本次会议议程中"
    en = "That declaration is not on the agenda."


class NotPresent(Forbidden):
    """Only experts present vote; nobody votes for another."""

    code = "EXPERT_NOT_PRESENT"
    zh = "只有出席会议的评委本人可以投票"
    en = "Only experts present may vote, in person."


class AlreadyVoted(Conflict):
    """One ballot for each expert and declaration; the answer never says which way it went."""

    code = "ALREADY_VOTED"
    zh = "您对该申报的投票已计入，不能重复或更改"
    en = "Your ballot on this declaration is in. It can be neither repeated nor changed."


class BoxDisagrees(Conflict):
    """A box and the roll do not match: the tally is refused rather than guessed."""

    code = "BALLOT_BOX_DISAGREES"
    zh = "票箱与投票登记不一致，已停止计票，请联系监督人员"
    en = "A ballot box and the roll disagree. Counting was stopped; call the supervisors."


class NotCounted(Conflict):
    """There is nothing to count again yet."""

    code = "NOT_COUNTED"
    zh = "会议尚未结束投票，没有计票结果"
    en = "The vote is not closed, so nothing was counted yet."
