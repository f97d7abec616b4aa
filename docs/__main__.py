"""Write what is generated, or with `--check` say what is stale (exit code 1)."""

import sys
from pathlib import Path

from docs import compliance
from docs.accounts import accounts
from docs.asyncapi import events_generated, incompatible
from docs.event_catalogue import WordsMissing
from docs.machines import Machine
from docs.rules import rules
from services.accounts.delegation.steps import STEPS as DELEGATION_STEPS
from services.accounts.employment.steps import CHANGE_STEPS
from services.accounts.intake.steps import STEPS as IMPORT_STEPS
from services.accounts.learning.steps import STEPS as TEST_STEPS
from services.accounts.oauth.steps import STEPS as CLIENT_STEPS
from services.accounts.organisation.steps import STEPS as ORGANISATION_STEPS
from services.accounts.person.steps import PERSON_STEPS
from services.accounts.question_bank.steps import STEPS as QUESTION_STEPS
from services.accounts.record.steps import STEPS as RECORD_STEPS
from services.kit.policy import PolicyError
from services.notifications.announcement.steps import STEPS as ANNOUNCEMENT_STEPS
from services.notifications.delivery.steps import STEPS as COPY_STEPS
from services.notifications.template import versions
from services.notifications.template.events import EVENTS as NOTICED
from services.notifications.template.policy import load_catalogue
from services.notifications.webhook.steps import DELIVERY_STEPS
from services.notifications.webhook.steps import STEPS as WEBHOOK_STEPS
from services.quota.annual_form.steps import STEPS as FORM_STEPS
from services.quota.decision.steps import STEPS as DECISION_STEPS
from services.quota.recalculation.steps import STEPS as RECALCULATION_STEPS
from services.quota.reservation.steps import STEPS as RESERVATION_STEPS
from services.quota.staffing_import.steps import STEPS as ROSTER_STEPS
from services.quota.targeted.steps import STEPS as TARGETED_STEPS
from services.workflow.avoidance.steps import RELATION_STEPS, REQUEST_STEPS
from services.workflow.batch.steps import BATCH_STEPS
from services.workflow.committee.steps import COMMITTEE_STEPS, EXPERT_STEPS
from services.workflow.correction.steps import CORRECTION_STEPS
from services.workflow.credit_listing.steps import LISTING_STEPS
from services.workflow.criteria.steps import CRITERIA_STEPS
from services.workflow.cycle.steps import ARRANGEMENT_STEPS, CYCLE_STEPS, EXTENSION_STEPS, SPECIALTY_STEPS
from services.workflow.declaration.steps import STEPS as DECLARATION_STEPS
from services.workflow.entitlement.steps import LIST_STEPS
from services.workflow.historic.steps import STEPS as HISTORIC_STEPS
from services.workflow.integrity.steps import CASE_STEPS
from services.workflow.meeting.steps import STEPS as MEETING_STEPS
from services.workflow.publicity.steps import OBJECTION_STEPS
from services.workflow.recognition.steps import RECOGNITION_STEPS
from services.workflow.recommendation.steps import PLAN_STEPS, RECOMMENDATION_STEPS
from services.workflow.registration.steps import REGISTRATION_STEPS
from services.workflow.report.steps import REPORT_STEPS
from services.workflow.spot_check.steps import ITEM_STEPS, SPOT_CHECK_STEPS
from services.workflow.supervision.steps import FINDING_STEPS, FLAG_STEPS

