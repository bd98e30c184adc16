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
