# SPDX-License-Identifier: EUPL-1.2
"""Every reason for which a step in an agreement's life is refused, each by its name."""

from collections.abc import Sequence
from datetime import date


class Refused(Exception):
    """A rule of the domain says no; the text says which, for the one who asked."""


class NotForThisRole(Refused):
    """Somebody asks in a role that may not do this."""

    def __init__(self, role: str, allowed: Sequence[str]) -> None:
        super().__init__(f"{role} may not do this; {' or '.join(allowed)} may")


class NotTheirs(Refused):
    """Somebody asks for a region or an employer that is not theirs."""


class RegionMissing(Refused):
    """It must be said for which region something is."""


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


class EmployerConsentMissing(Refused):
    """What the employer has to agree to is published only once it has."""


class EmployerConsentLiesAhead(Refused):
    """Consent is given today or earlier."""

    def __init__(self, on: date) -> None:
        super().__init__(f"the employer cannot have agreed on {on}: that day has not come")


class ConsultationOpen(Refused):
    """The regions are commenting; what they comment on stays as it is."""


class NoConsultationOpen(Refused):
    """No comments are awaited."""


class NobodyToConsult(Refused):
    """A concept is put to invited regions, and there is none."""


class TimeToCommentHasPassed(Refused):
    """Comments are awaited until today or later."""

    def __init__(self, respond_by: date) -> None:
        super().__init__(f"{respond_by} has passed")


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


class TakesPartAlready(Refused):
    """The region is invited, or has decided already."""


class VersionAcceptedAlready(Refused):
    """The region has accepted, and nothing material has changed since."""


class NoticeHasPassed(Refused):
    """A region's part ends today or later."""

    def __init__(self, leaves_on: date) -> None:
        super().__init__(f"{leaves_on} has passed")


class AnnexUnknown(Refused):
    """The agreement has no annex of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no annex {number}")


class AnnexAddsNothing(Refused):
    """The annex says nothing that the national terms do not say."""


class AnnexSettled(Refused):
    """The annex was agreed, declined or replaced."""


class GroupNotInAgreement(Refused):
    """A project is for groups that the agreement is for."""

    def __init__(self, groups: Sequence[str]) -> None:
        super().__init__(f"the agreement is not for: {', '.join(groups)}")


class ReplacedBeforeItBegan(Refused):
    """An earlier arrangement was replaced before it began."""


class ProjectsNotCovered(Refused):
    """The agreement covers individual placements only."""


class ProjectUnknown(Refused):
    """The agreement has no project of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no project {number}")


class ProjectNotStarted(Refused):
    """The project is an idea so far."""


class ProjectStarted(Refused):
    """The project was started already."""


class ProjectWithoutResult(Refused):
    """A project is completed with at least one result."""


class ProjectCompleted(Refused):
    """The project is completed; nothing is added to it."""


class BottleneckUnknown(Refused):
    """The agreement has no bottleneck of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no bottleneck {number}")


class EvaluationHasPassed(Refused):
    """An evaluation is held today or later."""

    def __init__(self, due_on: date) -> None:
        super().__init__(f"{due_on} has passed")


class EmployerUnknown(Refused):
    """No employer has this id, or word of it has not arrived yet."""

    def __init__(self, employer_id: str) -> None:
        super().__init__(f"no employer {employer_id} is known here")
