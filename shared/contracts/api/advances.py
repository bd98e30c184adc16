# SPDX-License-Identifier: EUPL-1.2
"""Owners that recipients contradict: what is to decide, and who moved an owner past that."""

from shared.contracts.api import fields as f
from shared.contracts.api.shapes import Answer, Page, Request, many

_SUBJECT = "agreement/5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"
# Each is told with all that hold it; of more, one asks again.
_MOST_ADVANCED = 100


class Conflict(Answer):
    """A subject on which recipients contradict its owner, and somebody has to decide."""

    service = f.line("The service that owns the subject.", "agreements")
    subject = f.line("What it is about.", _SUBJECT)
    kind = f.line(
        "ahead: more is held than the owner knows of, and nothing of it may be published; differs:"
        " another content is held under the owner's newest number.",
        "ahead",
    )
    own_sequence = f.whole("The newest state of its owner; 0 is none.", 1, smallest=0)
    own_hash = f.sha256("The hash of that.", allow_none=True)
    held_sequence = f.whole("The highest of which word came.", 2)
    recipients = f.lines("Of whom that word came.", ["AM36"])
    first_at = f.moment("When it was found first.")


class ConflictPage(Page):
    """Conflicts, the longest first."""

    items = many(Conflict)


class HeldBy(Answer):
    """What one recipient holds of a subject."""

    recipient = f.line("Who holds it.", "AM36")
    gate_sequence = f.whole("The state that the recipient believes to hold.", 2, allow_none=True)
    gate_hash = f.sha256("Its hash, by the recipient's gate.", allow_none=True)
    stored_sequence = f.whole("The state that is really stored.", 2, smallest=0, allow_none=True)
    stored_hash = f.sha256("The hash of the bytes that are stored.", allow_none=True)


class AdvanceSubjects(Request):
    """Move the owner of subjects in conflict past their recipients, who get what it has now."""

    subjects = f.few_lines("These subjects.", [_SUBJECT], most=_MOST_ADVANCED, required=True)
    reason = f.reason(required=True)
    dry_run = f.flag("Only tell what would be done.", example=False, load_default=False)


class Advance(Answer):
    """What is held of one subject, and what its owner publishes above that."""

    subject = f.line("What it is about.", _SUBJECT)
    own_sequence = f.whole("The newest state that its owner had; 0 is none.", 1, smallest=0)
    own_hash = f.sha256("The hash of that; it is published once more.", allow_none=True)
    held_sequence = f.whole("The highest that anybody holds.", 2)
    sequence = f.whole("What the owner's next state is numbered.", 1003)
    recipients = f.lines("Who gets it.", ["AM36"])
    held = many(HeldBy, "What each recipient holds at this moment.")


class Advances(Answer):
    """What one service does with the subjects that it owns."""

    service = f.line("The service that owns the subjects.", "agreements")
    subjects = many(Advance, "Those of the subjects that are in conflict.")


class AdvanceDone(Answer):
    """Who moved an owner past its recipients, when and why."""

    service = f.line("The service that owns the subject.", "agreements")
    id_ = f.line("Identity of this entry.", "agreements-4", data_key="id")
    subject = f.line("What it is about.", _SUBJECT)
    own_sequence = f.whole("The newest state that its owner had; 0 is none.", 1, smallest=0)
    held_sequence = f.whole("The highest that anybody held.", 2)
    sequence = f.whole("What the owner's next state was numbered.", 1003)
    held = many(HeldBy, "What each recipient held at that moment.")
    requested_by = f.line("Who asked for it.", "local")
    reason = f.reason()
    advanced_at = f.moment("When it was done.")


class AdvanceDonePage(Page):
    """Who moved owners, newest first."""

    items = many(AdvanceDone)
