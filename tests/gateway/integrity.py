"""What the gateway reads and writes of integrity, beside the models of the service; `test_contracts` holds them."""

from __future__ import annotations

READS = {
    "credit.CreditDelivery": "notifications.credit.schemas.DeliveryOut",
    "credit_listing.CreditListing": "workflow.credit_listing.schemas.CreditListingOut",
    "credit_listing.CreditCheck": "notifications.credit_check.schemas.CreditCheckOut",
    "announcement.Announcement": "notifications.announcement.schemas.AnnouncementOut",
    "announcement.AnnouncementCopies": "notifications.announcement.schemas.CopiesOut",
    "webhook.WebhookAttempt": "notifications.webhook.schemas.WebhookAttemptOut",
    "webhook.WebhookDelivery": "notifications.webhook.schemas.WebhookDeliveryWholeOut",
    "webhook.WebhookEndpoint": "notifications.webhook.schemas.EndpointOut",
    "webhook.WebhookEventType": "notifications.webhook.schemas.EventTypeOut",
    "integrity.Bar": "workflow.integrity.schemas.BarOut",
    "integrity.Complaint": "workflow.integrity.schemas.ComplaintReceipt",
    "integrity.IntegrityCase": "workflow.integrity.schemas.CaseOut",
    "integrity.IntegrityRecord": "workflow.integrity.schemas.RecordOut",
}
WRITES = {
    "historic.LinkCertificateHolderInput": "workflow.historic.schemas.HolderIn",
    "announcement.ActOnAnnouncementInput": "notifications.announcement.schemas.AnnouncementActIn",
    "announcement.AnnounceInput": "notifications.announcement.schemas.AnnouncementIn",
    "webhook_acts.ActOnWebhookEndpointInput": "notifications.webhook.schemas.VersionIn",
    "webhook_acts.ChangeWebhookEndpointInput": "notifications.webhook.schemas.EndpointChangeIn",
    "webhook_acts.RedeliverWebhooksSinceInput": "notifications.webhook.schemas.SinceIn",
    "webhook_acts.PassOverWebhookInput": "notifications.webhook.schemas.PassOverIn",
    "webhook_acts.RegisterWebhookEndpointInput": "notifications.webhook.schemas.EndpointIn",
    "integrity_acts.AppealAgainstFindingInput": "workflow.integrity.schemas.AppealIn",
    "integrity_acts.CheckIntegrityCaseInput": "workflow.integrity.schemas.CheckIn",
    "integrity_acts.DecideIntegrityCaseInput": "workflow.integrity.schemas.DecisionIn",
    "integrity_acts.IdentifyIntegrityCaseInput": "workflow.integrity.schemas.IdentifyIn",
    "integrity_acts.LodgeComplaintInput": "workflow.integrity.schemas.ComplaintIn",
    "integrity_acts.NotifyOfChargeInput": "workflow.integrity.schemas.ChargeIn",
    "integrity_acts.OpenIntegrityCaseInput": "workflow.integrity.schemas.CaseIn",
    "integrity_acts.SettleAppealInput": "workflow.integrity.schemas.VerdictIn",
    "credit_listing.SetCreditListingAsideInput": "workflow.credit_listing.schemas.SettingAsideIn",
    "integrity_acts.StateOwnCaseInput": "workflow.integrity.schemas.StatementIn",
}
