"""What the gateway reads and writes of integrity, beside the models of the service; `test_contracts` holds them."""

from __future__ import annotations

READS = {
    "notifications.credit.CreditDelivery": "notifications.credit.schemas.DeliveryOut",
    "workflow.credit_listing.CreditListing": "workflow.credit_listing.schemas.CreditListingOut",
    "workflow.credit_listing.CreditCheck": "notifications.credit_check.schemas.CreditCheckOut",
    "notifications.announcement.Announcement": "notifications.announcement.schemas.AnnouncementOut",
    "notifications.announcement.AnnouncementCopies": "notifications.announcement.schemas.CopiesOut",
    "notifications.webhook.WebhookAttempt": "notifications.webhook.schemas.WebhookAttemptOut",
    "notifications.webhook.WebhookDelivery": "notifications.webhook.schemas.WebhookDeliveryWholeOut",
    "notifications.webhook.WebhookEndpoint": "notifications.webhook.schemas.EndpointOut",
    "notifications.webhook.WebhookEventType": "notifications.webhook.schemas.EventTypeOut",
    "workflow.integrity.Bar": "workflow.integrity.schemas.BarOut",
    "workflow.integrity.Complaint": "workflow.integrity.schemas.ComplaintReceipt",
    "workflow.integrity.IntegrityCase": "workflow.integrity.schemas.CaseOut",
    "workflow.integrity.IntegrityRecord": "workflow.integrity.schemas.RecordOut",
}
WRITES = {
    "workflow.historic.LinkCertificateHolderInput": "workflow.historic.schemas.HolderIn",
    "notifications.announcement.ActOnAnnouncementInput": "notifications.announcement.schemas.AnnouncementActIn",
    "notifications.announcement.AnnounceInput": "notifications.announcement.schemas.AnnouncementIn",
    "notifications.webhook_acts.ActOnWebhookEndpointInput": "notifications.webhook.schemas.VersionIn",
    "notifications.webhook_acts.ChangeWebhookEndpointInput": "notifications.webhook.schemas.EndpointChangeIn",
    "notifications.webhook_acts.RedeliverWebhooksSinceInput": "notifications.webhook.schemas.SinceIn",
    "notifications.webhook_acts.PassOverWebhookInput": "notifications.webhook.schemas.PassOverIn",
    "notifications.webhook_acts.RegisterWebhookEndpointInput": "notifications.webhook.schemas.EndpointIn",
    "workflow.integrity_acts.AppealAgainstFindingInput": "workflow.integrity.schemas.AppealIn",
    "workflow.integrity_acts.CheckIntegrityCaseInput": "workflow.integrity.schemas.CheckIn",
    "workflow.integrity_acts.DecideIntegrityCaseInput": "workflow.integrity.schemas.DecisionIn",
    "workflow.integrity_acts.IdentifyIntegrityCaseInput": "workflow.integrity.schemas.IdentifyIn",
    "workflow.integrity_acts.LodgeComplaintInput": "workflow.integrity.schemas.ComplaintIn",
    "workflow.integrity_acts.NotifyOfChargeInput": "workflow.integrity.schemas.ChargeIn",
    "workflow.integrity_acts.OpenIntegrityCaseInput": "workflow.integrity.schemas.CaseIn",
    "workflow.integrity_acts.SettleAppealInput": "workflow.integrity.schemas.VerdictIn",
    "workflow.credit_listing.SetCreditListingAsideInput": "workflow.credit_listing.schemas.SettingAsideIn",
    "workflow.integrity_acts.StateOwnCaseInput": "workflow.integrity.schemas.StatementIn",
}
