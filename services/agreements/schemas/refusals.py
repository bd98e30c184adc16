# SPDX-License-Identifier: EUPL-1.2
"""How each refusal of the domain is told to the outside."""

from collections.abc import Mapping

from services.agreements.domain import refusals as no
from shared.contracts.reference import UnknownRegion
from shared.runtime import Refusal
from shared.runtime.problems import NOT_FOR_THIS_ROLE, NOT_THEIRS

REFUSALS: Mapping[type[Exception], Refusal] = {
    no.AgreementUnknown: Refusal(404, "agreement-unknown", "There is no such agreement"),
    no.VersionUnknown: Refusal(404, "version-unknown", "There is no such version"),
    no.NotAParticipant: Refusal(404, "not-a-participant", "The region takes no part"),
    UnknownRegion: Refusal(404, "region-unknown", "There is no such labour-market region"),
    no.AgreementNotPublished: Refusal(
        409, "agreement-not-published", "The agreement has not been published"
    ),
    no.AgreementAlreadyPublished: Refusal(
        409, "agreement-already-published", "There is nothing to publish"
    ),
    no.AgreementSuspended: Refusal(409, "agreement-suspended", "The agreement is suspended"),
    no.AgreementAlreadySuspended: Refusal(
        409, "agreement-already-suspended", "The agreement is suspended already"
    ),
    no.AgreementNotSuspended: Refusal(
        409, "agreement-not-suspended", "The agreement is not suspended"
    ),
    no.AgreementEnded: Refusal(409, "agreement-ended", "The agreement has ended"),
    no.AgreementWithdrawn: Refusal(409, "agreement-withdrawn", "The agreement was withdrawn"),
    no.NoDraft: Refusal(409, "no-draft", "No draft is open"),
    no.DraftAlreadyOpen: Refusal(409, "draft-already-open", "A draft is open already"),
    no.DraftIncomplete: Refusal(409, "draft-incomplete", "The draft is not complete"),
    no.NotForThisRole: NOT_FOR_THIS_ROLE,
    no.NotTheirs: NOT_THEIRS,
    no.RegionMissing: Refusal(422, "region-missing", "A region must be named"),
    no.EmployerConsentMissing: Refusal(
        409, "employer-consent-missing", "The employer has not agreed"
    ),
    no.EmployerConsentLiesAhead: Refusal(
        422, "employer-consent-lies-ahead", "The day of consent has not come"
    ),
    no.ConsultationOpen: Refusal(409, "consultation-open", "A consultation is open"),
    no.NoConsultationOpen: Refusal(409, "no-consultation-open", "No consultation is open"),
    no.NobodyToConsult: Refusal(409, "nobody-to-consult", "No region is invited"),
    no.TimeToCommentHasPassed: Refusal(
        422, "time-to-comment-has-passed", "The day to comment by has passed"
    ),
    no.AnnexUnknown: Refusal(404, "annex-unknown", "There is no such annex"),
    no.AnnexAddsNothing: Refusal(422, "annex-adds-nothing", "The annex adds nothing"),
    no.AnnexSettled: Refusal(409, "annex-settled", "The annex was settled already"),
    no.GroupNotInAgreement: Refusal(
        422, "group-not-in-agreement", "The agreement is not for this group"
    ),
    no.ReplacedBeforeItBegan: Refusal(
        422, "replaced-before-it-began", "It was replaced before it began"
    ),
    no.ProjectsNotCovered: Refusal(409, "projects-not-covered", "The agreement covers no projects"),
    no.ProjectUnknown: Refusal(404, "project-unknown", "There is no such project"),
    no.ProjectNotStarted: Refusal(409, "project-not-started", "The project is an idea so far"),
    no.ProjectStarted: Refusal(409, "project-started", "The project was started already"),
    no.ProjectWithoutResult: Refusal(
        409, "project-without-result", "The project has no result yet"
    ),
    no.ProjectCompleted: Refusal(409, "project-completed", "The project is completed"),
    no.BottleneckUnknown: Refusal(404, "bottleneck-unknown", "There is no such bottleneck"),
    no.EvaluationHasPassed: Refusal(422, "evaluation-has-passed", "The day has passed"),
    no.TakesPartAlready: Refusal(409, "takes-part-already", "The region takes part already"),
    no.VersionAcceptedAlready: Refusal(
        409, "version-accepted-already", "The region has accepted already"
    ),
    no.NoticeHasPassed: Refusal(422, "notice-has-passed", "The day to leave on has passed"),
    no.AmendmentChangesNothing: Refusal(
        422, "amendment-changes-nothing", "The amendment changes nothing"
    ),
    no.EditorialChangeIsMaterial: Refusal(
        422, "editorial-change-is-material", "The change is material"
    ),
    no.PreviousVersionKeepsItsTerm: Refusal(
        422, "previous-version-keeps-its-term", "The older versions cannot run out then"
    ),
    no.EndBeforeStart: Refusal(422, "end-before-start", "The agreement ends before it starts"),
    no.EndHasPassed: Refusal(422, "end-has-passed", "The last day has passed"),
    no.TimeToRespondHasPassed: Refusal(
        422, "time-to-respond-has-passed", "The day to respond by has passed"
    ),
    # Word of an employer travels: one that was registered a moment ago may still be on its way.
    no.EmployerUnknown: Refusal(
        422, "employer-unknown", "No such employer is known here", awaited=True
    ),
}
