# SPDX-License-Identifier: EUPL-1.2
"""Every reason for which a step in a placement's life is refused, each by its name."""

from collections.abc import Iterable
from datetime import date


class Refused(Exception):
    """A rule of the domain says no; the text says which, for the one who asked."""


class PlacementUnknown(Refused):
    """No placement has this id."""


class CallUnknown(Refused):
    """No call has this id."""


class AgreementUnknown(Refused):
    """No agreement has this id, or word of it has not arrived yet."""


class NotForThisRole(Refused):
    """Somebody in another role takes this step."""


class NotTheirs(Refused):
    """The place belongs to another employer or another region."""


class AgreementNotOpen(Refused):
    """The agreement is suspended or over: no new place is offered under it."""


class NotForPlacements(Refused):
    """The version that holds in the region says nothing about individual placements."""


class RegionDoesNotTakePart(Refused):
    """A region has accepted no version that is in force, so no place is offered there."""

    def __init__(self, regions: Iterable[str]) -> None:
        """Name every region that is meant."""
        named = sorted(set(regions))
        theirs = ", ".join(named)
        super().__init__(f"no version in force is accepted by {theirs}; a manager decides first")
        self.regions = tuple(named)


class ParticipationStartsLater(Refused):
    """The convenant of the region begins after the day on which somebody is needed."""


class GroupNotInAgreement(Refused):
    """A group is wanted that the version says nothing about."""

    def __init__(self, groups: Iterable[str], version: int) -> None:
        """Name every group that is not in the version."""
        super().__init__(f"not in version {version}: {', '.join(sorted(groups))}")


class CandidateNotCovered(Refused):
    """The version is not for a group of whoever is confirmed; which one stays with the region."""

    def __init__(self, version: int) -> None:
        """Name the version alone: the employer reads this too."""
        super().__init__(f"version {version} is not for every group that was confirmed")


class NeededByHasPassed(Refused):
    """Somebody is needed today or later."""

    def __init__(self, needed_by: date) -> None:
        """Name the day."""
        super().__init__(f"{needed_by} has passed")


class RegionIsElsewhere(Refused):
    """The municipality lies in another region than the one that is named."""


class PlaceGone(Refused):
    """The place was declined, handed over, withdrawn, or has lapsed."""


class PlacementEnded(Refused):
    """The placement is completed or was ended early."""


class NotPickedUpYet(Refused):
    """The region has not picked up the place."""


class AlreadyPickedUp(Refused):
    """The region has picked up the place already."""


class NotConfirmedYet(Refused):
    """The region has not confirmed anybody for the place."""


class AlreadyConfirmed(Refused):
    """The region has confirmed somebody already."""


class NotStartedYet(Refused):
    """Nobody has started on the place."""


class AlreadyStarted(Refused):
    """Somebody has started on the place."""


class StartAlreadyConfirmed(Refused):
    """The region has confirmed the start already."""


class StartDiffers(Refused):
    """The region confirms another start than the one that was reported."""


class NotSustainedYet(Refused):
    """The placement is not sustained yet: until then it can only end early."""


class AlreadySustained(Refused):
    """The placement is sustained as it is."""


class DayOutOfOrder(Refused):
    """The day lies in the future, or before what must have come first."""


class CheckInContradicts(Refused):
    """Somebody who stopped does not work there any more; somebody who did not stop does."""


class MonthAlreadyCheckedIn(Refused):
    """The check-in of that month stands there already."""


class MonthNotBegun(Refused):
    """A month is checked in when it has begun, or a few days before."""

    def __init__(self, month: int, begins: date) -> None:
        """Name the month, and the day on which it begins."""
        super().__init__(f"month {month} begins on {begins}")


class ReasonNeeded(Refused):
    """The step cannot do without a reason."""


class HandOverRefused(Refused):
    """The region named cannot take the place over."""
