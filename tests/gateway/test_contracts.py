"""The gateway reads and writes what the services really tell and take: its types beside their models."""

from __future__ import annotations

import dataclasses
import importlib
from types import NoneType
from typing import Any, get_args

import pytest
from pydantic import BaseModel

import gateway.schema  # noqa: F401 - every concept is known from here on
from gateway.refusals import Act
from gateway.told import Told, readers

READS = {
    "intake.Import": "accounts.intake.schemas.ImportOut",
    "intake.ImportFinding": "kit.http.FindingOut",
    "intake.RefusedRow": "accounts.intake.schemas.RowOut",
    "intake.RefusedRows": "accounts.intake.schemas.RowsOut",
    "account.Account": "accounts.directory.schemas.SeenAccountOut",
    "account.Seat": "accounts.sign_in.schemas.HeldRole",
    "annual_form.AnnualForm": "quota.annual_form.schemas.FormOut",
    "annual_form.AnnualFormChange": "quota.annual_form.schemas.ChangeOut",
    "annual_form.AnnualFormExit": "quota.annual_form.schemas.ExitOut",
    "annual_form.AnnualFormSignature": "quota.annual_form.schemas.SignatureOut",
    "annual_form.RecommendedStaff": "quota.annual_form.schemas.RecommendedOut",
    "annual_form.AnnualFormNote": "quota.annual_form.schemas.NoteOut",
    "annual_form.AnnualFormRow": "quota.annual_form.schemas.RowOut",
    "annual_form.AnnualFormTotals": "quota.annual_form.schemas.Cells",
    "arrangement.Arrangement": "workflow.cycle.schemas.ArrangementOut",
    "availability.Availability": "quota.ledger.schemas.AvailabilityOut",
    "availability.LevelAvailability": "quota.ledger.schemas.LevelOut",
    "availability.TraceLine": "quota.ledger.schemas.LineOut",
    "certificate.Certificate": "workflow.certificate.schemas.CertificateOut",
    "certificate.Verification": "workflow.certificate.schemas.VerificationOut",
    "certificate.VerifiedCertificate": "workflow.certificate.schemas.VerifiedCertificate",
    "clock.Clock": "kit.ops.ClockOut",
    "committee.Committee": "workflow.committee.schemas.CommitteeOut",
    "committee.Delegation": "workflow.committee.schemas.DelegationOut",
    "criteria.Criteria": "workflow.criteria.schemas.CriteriaOut",
    "criteria.CriteriaDocuments": "workflow.criteria.schemas.DocumentsIn",
    "criteria.CriteriaChecked": "workflow.criteria.schemas.CheckOut",
    "criteria.CriteriaFinding": "kit.http.FindingOut",
    "criteria.CriteriaProblem": "workflow.criteria.schemas.ProblemOut",
    "criteria.Gate": "workflow.criteria.schemas.GateIn",
    "criteria.Menu": "workflow.criteria.schemas.MenuIn",
    "criteria.MenuEntry": "workflow.criteria.schemas.EntryIn",
    "cycle.Cycle": "workflow.cycle.schemas.CycleOut",
    "cycle.Series": "workflow.cycle.schemas.SeriesOut",
    "cycle.SeriesLevel": "workflow.cycle.schemas.SeriesLevelOut",
    "cycle.CycleExtension": "workflow.cycle.schemas.ExtensionOut",
    "cycle.PassMark": "workflow.cycle.schemas.PassMarkOut",
    "cycle.Window": "workflow.cycle.schemas.WindowOut",
    "declaration.Asked": "workflow.declaration.schemas.AskedOut",
    "declaration.AskedOf": "workflow.declaration.schemas.Asked",
    "declaration.ChainLink": "workflow.declaration.schemas.ChainLink",
    "declaration.Declaration": "workflow.declaration.schemas.DeclarationOut",
    "declaration.AnsweredItem": "workflow.review_chain.schemas.AnsweredOut",
    "declaration.DeclarationAnswer": "workflow.review_chain.schemas.ReturnAnswerOut",
    "review_chain.ChainAnswer": "workflow.review_chain.schemas.AnsweringOut",
    "review_chain.ChainStation": "workflow.review_chain.schemas.StationOut",
    "review_chain.ReviewChain": "workflow.review_chain.schemas.ReviewChainOut",
    "declaration.DeclarationEndorsement": "workflow.declaration.schemas.EndorsementOut",
    "declaration.DeclarationFinding": "kit.http.FindingOut",
    "declaration.DeclarationReturn": "workflow.declaration.schemas.ReturnOut",
    "declaration_rounds.DeclarationChange": "workflow.declaration.section_schemas.ChangeOut",
    "declaration_rounds.DeclarationRound": "workflow.declaration.section_schemas.RoundOut",
    "declaration_rounds.DeclarationSection": "workflow.declaration.section_schemas.SectionOut",
    "declaration_rounds.RoundMaterial": "workflow.declaration.section_schemas.RoundMaterial",
    "declaration_rounds.SavedSection": "workflow.declaration.section_schemas.SavedOut",
    "declaration_rounds.SectionFinding": "kit.http.FindingOut",
    "declaration.ReturnedItem": "workflow.declaration.schemas.ReturnedOut",
    "declaration_content.Achievement": "workflow.declaration.content.Achievement",
    "declaration_content.Basic": "workflow.declaration.content.Basic",
    "declaration_content.ContinuingEducation": "workflow.declaration.content.ContinuingEducation",
    "declaration_content.DeclarationContent": "workflow.declaration.content.Content",
    "declaration_content.Education": "workflow.declaration.content.Education",
    "declaration_content.PresentTitle": "workflow.declaration.content.PresentTitle",
    "declaration_content.Responsibility": "workflow.declaration.content.Responsibility",
    "declaration_content.Work": "workflow.declaration.content.Work",
    "evaluation.EvaluatedEvidence": "workflow.evaluation.schemas.EvidenceOut",
    "evaluation.EvaluatedItem": "workflow.evaluation.schemas.ItemOut",
    "evaluation.Evaluation": "workflow.evaluation.schemas.EvaluationOut",
    "evaluation.EvaluationAnswer": "workflow.evaluation.schemas.AnswerOut",
    "employment.AidPosting": "accounts.contract.AidPosting",
    "employment.Contract": "accounts.contract.EmploymentContract",
    "employment.EmployerChange": "accounts.employment.schemas.ChangeOut",
    "employment.EmployerChangePart": "accounts.employment.schemas.PartOut",
    "employment.EmployerChangeStep": "accounts.employment.schemas.ChangeStepOut",
    "employment.Employment": "accounts.employment.schemas.EmploymentOut",
    "expert.Expert": "workflow.committee.schemas.ExpertOut",
    "history.HistoryEntry": "workflow.declaration.schemas.HistoryOut",
    "inbox.Message": "notifications.inbox.schemas.MessageOut",
    "guide.Guide": "accounts.learning.schemas.GuideOut",
    "guide.GuideFile": "accounts.learning.schemas.GuideFileOut",
    "guide.Guides": "accounts.learning.schemas.Guides",
    "learning.SavedAnswer": "accounts.learning.schemas.SavedOut",
    "learning.TestTry": "accounts.learning.schemas.TriedOut",
    "question_bank.BankOption": "accounts.question_bank.schemas.BankOptionOut",
    "question_bank.BankQuestion": "accounts.question_bank.schemas.BankQuestionOut",
    "question_bank.QuestionBank": "accounts.question_bank.schemas.BankWholeOut",
    "question_bank.QuestionBankLine": "accounts.question_bank.schemas.BankOut",
    "question_bank.QuestionBankStep": "accounts.question_bank.schemas.BankStepOut",
    "staffing.ExitCounting": "quota.staffing.schemas.CountingOut",
    "staffing.StaffMember": "quota.staffing.schemas.MemberOut",
    "staffing.StaffPost": "quota.staffing.schemas.PostOut",
    "staffing.StaffingBalance": "quota.staffing.schemas.BalancesOut",
    "staffing.StaffingEntry": "quota.staffing.schemas.EntryOut",
    "staffing.StaffingLevel": "quota.staffing.schemas.LevelBalanceOut",
    "staffing.StaffingMovement": "quota.staffing.schemas.MovementOut",
    "staffing.TargetedEmployment": "quota.staffing.schemas.TargetedEmploymentOut",
    "staffing.UndecidedExamination": "quota.staffing.schemas.UndecidedOut",
    "standing.TestFigures": "accounts.learning.schemas.FiguresOut",
    "standing.TestWaiting": "accounts.learning.schemas.WaitingOut",
    "standing.UnitTestFigures": "accounts.learning.schemas.UnitFiguresOut",
    "learning.TestAttempt": "accounts.learning.schemas.AttemptOut",
    "learning.TestOption": "accounts.learning.schemas.OptionOut",
    "learning.TestQuestion": "accounts.learning.schemas.QuestionOut",
    "learning.TestStanding": "accounts.learning.schemas.StandingOut",
    "learning.WrongAnswer": "accounts.learning.schemas.WrongOut",
    "material.Material": "workflow.material.schemas.MaterialOut",
    "material.MaterialVerdict": "workflow.material.schemas.VerdictOut",
    "upload.UploadPart": "workflow.material.schemas.PartOut",
    "meeting.AgendaItem": "workflow.meeting.schemas.AgendaItemOut",
    "meeting.Candidate": "workflow.meeting.schemas.CandidateOut",
    "meeting.Draw": "workflow.meeting.schemas.DrawOut",
    "meeting.Meeting": "workflow.meeting.schemas.MeetingOut",
    "meeting.MeetingExpert": "workflow.meeting.schemas.ExpertOut",
    "meeting.MeetingPlan": "workflow.meeting.schemas.PlanIn",
    "meeting.MeetingResult": "workflow.meeting.schemas.ResultOut",
    "meeting.Pledge": "workflow.meeting.schemas.PledgeOut",
    "organisation.Activation": "accounts.sign_in.schemas.ActivationOut",
    "creation.CreationExplained": "accounts.organisation.schemas.ExplanationOut",
    "creation.CreationRefusal": "accounts.organisation.schemas.ReasonOut",
    "creation.Creator": "accounts.organisation.schemas.WhoMayOut",
    "organisation.LineageStep": "accounts.contract.OrganisationRef",
    "organisation.Organisation": "accounts.organisation.schemas.OrganisationOut",
    "creation.Creatable": "accounts.organisation.schemas.CreatableOut",
    "creation.CreationField": "accounts.organisation.schemas.FieldOut",
    "organisation_whole.FormerName": "accounts.organisation.schemas.FormerNameOut",
    "organisation_whole.OrganisationContact": "accounts.organisation.schemas.ContactOut",
    "organisation_whole.OrganisationWhole": "accounts.organisation.schemas.OrganisationWholeOut",
    "organisation_whole.PersonInCharge": "accounts.organisation.schemas.PersonInChargeOut",
    "region.FormerRegion": "accounts.organisation.schemas.FormerRegionOut",
    "region.Region": "accounts.organisation.schemas.RegionOut",
    "person.Advice": "accounts.person.schemas.AdviceOut",
    "person.PersonDocument": "accounts.person.schemas.DocumentOut",
    "person.WholeDocument": "accounts.person.schemas.WholeDocument",
    "person.Person": "accounts.person.schemas.PersonOut",
    "person_standing.Amount": "accounts.contract.records.Amount",
    "person_standing.CountedEducation": "accounts.contract.records.CountedEducation",
    "person_standing.HeldHonour": "accounts.contract.records.HeldHonour",
    "person_standing.HeldPosting": "accounts.contract.records.Posting",
    "person_standing.HeldTitle": "accounts.contract.records.HeldTitle",
    "person_standing.HoursOfYear": "accounts.contract.records.HoursOfYear",
    "person_standing.InsuredMonths": "accounts.contract.records.InsuredMonths",
    "person_standing.PersonStanding": "accounts.contract.records.PersonStanding",
    "person_standing.PrivateService": "accounts.contract.records.PrivateService",
    "record.PersonRecord": "accounts.record.schemas.RecordOut",
    "record.RecordCode": "accounts.record.schemas.CodeOut",
    "evidence.EvidenceFile": "accounts.contract.records.EvidenceFile",
    "record.RecordEvidence": "accounts.contract.records.RecordEvidence",
    "record.RecordKindRule": "accounts.record.schemas.KindOut",
    "record.RecordRules": "accounts.record.schemas.RulesOut",
    "record_body.Contest": "accounts.record.bodies.ContestResult",
    "record_body.InsurancePeriod": "accounts.record.bodies.Period",
    "record_body.DegreeRecord": "accounts.record.bodies.Degree",
    "record_body.TechnicalClassRecord": "accounts.record.bodies.TechnicalClass",
    "record_body.PresentTitleRecord": "accounts.record.bodies.PresentTitle",
    "record_body.AppointmentRecord": "accounts.record.bodies.Appointment",
    "record_body.HonourRecord": "accounts.record.bodies.Honour",
    "record_body.VillagePostingRecord": "accounts.record.bodies.VillagePosting",
    "record_body.AidPeriodRecord": "accounts.record.bodies.AidPeriod",
    "record_body.YearlyAssessmentRecord": "accounts.record.bodies.YearlyAssessment",
    "record_body.SocialInsuranceRecord": "accounts.record.bodies.SocialInsurance",
    "record_body.ContractRecord": "accounts.record.bodies.Contract",
    "record_body.ContinuingEducationRecord": "accounts.record.bodies.ContinuingEducation",
    "record_body.WorkExperienceRecord": "accounts.record.bodies.WorkExperience",
    "publicity.Objection": "workflow.publicity.schemas.ObjectionOut",
    "publicity.Publicity": "workflow.publicity.schemas.PublicityOut",
    "finding.SupervisionFinding": "workflow.supervision.schemas.FindingOut",
    "supervision.FlaggedApproval": "workflow.supervision.schemas.FlaggedApprovalOut",
    "supervision.ReviewFlag": "workflow.supervision.schemas.FlagOut",
    "supervision.ReviewPace": "workflow.supervision.schemas.PaceOut",
    "ratio.Ratio": "quota.ratio.schemas.RatioOut",
    "ratio.RatioPosts": "quota.ratio.schemas.PostsOut",
    "ratio.RatioRow": "quota.ratio.schemas.RowOut",
    "ratio.UnitRatio": "quota.ratio.schemas.UnitRatioOut",
    "overview.LevelOverview": "quota.overview.schemas.LevelOverviewOut",
    "overview.Overview": "quota.overview.schemas.OverviewOut",
    "overview.PlaceOverview": "quota.overview.schemas.PlaceOut",
    "recalculation.LevelStanding": "quota.recalculation.schemas.LevelStandingOut",
    "recalculation.RatioShares": "quota.recalculation.schemas.RatioPostsOut",
    "recalculation.Recalculation": "quota.recalculation.schemas.RecalculationOut",
    "recalculation.UnitStanding": "quota.recalculation.schemas.StandingOut",
    "meeting.Recount": "workflow.meeting.schemas.RecountOut",
    "staffing_import.RosterRefusal": "quota.staffing_import.schemas.RefusalOut",
    "staffing_import.StaffingImport": "quota.staffing_import.schemas.ImportOut",
    "waiting.Waiting": "quota.waiting.schemas.WaitingOut",
    "reservation.Reservation": "quota.reservation.schemas.ReservationOut",
    "refusals.Basis": "kit.http.BasisOut",
    "post_decision.PostDecision": "quota.decision.schemas.DecisionOut",
    "post_decision.PostDecisionNumber": "quota.decision.schemas.NumberOut",
    "targeted_plan.TargetedLevel": "quota.targeted.schemas.TargetedLevelOut",
    "targeted_plan.TargetedPlan": "quota.targeted.schemas.PlanOut",
    "outlook.JudgedCondition": "workflow.route.schemas.JudgedOut",
    "outlook.Outlook": "workflow.route.schemas.OutlookOut",
    "outlook.OutlookLevel": "workflow.route.schemas.AtLevelOut",
    "outlook.OutlookRoute": "workflow.route.schemas.ByRouteOut",
    "route.Route": "workflow.route.schemas.RouteOut",
    "route.RouteCondition": "workflow.route.schemas.ConditionOut",
    "entitlement.EntitlementEntry": "workflow.entitlement.schemas.EntryOut",
    "entitlement.EntitlementList": "workflow.entitlement.schemas.ListOut",
    "outlook.Entitlement": "workflow.route.schemas.EntitlementOut",
    "ranked_list.RankedList": "workflow.registration.schemas.RankedListOut",
    "ranked_list.RankedPerson": "workflow.registration.schemas.RankedPersonOut",
    "registration.Registration": "workflow.registration.schemas.RegistrationOut",
    "recommendation.Nominator": "workflow.recommendation.schemas.Nominator",
    "recommendation.Recommendation": "workflow.recommendation.schemas.RecommendationOut",
    "recommendation.RecommendationVerdict": "workflow.recommendation.schemas.VerdictOut",
    "recommendation_plan.PlannedPosts": "workflow.recommendation.schemas.PostsOut",
    "recommendation_plan.RecommendationPlan": "workflow.recommendation.schemas.PlanOut",
    "delegation.RoleDelegation": "accounts.delegation.schemas.DelegationOut",
    "delegation.RoleOffer": "accounts.role.schemas.OfferOut",
    "delegation.Colleague": "accounts.directory.schemas.ColleagueOut",
    "industry.Industry": "accounts.organisation.schemas.IndustryOut",
    "oauth_client.OauthClient": "accounts.oauth.schemas.ClientOut",
    "oauth_client.OauthConsent": "accounts.oauth.schemas.ConsentOut",
    "safety.LiveSession": "accounts.session.schemas.LiveSessionOut",
    "safety.Permission": "accounts.sign_in.schemas.PermissionOut",
    "safety.SecondFactor": "accounts.second_factor.schemas.SecondFactorOut",
    "safety.SignInAttempt": "accounts.session.schemas.SignInOut",
    "sign_in.Challenge": "accounts.sign_in.schemas.ChallengeOut",
    "sign_in.Enrolment": "accounts.sign_in.schemas.EnrolmentOut",
    "sign_in.Session": "accounts.sign_in.schemas.SessionOut",
    "sending_opinion.SendingOpinion": "workflow.sending_side.schemas.SendingOpinionOut",
    "specialty.Specialty": "workflow.cycle.schemas.SpecialtyOut",
    "worklist.WorklistCounts": "workflow.declaration.schemas.WorklistCounts",
}
IN_THE_PATH = {
    "idempotency_key",
    "document_id",
    "id",
    "action",
    "cycle_id",
    "declaration_id",
    "person_id",
    "meeting_id",
    "publicity_id",
    "organisation_id",
    "ground",  # its one field stands in the body beside the others
}
WRITES = {
    "sending_opinion.RecordSendingOpinionInput": "workflow.sending_side.schemas.SendingOpinionIn",
    "intake.CancelImportInput": "accounts.intake.schemas.ActionIn",
    "intake.RecheckImportInput": "accounts.intake.schemas.ActionIn",
    "account.CreateStaffAccountInput": "accounts.role.schemas.StaffIn",
    "account.GrantRoleInput": "accounts.role.schemas.GrantIn",
    "account.RevokeRoleInput": "accounts.role.schemas.GrantIn",
    "annual_form.ActOnAnnualFormInput": "quota.annual_form.schemas.ActIn",
    "annual_form.AnnualFormCellInput": "quota.annual_form.schemas.CellReasonIn",
    "annual_form.AnnualFormLevelInput": "quota.annual_form.schemas.LevelIn",
    "annual_form.CreateAnnualFormInput": "quota.annual_form.schemas.FormIn",
    "annual_form.FillAnnualFormInput": "quota.annual_form.schemas.FillIn",
    "waiting.StrikeWaitingInput": "quota.waiting.schemas.StrikeIn",
    "staffing_import.ApprovedPostsInput": "quota.staffing_import.schemas.PlanIn",
    "staffing_import.CreateStaffingImportInput": "quota.staffing_import.schemas.ImportIn",
    "staffing_import.ActOnStaffingImportInput": "quota.staffing_import.schemas.StepIn",
    "paper.RequestAnnualFormPaperInput": "quota.printing.schemas.FormPaperIn",
    "arrangement.CreateArrangementInput": "workflow.cycle.schemas.ArrangementIn",
    "arrangement.PublishArrangementInput": "workflow.shapes.ActionIn",
    "finding.AnswerFindingInput": "workflow.supervision.schemas.AnswerIn",
    "finding.MakeFindingInput": "workflow.supervision.schemas.FindingIn",
    "finding.SettleFindingInput": "workflow.supervision.schemas.SettleIn",
    "supervision.DismissReviewFlagInput": "workflow.supervision.schemas.DismissIn",
    "certificate.VoidResultInput": "workflow.certificate.schemas.VoidIn",
    "certificate.FileResultInput": "workflow.certificate.schemas.FilingIn",
    "clock.SetClockInput": "kit.ops.ClockIn",
    "committee.ApproveCommitteeInput": "workflow.shapes.ActionIn",
    "committee.WithdrawCommitteeInput": "workflow.shapes.ActionIn",
    "committee.CreateCommitteeInput": "workflow.committee.schemas.CommitteeIn",
    "criteria.ApproveCriteriaInput": "workflow.shapes.ActionIn",
    "criteria.CriteriaDocumentsInput": "workflow.criteria.schemas.DocumentsIn",
    "criteria.GateInput": "workflow.criteria.schemas.GateIn",
    "criteria.MenuEntryInput": "workflow.criteria.schemas.EntryIn",
    "criteria.MenuInput": "workflow.criteria.schemas.MenuIn",
    "criteria.ProposeCriteriaInput": "workflow.criteria.schemas.CriteriaIn",
    "criteria.PublishCriteriaInput": "workflow.shapes.ActionIn",
    "cycle.CreateCycleInput": "workflow.cycle.schemas.CycleIn",
    "cycle.OpenCycleInput": "workflow.shapes.ActionIn",
    "cycle.CloseCycleInput": "workflow.shapes.ActionIn",
    "window.ApproveExtensionInput": "workflow.cycle.schemas.ExtensionIn",
    "window.PublishExtensionInput": "workflow.shapes.ActionIn",
    "window.WithdrawExtensionInput": "workflow.cycle.schemas.WithdrawIn",
    "window.RecordPassMarkInput": "workflow.cycle.schemas.PassMarkIn",
    "declaration_acts.ActOnDeclarationInput": "workflow.declaration.schemas.ReviewIn",
    "declaration_acts.CreateDeclarationInput": "workflow.declaration.schemas.DeclarationIn",
    "declaration_acts.DeclarationGroundInput": "workflow.declaration.schemas.DeclarationIn",
    "declaration_acts.DirectDeclarationInput": "workflow.declaration.schemas.DirectIn",
    "declaration_acts.ReturnAnswerInput": "workflow.review_chain.schemas.AnswerIn",
    "declaration_acts.ReturnedItemInput": "workflow.declaration.schemas.ReturnedItem",
    "declaration_acts.SaveDeclarationInput": "workflow.declaration.schemas.ContentIn",
    "declaration_content.AchievementInput": "workflow.declaration.content.Achievement",
    "declaration_content.BasicInput": "workflow.declaration.content.Basic",
    "declaration_content.ContinuingEducationInput": "workflow.declaration.content.ContinuingEducation",
    "declaration_content.DeclarationContentInput": "workflow.declaration.content.Content",
    "declaration_content.EducationInput": "workflow.declaration.content.Education",
    "declaration_content.PresentTitleInput": "workflow.declaration.content.PresentTitle",
    "declaration_content.ResponsibilityInput": "workflow.declaration.content.Responsibility",
    "declaration_content.WorkInput": "workflow.declaration.content.Work",
    "employment.ActOnEmployerChangeInput": "accounts.employment.schemas.ActIn",
    "employment.AskEmployerChangeInput": "accounts.employment.schemas.ChangeIn",
    "employment.ChangeDepartmentInput": "accounts.employment.schemas.DepartmentIn",
    "employment.ChangePersonKindInput": "accounts.employment.schemas.KindIn",
    "employment.EndEmploymentInput": "accounts.employment.schemas.EndIn",
    "employment.SetContractInput": "accounts.employment.schemas.ContractChangeIn",
    "expert.AddExpertInput": "workflow.committee.schemas.ExpertIn",
    "expert.RenewExpertInput": "workflow.committee.schemas.Renewal",
    "intake.ApplyImportInput": "accounts.intake.schemas.ActionIn",
    "intake.CreateImportInput": "accounts.intake.schemas.ImportIn",
    "intake.RequestImportPaperInput": "accounts.intake.schemas.LinkIn",
    "learning.StartTestInput": "accounts.learning.schemas.AttemptIn",
    "material.JudgeMaterialInput": "workflow.material.schemas.VerdictIn",
    "material.RequestUploadInput": "workflow.material.schemas.MaterialIn",
    "upload.BeginUploadInput": "workflow.material.schemas.MaterialInParts",
    "upload.GoOnUploadInput": "workflow.material.schemas.PartsIn",
    "meeting_acts.ActOnMeetingInput": "workflow.meeting.schemas.ActionIn",
    "meeting_acts.CastBallotInput": "workflow.meeting.schemas.BallotIn",
    "meeting_acts.CreateMeetingInput": "workflow.meeting.schemas.MeetingIn",
    "meeting_acts.MeetingPlanInput": "workflow.meeting.schemas.PlanIn",
    "meeting_acts.RecordAttendanceInput": "workflow.meeting.schemas.AttendanceIn",
    "meeting_acts.RecordTrainingInput": "workflow.meeting.schemas.TrainingIn",
    "meeting_acts.SignPledgeInput": "workflow.meeting.schemas.PledgeIn",
    "organisation.CreateOrganisationInput": "accounts.organisation.schemas.OrganisationIn",
    "creation.ExplainCreationInput": "accounts.organisation.schemas.ExplainIn",
    "organisation.ManagerInput": "accounts.organisation.schemas.ManagerIn",
    "organisation_acts.CloseOrganisationInput": "accounts.organisation.schemas.ReasonedIn",
    "organisation_acts.MergeOrganisationInput": "accounts.organisation.schemas.MergeIn",
    "organisation_acts.MoveOrganisationInput": "accounts.organisation.schemas.MoveIn",
    "organisation_acts.NameThePersonInChargeInput": "accounts.organisation.schemas.InChargeIn",
    "organisation_acts.RenameOrganisationInput": "accounts.organisation.schemas.RenameIn",
    "organisation_acts.ReopenOrganisationInput": "accounts.organisation.schemas.ReasonedIn",
    "organisation_acts.UpdateOrganisationContactInput": "accounts.organisation.schemas.ContactIn",
    "person.AddPersonDocumentInput": "accounts.person.schemas.DocumentAddedIn",
    "person_document.CorrectPersonDocumentInput": "accounts.person.schemas.DocumentMendedIn",
    "person_document.RemovePersonDocumentInput": "accounts.person.schemas.DocumentRemovedIn",
    "person.AidInput": "accounts.person.schemas.AidIn",
    "person.ContractInput": "accounts.person.schemas.ContractIn",
    "person.DocumentInput": "accounts.person.schemas.DocumentIn",
    "person.UnmaskPersonInput": "accounts.person.schemas.UnmaskIn",
    "person.UpdateContactInput": "accounts.person.schemas.ContactIn",
    "person.CreatePersonInput": "accounts.person.schemas.PersonIn",
    "publicity.DecideObjectionInput": "workflow.publicity.schemas.DecisionIn",
    "publicity.RaiseObjectionInput": "workflow.publicity.schemas.ObjectionIn",
    "question_bank.ActOnQuestionBankInput": "accounts.question_bank.schemas.BankActIn",
    "question_bank.BankQuestionInput": "accounts.question_bank.question.Question",
    "question_bank.ImportQuestionsInput": "accounts.question_bank.schemas.BankIn",
    "ratio.RatioInput": "quota.ratio.api.RatioQuery",
    "overview.RequestOverviewChartInput": "quota.overview.schemas.ChartLinkIn",
    "recalculation.StartRecalculationInput": "quota.recalculation.schemas.RecalculationIn",
    "recalculation.StopRecalculationInput": "quota.recalculation.schemas.StopIn",
    "record.DeclareRecordAgainInput": "accounts.record.schemas.AgainIn",
    "record.DeclareRecordInput": "accounts.record.schemas.RecordIn",
    "record.ConfirmRecordInput": "accounts.record.schemas.ActIn",
    "record.RefuseRecordInput": "accounts.record.schemas.ActIn",
    "record.RevokeRecordInput": "accounts.record.schemas.ActIn",
    "record.WithdrawRecordInput": "accounts.record.schemas.ActIn",
    "evidence.OpenEvidenceInput": "accounts.evidence.schemas.OpeningIn",
    "evidence.RequestEvidenceUploadInput": "accounts.evidence.schemas.SendingIn",
    "record.RecordEvidenceInput": "accounts.record.schemas.EvidenceIn",
    "record_input.ContestInput": "accounts.record.bodies.ContestResult",
    "record_input.InsurancePeriodInput": "accounts.record.bodies.Period",
    "entitlement.BeginEntitlementListInput": "workflow.entitlement.schemas.ListIn",
    "entitlement.EnterEntitlementInput": "workflow.entitlement.schemas.EntryIn",
    "entitlement.PublishEntitlementListInput": "workflow.shapes.ActionIn",
    "ranked_list.PublishRankedListInput": "workflow.registration.schemas.RankedListIn",
    "ranked_list.RankInput": "workflow.registration.schemas.RankIn",
    "registration.ActOnRegistrationInput": "workflow.shapes.ActionIn",
    "registration.RegisterInterestInput": "workflow.registration.schemas.RegistrationIn",
    "recommendation.ActOnRecommendationInput": "workflow.shapes.ActionIn",
    "recommendation.NominatorInput": "workflow.recommendation.schemas.Nominator",
    "recommendation.RecommendInput": "workflow.recommendation.schemas.RecommendationIn",
    "recommendation_plan.CreateRecommendationPlanInput": "workflow.recommendation.schemas.PlanIn",
    "post_decision.EndPostDecisionInput": "quota.decision.schemas.EndIn",
    "post_decision.PostDecisionNumberInput": "quota.decision.schemas.NumberIn",
    "post_decision.SetPostNumbersInput": "quota.decision.schemas.DecisionIn",
    "targeted_plan.ApproveTargetedPlanInput": "quota.targeted.schemas.PlanIn",
    "targeted_plan.TargetedLevelInput": "quota.targeted.schemas.TargetedLevelIn",
    "recommendation_plan.PlannedPostsInput": "workflow.recommendation.schemas.PostsIn",
    "recommendation_plan.PublishRecommendationPlanInput": "workflow.shapes.ActionIn",
    "recommendation_plan.RewriteRecommendationPlanInput": "workflow.recommendation.schemas.PlanChange",
    "delegation.DelegateRoleInput": "accounts.delegation.schemas.DelegationIn",
    "delegation.EndDelegationInput": "accounts.delegation.schemas.EndIn",
    "oauth_client.RegisterOauthClientInput": "accounts.oauth.schemas.ClientIn",
    "oauth_client.ActOnOauthClientInput": "accounts.oauth.schemas.VersionIn",
    "question_bank.RequestQuestionSheetLinkInput": "accounts.question_bank.schemas.SheetLinkIn",
    "delegation.OfferRoleInput": "accounts.role.schemas.OfferIn",
    "safety.ChangePasswordInput": "accounts.sign_in.schemas.PasswordIn",
    "safety.EnrolSecondFactorInput": "accounts.second_factor.schemas.EnrolIn",
    "safety.ConfirmSecondFactorInput": "accounts.sign_in.schemas.AnswerIn",
    "safety.ProveSecondFactorInput": "accounts.second_factor.schemas.CodeIn",
    "safety.RemoveSecondFactorInput": "accounts.second_factor.schemas.CodeIn",
    "safety.RenewRecoveryCodesInput": "accounts.second_factor.schemas.CodeIn",
    "sign_in.AnswerChallengeInput": "accounts.sign_in.schemas.AnswerIn",
    "sign_in.ActivateAccountInput": "accounts.sign_in.schemas.ActivateIn",
    "sign_in.RefreshSessionInput": "accounts.sign_in.schemas.RefreshIn",
    "sign_in.SignInInput": "accounts.sign_in.schemas.SignInIn",
    "sign_in.SignOutInput": "accounts.sign_in.schemas.RefreshIn",
    "staffing_acts.MendStaffMemberInput": "quota.staffing.schemas.MemberChangeIn",
    "staffing_acts.RecordStaffingMovementInput": "quota.staffing.schemas.MovementIn",
    "staffing_acts.ReverseStaffingMovementInput": "quota.staffing.schemas.ReversalIn",
    "staffing_acts.StaffMemberInput": "quota.staffing.schemas.MemberIn",
    "specialty.CreateSpecialtyInput": "workflow.cycle.schemas.SpecialtyIn",
    "specialty.AdjustSpecialtyInput": "workflow.cycle.schemas.AdjustmentIn",
    "specialty.FileSpecialtyInput": "workflow.shapes.ActionIn",
    "specialty.WithdrawSpecialtyInput": "workflow.shapes.ActionIn",
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
    "material.RemoveMaterialInput",
    "material.RenewUploadLinkInput",
    "organisation_acts.OrganisationActInput",  # base of acts on organisations
    "refusals.Act",  # base of acts
    "staffing_import.RequestStaffingReportInput",
}


