"""Why a committee or an expert is refused."""

from services.kit.errors import Conflict, Invalid, NotFound, RuleBroken


class CommitteeNotFound(NotFound):
    """No committee by that id."""

    code = "COMMITTEE_NOT_FOUND"
    zh = "没有找到该评委会"
    en = "There is no such committee."


class CommitteeExists(Conflict):
    """The cycle has a committee of that name."""

    code = "COMMITTEE_EXISTS"
    zh = "本年度已有名为“{name}”的评委会"
    en = "The cycle has a committee named {name} already."


class ExpertNotFound(NotFound):
    """No expert by that id."""

    code = "EXPERT_NOT_FOUND"
    zh = "没有找到该专家"
    en = "There is no such expert."


class ExpertExists(Conflict):
    """The account is in the pool of that series already."""

    code = "EXPERT_EXISTS"
    zh = "该专家已在本系列专家库中"
    en = "The expert is in the pool of this series already."


class CommitteeTooSmall(RuleBroken):
    """The committee has fewer experts than its levels ask, or an even number."""

    code = "COMMITTEE_TOO_SMALL"
    zh = "该评委会应由不少于 {least} 人的单数专家组成，现为 {size} 人"
    en = "The committee needs an odd number of at least {least} experts, not {size}."


class NoCommittee(RuleBroken):
    """No approved committee's jurisdiction covers the declaration."""

    code = "NO_COMMITTEE"
    zh = "没有经批准组建、可以受理该申报的评委会"
    en = "No approved committee is competent for this declaration."


class ExpertValidity(Invalid):
    """The expert's term ends too late, or has passed."""

    code = "EXPERT_VALIDITY"
    zh = "专家聘期应在 {earliest} 至 {latest} 之间截止"
    en = "An expert's term must end between {earliest} and {latest}."


class OrganisationUnknown(Invalid):
    """An organisation named is not known."""

    code = "ORGANISATION_UNKNOWN"
    zh = "没有编号为 {id} 的机构"
    en = "There is no organisation {id}."


class OutsideDelegation(RuleBroken):
    """The committee goes beyond the authority that was delegated."""

    code = "OUTSIDE_DELEGATION"
    zh = "超出下放给{body}的评审权限：仅限{series}{levels}"
    en = "Beyond what was delegated to {body}: {code} {level_codes} only."


class DelegationUnknown(Invalid):
    """No delegation by that code."""

    code = "DELEGATION_UNKNOWN"
    zh = "没有代码为 {code} 的评审权限下放"
    en = "There is no delegation {code}."
