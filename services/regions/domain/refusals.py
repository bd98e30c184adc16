# SPDX-License-Identifier: EUPL-1.2
"""What a region may not do: nouns of refusal, each told once to the outside."""


class Refused(Exception):
    """The rules do not allow it; the sentence says why."""


class AgreementNotHeld(Refused, LookupError):
    """The region holds no copy of the agreement."""


class AgreementOver(Refused):
    """The agreement has ended: nothing is left to decide."""


class ParticipationWithdrawn(Refused):
    """The region no longer takes part in the agreement."""


class VersionNotInForce(Refused):
    """The version decided on is not, or no longer, in force."""


class DecisionIncomplete(Refused):
    """A signature's date or a reason is missing."""


class EmployerUnknown(Refused, LookupError):
    """The region has not heard of this employer."""


class AccountManagerAlreadyActive(Refused):
    """An employer has at most one active account manager in a region."""


class ContactOutOfOrder(Refused):
    """A hand-over cannot take effect before the present contact began."""


class NotForThisRole(Refused):
    """The role has no say in this."""


class NotTheirs(Refused):
    """It belongs to another region, or to another organisation of the region."""


class PlacementNotHeld(Refused, LookupError):
    """The region holds no copy of the placement."""


class PlacementNotPickedUp(Refused):
    """A place is picked up before anything is decided on it."""


class PlacementAlreadyPickedUp(Refused):
    """The place was picked up before."""


class PlacementAlreadyConfirmed(Refused):
    """The place has its candidate: what was said of it can only be corrected."""


class PlacementOver(Refused):
    """Nothing is left to decide on the place."""


class NothingToCorrect(Refused):
    """Only a confirmation is corrected."""


class CorrectionChangesNothing(Refused):
    """What is corrected says the same as before."""


class CriterionNotMet(Refused):
    """A candidate who does not meet the criterion of a group is not confirmed in it."""


class GroupNotInAgreement(Refused):
    """The version that the place was offered under is not for this group."""


class CandidateUnknown(Refused, LookupError):
    """The region gave out no such reference."""


class NotANeighbour(Refused):
    """A place is handed over to a region that shares a border."""


class PlacementDecisionIncomplete(Refused):
    """What the decision needs is missing."""


class OrganisationUnknown(Refused, LookupError):
    """No such organisation serves employers in the region."""


class OverrideUnexplained(Refused):
    """Whoever departs from the division says why."""


class NoSuchOrganisation(Refused, LookupError):
    """Nobody told of such an organisation in the region."""


class OrganisationLeads(Refused):
    """Who takes the lead for a sector serves employers."""