def named(path: str) -> Any:
    """Return what a dotted path names."""
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def takes_none(read: Any) -> bool:
    """Whether a reader is content with nothing."""
    try:
        read(None)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return True


def of_the_gateway(kind: type) -> set[str]:
    """Return the gateway's own subclasses of a type, by name."""
    found = set()
    for each in kind.__subclasses__():
        found |= of_the_gateway(each) | {f"{each.__module__.removeprefix('gateway.')}.{each.__name__}"}
    return {name for name in found if not name.startswith("tests.")}


def test_none_is_forgotten() -> None:
    """Everything that is read, and every input of an act, stands beside the model it comes from or goes to."""
    assert of_the_gateway(Told) == set(READS) | WITHOUT_MODEL
    acts = of_the_gateway(Act)
    assert acts <= set(WRITES) | WITHOUT_BODY


@pytest.mark.parametrize(("ours", "theirs"), READS.items(), ids=READS)
def test_reads_what_is_told(ours: str, theirs: str) -> None:
    """Every field that the gateway reads is told, and one that may be null there may be null here."""
    kind: type[Told] = named(f"gateway.{ours}")
    model: type[BaseModel] = named(f"services.{theirs}")
    for name, key, read in readers(kind):
        assert key in model.model_fields, f"{ours}.{name}: {theirs} tells no {key!r}"
        if NoneType in get_args(model.model_fields[key].annotation):
            assert takes_none(read), f"{ours}.{name}: {theirs} may tell null"


def test_an_account_in_short_is_told_alike() -> None:
    """What comes of an act on an account is told by the names that lists and lookups tell it by."""
    short = named("services.accounts.sign_in.schemas.AccountOut").model_fields
    whole = named("services.accounts.directory.schemas.SeenAccountOut").model_fields
    assert set(short) < set(whole)
    assert {key for _, key, read in readers(named("gateway.account.Account")) if not takes_none(read)} <= set(
        short
    )


@pytest.mark.parametrize(("ours", "theirs"), WRITES.items(), ids=WRITES)
def test_writes_what_is_taken(ours: str, theirs: str) -> None:
    """Every input field is taken by the service, and every field it demands is demanded here."""
    fields = {field.name: field for field in dataclasses.fields(named(f"gateway.{ours}"))}
    model: type[BaseModel] = named(f"services.{theirs}")
    unknown = set(fields) - set(model.model_fields) - IN_THE_PATH
    assert unknown == set(), f"{theirs} does not take {unknown}"
    for name, field in model.model_fields.items():
        if field.is_required():
            assert name in fields, f"{theirs} demands {name!r}"
            assert fields[name].default is dataclasses.MISSING, f"{theirs} demands {name!r}, {ours} does not"
