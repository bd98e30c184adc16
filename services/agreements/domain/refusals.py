# SPDX-License-Identifier: EUPL-1.2
"""Every reason for which a step in an agreement's life is refused, each by its name."""

from collections.abc import Sequence
from datetime import date


class Refused(Exception):
    """A rule of the domain says no; the text says which, for the one who asked."""


class AgreementUnknown(Refused):
    """No agreement has this id."""


class VersionUnknown(Refused):
    """The agreement has no version of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no version {number}")


class AgreementNotPublished(Refused):
    """The step needs a published version, and there is none yet."""


class AgreementAlreadyPublished(Refused):
    """There is nothing to publish: no draft is open."""

    def __init__(self, version: int) -> None:
        super().__init__(f"version {version} is published and no draft is open")


class AgreementSuspended(Refused):
    """The step has to wait until the agreement is resumed."""


class AgreementAlreadySuspended(Refused):
    """The agreement is suspended as it is."""


class AgreementNotSuspended(Refused):
    """There is no suspension to lift."""


class AgreementEnded(Refused):
    """The agreement has ended; nothing changes it any more."""


class AgreementWithdrawn(Refused):
    """The agreement was withdrawn as a draft; nothing changes it any more."""


class NoDraft(Refused):
    """No draft is open."""


class DraftAlreadyOpen(Refused):
    """One draft at a time: the open one is edited, published or withdrawn first."""

    def __init__(self, version: int) -> None:
        super().__init__(f"a draft of version {version} is open: edit, publish or withdraw it")


class DraftIncomplete(Refused):
    """A publication needs more than the draft says; everything missing is named."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__("before it can be published, the draft needs: " + ", ".join(missing))
        self.missing = tuple(missing)


class AmendmentChangesNothing(Refused):
    """The new version would say what the newest one says."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the terms would be those of version {version}")


class EditorialChangeIsMaterial(Refused):
    """A change that regions have to accept is called editorial."""

    def __init__(self, fields: Sequence[str]) -> None:
        words = ", ".join(field.replace("_", " ") for field in fields)
        super().__init__(f"this is material, not editorial: {words}")


class PreviousVersionKeepsItsTerm(Refused):
    """The day on which older versions should run out cannot be that one."""


class EndBeforeStart(Refused):
    """The terms would end before they start."""

    def __init__(self, starts_on: date, ends_on: date) -> None:
        super().__init__(f"an agreement from {starts_on} cannot end on {ends_on}")


class EndHasPassed(Refused):
    """An agreement ends today or later."""

    def __init__(self, ends_on: date) -> None:
        super().__init__(f"{ends_on} has passed")


class TimeToRespondHasPassed(Refused):
    """A region has until today or later to respond."""

    def __init__(self, respond_by: date) -> None:
        super().__init__(f"{respond_by} has passed")


class NotAParticipant(Refused):
    """The region takes no part in the agreement."""

    def __init__(self, region: str) -> None:
        super().__init__(f"{region} takes no part in this agreement")


class EmployerUnknown(Refused):
    """No employer has this id, or word of it has not arrived yet."""

    def __init__(self, employer_id: str) -> None:
        super().__init__(f"no employer {employer_id} is known here")
