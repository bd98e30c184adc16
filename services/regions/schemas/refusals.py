# SPDX-License-Identifier: EUPL-1.2
"""How each refusal of the domain is told to the outside."""

from collections.abc import Mapping

from services.regions.domain import refusals as no
from shared.contracts.reference import UnknownRegion
from shared.runtime import Refusal

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
}
