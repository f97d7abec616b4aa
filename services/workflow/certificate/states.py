"""How a title was obtained, and how the levels of HRSS are called."""

from collections.abc import Mapping
from enum import StrEnum

from services.accounts.contract import OrganisationLevel


class Way(StrEnum):
    """How a title was obtained (取得方式)."""

    REVIEW = "REVIEW"  # 评审
    RECOGNITION = "RECOGNITION"  # 认定
    CONFIRMATION = "CONFIRMATION"  # 确认
    EXAMINATION = "EXAMINATION"  # 考试


HRSS_LABELS: Mapping[OrganisationLevel, str] = {
    OrganisationLevel.PROVINCE: "省",
    OrganisationLevel.PREFECTURE: "市（州）",
    OrganisationLevel.COUNTY: "县（市、区、行委）",
}
