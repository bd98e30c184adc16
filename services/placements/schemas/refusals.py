# SPDX-License-Identifier: EUPL-1.2
"""How each refusal of the domain is told to the outside."""

from collections.abc import Mapping

from services.placements.domain import refusals as no
from shared.runtime import Refusal

REFUSALS: Mapping[type[Exception], Refusal] = {
    no.PlacementUnknown: Refusal(404, "placement-unknown", "There is no such placement"),
    no.CallUnknown: Refusal(404, "call-unknown", "There is no such call"),
    # What an agreement offers travels, and so does what a region decides: a moment ago it may
    # still have been on its way.
    no.AgreementUnknown: Refusal(
        422, "agreement-unknown", "No such agreement is known here", awaited=True
    ),
    no.RegionDoesNotTakePart: Refusal(
        409, "region-does-not-take-part", "A region takes no part", awaited=True
    ),
    no.NotConfirmedYet: Refusal(
        409, "not-confirmed-yet", "Nobody is confirmed for the place", awaited=True
    ),
    no.NotForThisRole: Refusal(403, "not-for-this-role", "Somebody in another role does this"),
    no.NotTheirs: Refusal(403, "not-theirs", "It belongs to somebody else"),
    no.AgreementNotOpen: Refusal(
        409, "agreement-not-open", "Nothing new is offered under the agreement"
    ),
    no.NotForPlacements: Refusal(
        409, "not-for-placements", "The agreement has no individual placements"
    ),
    no.ParticipationStartsLater: Refusal(
        409, "participation-starts-later", "The region's convenant begins later"
    ),
    no.GroupNotInAgreement: Refusal(
        422, "group-not-in-agreement", "The agreement is not for that group"
    ),
    no.NeededByHasPassed: Refusal(422, "needed-by-has-passed", "The day has passed"),
    no.RegionIsElsewhere: Refusal(
        422, "region-is-elsewhere", "The municipality lies in another region"
    ),
    no.PlaceGone: Refusal(409, "place-gone", "The place is not there any more"),
    no.PlacementEnded: Refusal(409, "placement-ended", "The placement has ended"),
    no.NotPickedUpYet: Refusal(409, "not-picked-up-yet", "The place was not picked up yet"),
    no.AlreadyPickedUp: Refusal(409, "already-picked-up", "The place was picked up already"),
    no.AlreadyConfirmed: Refusal(409, "already-confirmed", "Somebody is confirmed already"),
    no.NotStartedYet: Refusal(409, "not-started-yet", "Nobody has started on the place"),
    no.AlreadyStarted: Refusal(409, "already-started", "Somebody has started on the place"),
    no.StartAlreadyConfirmed: Refusal(
        409, "start-already-confirmed", "The start was confirmed already"
    ),
    no.StartDiffers: Refusal(409, "start-differs", "Another start was reported"),
    no.NotSustainedYet: Refusal(409, "not-sustained-yet", "The placement is not sustained yet"),
    no.AlreadySustained: Refusal(409, "already-sustained", "The placement is sustained already"),
    no.DayOutOfOrder: Refusal(422, "day-out-of-order", "The day cannot be that one"),
    no.CheckInContradicts: Refusal(422, "check-in-contradicts", "The check-in contradicts itself"),
    no.MonthAlreadyCheckedIn: Refusal(
        409, "month-already-checked-in", "That month was checked in already"
    ),
    no.MonthNotBegun: Refusal(422, "month-not-begun", "That month has not begun"),
    no.ReasonNeeded: Refusal(422, "reason-needed", "A reason is needed"),
    no.HandOverRefused: Refusal(409, "hand-over-refused", "The region cannot take it over"),
}
