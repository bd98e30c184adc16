# SPDX-License-Identifier: EUPL-1.2
"""How each refusal of the domain is told to the outside."""

from collections.abc import Mapping

from services.regions.domain import refusals as no
from shared.contracts.reference import UnknownRegion
from shared.runtime import Refusal
from shared.runtime.problems import NOT_FOR_THIS_ROLE, NOT_THEIRS

REFUSALS: Mapping[type[Exception], Refusal] = {
    UnknownRegion: Refusal(404, "region-unknown", "There is no such labour-market region"),
    no.AgreementNotHeld: Refusal(
        404, "agreement-not-held", "The region holds no such agreement", awaited=True
    ),
    no.EmployerUnknown: Refusal(
        404, "employer-unknown", "The regions have not heard of this employer", awaited=True
    ),
    no.AgreementOver: Refusal(409, "agreement-over", "The agreement has ended"),
    no.ParticipationWithdrawn: Refusal(
        409, "participation-withdrawn", "The region no longer takes part"
    ),
    no.VersionNotInForce: Refusal(
        409, "version-not-in-force", "The version is not in force", awaited=True
    ),
    no.DecisionIncomplete: Refusal(422, "decision-incomplete", "The decision says too little"),
    no.AccountManagerAlreadyActive: Refusal(
        409, "account-manager-already-active", "There is an active account manager"
    ),
    no.ContactOutOfOrder: Refusal(
        409, "contact-out-of-order", "The day is before the present one's"
    ),
    no.NotForThisRole: NOT_FOR_THIS_ROLE,
    no.NotTheirs: NOT_THEIRS,
    no.PlacementNotHeld: Refusal(
        404, "placement-not-held", "The region holds no such placement", awaited=True
    ),
    no.PlacementNotPickedUp: Refusal(
        409, "placement-not-picked-up", "The place was not picked up yet"
    ),
    no.PlacementAlreadyPickedUp: Refusal(
        409, "placement-already-picked-up", "The place was picked up before"
    ),
    no.PlacementAlreadyConfirmed: Refusal(
        409, "placement-already-confirmed", "The place has its candidate"
    ),
    no.PlacementOver: Refusal(409, "placement-over", "Nothing is left to decide on the place"),
    no.NothingToCorrect: Refusal(409, "nothing-to-correct", "There is no confirmation to correct"),
    no.CorrectionChangesNothing: Refusal(
        422, "correction-changes-nothing", "The correction changes nothing"
    ),
    no.CriterionNotMet: Refusal(422, "criterion-not-met", "The criterion is not met"),
    no.GroupNotInAgreement: Refusal(
        422, "group-not-in-agreement", "The agreement is not for this group"
    ),
    no.CandidateUnknown: Refusal(
        422, "candidate-unknown", "The region made no such reference of a candidate"
    ),
    no.NotANeighbour: Refusal(422, "not-a-neighbour", "The region shares no border"),
    no.PlacementDecisionIncomplete: Refusal(
        422, "placement-decision-incomplete", "The decision says too little"
    ),
    no.OrganisationUnknown: Refusal(
        422, "organisation-unknown", "No such organisation is known in the region"
    ),
    no.NoSuchOrganisation: Refusal(
        404, "no-such-organisation", "The region has no such organisation"
    ),
    no.OrganisationLeads: Refusal(
        409, "organisation-leads", "The organisation takes the lead for a sector"
    ),
    no.OverrideUnexplained: Refusal(422, "override-unexplained", "The reason is missing"),
}
