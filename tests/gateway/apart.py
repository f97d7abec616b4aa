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
    "person_standing.OfRecord",  # base of several that have one
    "annual_form.AnnualFormFigures",  # base of two that have one
    "certificate.CertificateFace",  # base of two that have one
    "certificate.CertificateLimit",  # told as plain JSON
    "ratio.RatioNumbers",  # two models in one
    "relay.Entity",
    "relay.Known",
}
WITHOUT_BODY = {
    "contact.RemoveContactInput",
    "contact.SendContactCodeInput",
    "credit.RedeliverInput",
    "delivery.RedriveNoticeCopyInput",
    "webhook_acts.PingWebhookEndpointInput",
    "webhook_acts.RedeliverWebhookInput",
    "webhook_acts.RotateWebhookSecretInput",
    "delegation.AnswerRoleOfferInput",
    "account.ReissueActivationInput",
    "acting.StepInput",  # base of steps
    "inbox.ReadAllMessagesInput",
    "inbox.ReadMessageInput",
    "intake.RenewImportLinkInput",
    "declaration_rounds.SaveSectionInput",  # its value is JSON
    "learning.AnswerInput",  # becomes a mapping
    "learning.AnswerTestInput",
    "learning.SaveTestAnswersInput",
    "learning.TestAnswers",  # base of the two
    "material.OpenMaterialInput",
    "deliberation_acts.OpenExpertFileInput",
    "material.RemoveMaterialInput",
    "material.RenewUploadLinkInput",
    "organisation_acts.OrganisationActInput",  # base of acts on organisations
    "recognition_acts.RecognisedTitleInput",  # base of asking and mending
    "refusals.Act",  # base of acts
    "staffing_import.RequestStaffingReportInput",
    "historic.RequestHistoricReportInput",
}
