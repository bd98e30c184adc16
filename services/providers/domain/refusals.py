# SPDX-License-Identifier: EUPL-1.2
"""Every reason for which support is refused, each by its name."""


class Refused(Exception):
    """A rule of the domain says no; the text says which, for the one who asked."""


class ProviderUnknown(Refused):
    """No support provider has this id."""


class ProviderAlreadyRegistered(Refused):
    """A provider of this name is registered already, whatever its capitals."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is registered already")


class SupportUnknown(Refused):
    """No request for support has this id."""


class PlacementUnknown(Refused):
    """No placement has this id, or word of it has not arrived yet."""


class AgreementUnknown(Refused):
    """Word of the placement's agreement has not arrived yet."""


class NotForThisRole(Refused):
    """Somebody in another role takes this step."""


class NotTheirs(Refused):
    """The request belongs to another region, employer or provider."""


class LightNeedStaysWithBuddy(Refused):
    """A light need stays with colleagues at work, and never goes to a provider."""


class NeedNotAgreed(Refused):
    """The agreement names no specialist for this need."""


class NobodyAtWork(Refused):
    """Support is for somebody who is found for the place, until the placement is over."""


class SupportAlreadyOpen(Refused):
    """Another request for the same placement is open."""


class SupportOver(Refused):
    """The request has come to its end."""


class NotApprovedYet(Refused):
    """The region pays, and has not approved yet."""


class NothingToApprove(Refused):
    """The request waits for nobody's approval."""


class NoProviderYet(Refused):
    """No provider has the request, so none can act on it."""


class NotAcceptedYet(Refused):
    """The provider has not accepted yet."""


class AlreadyAccepted(Refused):
    """The provider has accepted: support runs, and is closed or handed back."""


class AlreadyEscalated(Refused):
    """The request is escalated as it is."""


class NotEscalated(Refused):
    """The request is not escalated."""


class HandedBack(Refused):
    """The provider has handed the request back: it waits for another one, or for its end."""


class FirstContactMade(Refused):
    """The first contact was made already."""


class ProviderNotInRegion(Refused):
    """The provider does not work in the region of the placement."""


class NeedDoesNotGrow(Refused):
    """An escalation does not make a need lighter."""


class ContactInTheFuture(Refused):
    """The first contact is told before it was made."""


class ContactBeforeRequest(Refused):
    """The first contact cannot be older than the request."""


class ReasonNeeded(Refused):
    """The reason is another one than the codes name, so it has to be explained."""