ROOT = Path(__file__).resolve().parents[1]
POLICY = "qinghai/2023"
MACHINES: tuple[Machine, ...] = (
    Machine("年度", "services.workflow.cycle.steps", CYCLE_STEPS),
    Machine("时间调整", "services.workflow.cycle.steps", EXTENSION_STEPS),
    Machine("申报批次", "services.workflow.batch.steps", BATCH_STEPS),
    Machine("评审专业", "services.workflow.cycle.steps", SPECIALTY_STEPS),
    Machine("评审条件", "services.workflow.criteria.steps", CRITERIA_STEPS),
    Machine("评委会", "services.workflow.committee.steps", COMMITTEE_STEPS),
    Machine("评委库专家", "services.workflow.committee.steps", EXPERT_STEPS),
    Machine("回避关系", "services.workflow.avoidance.steps", RELATION_STEPS),
    Machine("回避申请", "services.workflow.avoidance.steps", REQUEST_STEPS),
    Machine("工作安排", "services.workflow.cycle.steps", ARRANGEMENT_STEPS),
    Machine("岗位聘任情况年度审核表", "services.quota.annual_form.steps", FORM_STEPS),
    Machine("申报数量决定", "services.quota.decision.steps", DECISION_STEPS),
    Machine("“双定向”岗位核定", "services.quota.targeted.steps", TARGETED_STEPS),
    Machine("名册导入", "services.quota.staffing_import.steps", ROSTER_STEPS),
    Machine("享受政策人员名单", "services.workflow.entitlement.steps", LIST_STEPS),
    Machine("推荐方案", "services.workflow.recommendation.steps", PLAN_STEPS),
    Machine("推荐登记", "services.workflow.registration.steps", REGISTRATION_STEPS),
    Machine("推荐", "services.workflow.recommendation.steps", RECOMMENDATION_STEPS),
    Machine("岗位预留", "services.quota.reservation.steps", RESERVATION_STEPS),
    Machine("全省岗位测算", "services.quota.recalculation.steps", RECALCULATION_STEPS),
    Machine("历史证书导入", "services.workflow.historic.steps", HISTORIC_STEPS),
    Machine("异议", "services.workflow.publicity.steps", OBJECTION_STEPS),
    Machine("人员", "services.accounts.person.steps", PERSON_STEPS),
    Machine("变更用人单位", "services.accounts.employment.steps", CHANGE_STEPS),
    Machine("试题", "services.accounts.question_bank.steps", QUESTION_STEPS),
    Machine("角色委托", "services.accounts.delegation.steps", DELEGATION_STEPS),
    Machine("批量导入", "services.accounts.intake.steps", IMPORT_STEPS),
    Machine("组织机构", "services.accounts.organisation.steps", ORGANISATION_STEPS),
    Machine("在线测试", "services.accounts.learning.steps", TEST_STEPS),
    Machine("档案信息", "services.accounts.record.steps", RECORD_STEPS),
    Machine("第三方应用", "services.accounts.oauth.steps", CLIENT_STEPS),
    Machine("推送接收地址", "services.notifications.webhook.steps", WEBHOOK_STEPS),
    Machine("推送记录", "services.notifications.webhook.steps", DELIVERY_STEPS),
    Machine("申报", "services.workflow.declaration.steps", DECLARATION_STEPS),
    Machine("信用核查", "services.workflow.credit_listing.steps", LISTING_STEPS),
    Machine("评审会议", "services.workflow.meeting.steps", MEETING_STEPS),
    Machine("职称互认", "services.workflow.recognition.steps", RECOGNITION_STEPS),
    Machine("证书更正", "services.workflow.correction.steps", CORRECTION_STEPS),
    Machine("审核速度提示", "services.workflow.supervision.steps", FLAG_STEPS),
    Machine("举报", "services.workflow.report.steps", REPORT_STEPS),
    Machine("诚信案件", "services.workflow.integrity.steps", CASE_STEPS),
    Machine("监督处理", "services.workflow.supervision.steps", FINDING_STEPS),
    Machine("抽查", "services.workflow.spot_check.steps", SPOT_CHECK_STEPS),
    Machine("抽查事项", "services.workflow.spot_check.steps", ITEM_STEPS),
    Machine("公告", "services.notifications.announcement.steps", ANNOUNCEMENT_STEPS),
    Machine("通知发送", "services.notifications.delivery.steps", COPY_STEPS),
)
"""Every table of steps there is, in the order of the year."""


def generated() -> dict[Path, str]:
    """Every generated document and what it should hold."""
    return {
        ROOT / "docs" / "rules.md": rules(ROOT / "policies", POLICY, MACHINES),
        ROOT / "docs" / "accounts.md": accounts(ROOT / "policies", POLICY, MACHINES),
        ROOT / compliance.FILE: compliance.text(ROOT),
        **events_generated(ROOT),
        versions.VERSIONS: versions.listed(load_catalogue(NOTICED), versions.published()),
    }


def main(arguments: list[str]) -> int:
    """Write or check; nothing is written where an event lacks its words, or what was published of it or of a notice broke."""
    try:
        wrong = [f"{each}; a change like this is a new version" for each in incompatible(ROOT)]
        texts = generated()
    except (WordsMissing, PolicyError) as missing:
        wrong, texts = [str(missing)], {}
    if wrong:
        sys.stderr.writelines(f"{each}\n" for each in wrong)
        return 1
    stale = {
        path: text
        for path, text in texts.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    if "--check" in arguments:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(ROOT)} is stale; run `make docs`\n")
        return 1 if stale else 0
    for path, text in stale.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
