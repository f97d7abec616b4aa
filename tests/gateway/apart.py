"""What of the gateway stands beside no model of a service, and why; `test_contracts` holds the rest against them."""

from __future__ import annotations

IN_THE_PATH = {
    "idempotency_key",
    "document_id",
    "id",
    "action",
    "cycle_id",
    "declaration_id",
    "person_id",
    "expert_id",
    "meeting_id",
    "publicity_id",
    "organisation_id",
    "ground",  # its one field stands in the body beside the others
}
WITHOUT_MODEL = {
    "accounts.person_standing.OfRecord",  # base of several that have one
    "quota.annual_form.AnnualFormFigures",  # base of two that have one
    "workflow.certificate.CertificateFace",  # base of two that have one
    "workflow.certificate.CertificateLimit",  # told as plain JSON
    "quota.ratio.RatioNumbers",  # two models in one
    "relay.Entity",
    "relay.Known",
}
WITHOUT_BODY = {
    "notifications.contact.RemoveContactInput",
    "notifications.contact.SendContactCodeInput",
    "notifications.credit.RedeliverInput",
    "notifications.delivery.RedriveNoticeCopyInput",
    "notifications.webhook_acts.PingWebhookEndpointInput",
    "notifications.webhook_acts.RedeliverWebhookInput",
    "notifications.webhook_acts.RotateWebhookSecretInput",
    "accounts.delegation.AnswerRoleOfferInput",
    "accounts.account.ReissueActivationInput",
    "acting.StepInput",  # base of steps
    "notifications.inbox.ReadAllMessagesInput",
    "notifications.inbox.ReadMessageInput",
    "accounts.intake.RenewImportLinkInput",
    "workflow.declaration_rounds.SaveSectionInput",  # its value is JSON
    "accounts.learning.AnswerInput",  # becomes a mapping
    "accounts.learning.AnswerTestInput",
    "accounts.learning.SaveTestAnswersInput",
    "accounts.learning.TestAnswers",  # base of the two
    "workflow.material.OpenMaterialInput",
    "workflow.deliberation_acts.OpenExpertFileInput",
    "workflow.material.RemoveMaterialInput",
    "workflow.material.RenewUploadLinkInput",
    "accounts.organisation_acts.OrganisationActInput",  # base of acts on organisations
    "workflow.recognition_acts.RecognisedTitleInput",  # base of asking and mending
    "refusals.Act",  # base of acts
    "quota.staffing_import.RequestStaffingReportInput",
    "workflow.historic.RequestHistoricReportInput",
}
