"""What can be refused about verification."""

from services.kit.errors import Forbidden, Invalid, TooMany


class TooManyVerifications(TooMany):
    """More than the policy allows within that time."""

    code = "TOO_MANY_VERIFICATIONS"
    zh = "查验过于频繁，请在 {seconds} 秒后再试"
    en = "Too many verifications. Try again in {seconds} seconds."


class TooManyPairs(Invalid):
    """More pairs in one call than the policy allows."""

    code = "TOO_MANY_PAIRS"
    zh = "一次最多查验 {limit} 份证书"
    en = "At most {limit} certificates are verified at a time."


class SystemsOnly(Forbidden):
    """The endpoint is for other systems with a client of their own."""

    code = "SYSTEMS_ONLY"
    zh = "批量查验仅供以自身凭据接入的外部系统使用"
    en = "Only a system with a client of its own verifies many at a time."
