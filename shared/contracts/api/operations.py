# SPDX-License-Identifier: EUPL-1.2
"""Answers that every service gives to operators: what is open and what could not be applied."""

from collections.abc import Mapping

from marshmallow import ValidationError, fields, validates_schema

from shared.contracts import codes
from shared.contracts.api import fields as f
from shared.contracts.api.shapes import Answer, Page, Request, many, nested
from shared.contracts.reference import region_codes
from shared.contracts.topology import SERVICES

_RECIPIENTS = (*region_codes(), *SERVICES)
# More than this are meant by their cause.
_MOST_NAMED = 1000
_SUBJECT = "agreement/5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"


class DeadLetter(Answer):
    """A message that could not be applied; it stays until someone deals with it."""

    id = f.line("Identity of the dead letter.", "regions-1")
    service = f.line("The service that keeps it.", "regions")
    origin = f.line(
        "Why it was given up: undecodable, unknown, invalid, too-large, exhausted or broker.",
        "invalid",
    )
    queue = f.line("Queue that it came from.", "regions.AM36", allow_none=True)
    recipient = f.line("Whom it was for.", "AM36", allow_none=True)
    subject = f.line("What it is about.", _SUBJECT, allow_none=True)
    sequence = f.whole("Number of the state.", 1, allow_none=True)
    error_class = f.line("Kind of error.", "Malformed")
    cause = f.line("What letters with the same fault have in common.", "52d8b5d2a1c3f07e")
    error = f.text("What went wrong.", "The body is not JSON.")
    state = f.line("open, replaying, resolved, superseded or discarded.", "open")
    times = f.whole("How often it came.", 1)
    bytes_ = f.whole("Size of the raw content.", 4, smallest=0, data_key="bytes")
    first_at = f.moment("When it was given up first.")
    last_at = f.moment("When it was given up last.")
    reason = f.reason(allow_none=True)


class DeadLetterDetail(DeadLetter):
    """A dead letter with its raw content."""

    headers = fields.Dict(
        keys=fields.String(), metadata={"description": "Headers of the message.", "example": {}}
    )
    body = f.text("The raw bytes, in base64.", "eyJub3Q=", longest=32_000_000)


class DeadLetterPage(Page):
    """Dead letters, newest first."""

    items = many(DeadLetter)


class DeadLetterCause(Answer):
    """Open dead letters that were given up for the same reason in the same place."""

    service = f.line("The service that keeps them.", "regions")
    cause = f.line("What they have in common.", "52d8b5d2a1c3f07e")
    origin = f.line("Why they were given up.", "invalid")
    queue = f.line("Queue that they came from.", "regions.AM36")
    error_class = f.line("Kind of error.", "Malformed")
    letters = f.whole("How many there are.", 3)
    first_at = f.moment("When the first of them was given up.")
    last_at = f.moment("When the last of them came.")


class DeadLetterCausePage(Page):
    """Causes, the most frequent first."""

    items = many(DeadLetterCause)


class DeadLettersMeant(Request):
    """Which open dead letters are meant, by name, by cause or all, and why."""

    letters = f.identities(
        "These letters.", ["regions-17"], most=_MOST_NAMED, allow_none=True, load_default=None
    )
    cause = f.line(
        "All letters of this cause.", None, longest=16, allow_none=True, load_default=None
    )
    all_ = f.flag("All letters.", example=False, load_default=False, data_key="all")
    reason = f.reason(required=True)
    dry_run = f.flag("Only tell which letters are meant.", example=False, load_default=False)

    @validates_schema
    def says_which(self, data: Mapping[str, object], **_more: object) -> None:
        """Refuse a body that names no letters, or names them in two ways."""
        ways = [name for name in ("letters", "cause", "all_") if data.get(name)]
        if len(ways) != 1:
            raise ValidationError("Say which letters: by letters, by cause or all.")


class DiscardDeadLetters(DeadLettersMeant):
    """Put dead letters aside; they are kept, and wait for nobody any more."""


class StartReplay(DeadLettersMeant):
    """Try dead letters again, through the same checks as the first time."""

    per_second = f.whole(
        "How many letters a second at most.", 50, allow_none=True, load_default=None
    )


class StartedReplay(Answer):
    """What one service does with its letters; without an identity nothing is done."""

    service = f.line("The service that keeps the letters.", "regions")
    id_ = f.line("Identity of the job.", "regions-3", data_key="id", allow_none=True)
    letters = f.lines("The letters that are meant.", ["regions-17"])
    skipped = f.lines("Asked for by name, and not open.", ["regions-16"])


class Replay(Answer):
    """Who dealt with dead letters, when and why, and what came of it."""

    service = f.line("The service that keeps the letters.", "regions")
    id_ = f.line("Identity of the job.", "regions-3", data_key="id")
    action = f.line("replay or discard.", "replay")
    requested_by = f.line("Who asked for it.", "local")
    reason = f.reason()
    per_second = f.whole("How many letters a second at most.", 50)
    requested_at = f.moment("When it was asked for.")
    finished_at = f.moment("When the last letter was dealt with.", allow_none=True)
    letters = f.whole("How many letters it has.", 3, smallest=0)
    waiting = f.whole("Not tried yet.", 0, smallest=0)
    resolved = f.whole("Applied.", 2, smallest=0)
    superseded = f.whole("Not needed: this state or a newer one is held.", 1, smallest=0)
    failed = f.whole("Failed again, and open again.", 0, smallest=0)
    discarded = f.whole("Put aside.", 0, smallest=0)


class ReplayItem(Answer):
    """What came of one letter."""

    letter = f.line("Identity of the dead letter.", "regions-17")
    result = f.line(
        "resolved, superseded, failed or discarded; null while it waits.",
        "resolved",
        allow_none=True,
    )
    error = f.text("Why it failed again.", None, allow_none=True)
    done_at = f.moment("When it was tried.", allow_none=True)


class ReplayDetail(Replay):
    """A job with its letters, those that failed first; at most 200 of them."""

    results = many(ReplayItem, "The letters of the job.")


class ReplayPage(Page):
    """Jobs, newest first."""

    items = many(Replay)


class Task(Answer):
    """What waits for somebody, or did."""

    id = f.line("Identity of the task.", "providers-17")
    service = f.line("The service that keeps it.", "providers")
    assignee = f.line("For whom: slw, a region, employer:<id> or provider:<id>.", "AM23")
    kind = f.line("What is to be done.", "support_to_approve")
    subject = f.line("What it is about.", "support/5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d")
    about = fields.Dict(
        keys=fields.String(),
        metadata={"description": "Codes and identities that belong to it.", "example": {}},
    )
    due_on = f.day("Until when.", "2027-02-04", allow_none=True)
    opened_at = f.moment("Since when it waits.")
    closed_at = f.moment("When it was done, or not needed any more.", allow_none=True)
    outcome = f.line("How it was closed.", None, allow_none=True)


class TaskPage(Page):
    """Tasks, what is due first on top."""

    items = many(Task)


class OpenDelivery(Answer):
    """A newest state that one recipient does not hold yet."""

    service = f.line("The service that sent it.", "agreements")
    subject = f.line("What it is about.", _SUBJECT)
    recipient = f.line("Whom it is for.", "AM36")
    sequence = f.whole("Number of the state.", 1)
    state = f.code("How far it is.", "pending", codes.DELIVERY_STATES)
    sends = f.whole("How often it was sent.", 1, smallest=0)
    owed_since = f.moment("When it was published for this recipient.")
    next_check_at = f.moment("When the watchdog looks at it next.")
    reason = f.line("Why it was refused.", None, longest=2000, allow_none=True)


class OpenDeliveryPage(Page):
    """Deliveries that are not received yet, oldest first."""

    items = many(OpenDelivery)


class BlockedRow(Answer):
    """Something that the broker refused five times; the others go on."""

    service = f.line("The service that wants to send it.", "agreements")
    id_ = f.line("Identity of the row.", "agreements-4", data_key="id")
    exchange = f.line("Where it goes: recipients, notices or live.", "recipients")
    subject = f.line("What it is about; null for a notice.", _SUBJECT, allow_none=True)
    sequence = f.whole("Number of the state; null for a notice.", 1, allow_none=True)
    recipients = f.lines("Whom it is for.", ["AM36"])
    since = f.moment("When it was put into the outbox.")
    reason = f.line("What the broker did.", "nacked 5 times")


class BlockedRowPage(Page):
    """What the broker refused for good, oldest first."""

    items = many(BlockedRow)


class ReleaseBlocked(Request):
    """Send what the broker refused once more, now that it has room, or the queue is there."""

    reason = f.reason(required=True)


class Released(Answer):
    """How much one service sends again."""

    service = f.line("The service.", "agreements")
    released = f.whole("How many rows.", 1, smallest=0)


class StartReconciliation(Request):
    """Compare what recipients hold with what they must; without a body, all of them."""

    recipients = f.names(
        "Only these recipients: codes of regions, or names of services.",
        ["AM36"],
        _RECIPIENTS,
        allow_none=True,
        load_default=None,
    )


class StartedReconciliation(Answer):
    """A round that one service will run."""

    service = f.line("The service that compares.", "agreements")
    id_ = f.line("Identity of the round.", "agreements-12", data_key="id")


class MismatchCounts(Answer):
    """How many subjects a round found not to be as they must, by how; found twice, not repaired."""

    missing = f.whole("Owed, and not stored.", 0, smallest=0)
    stale = f.whole("An older state is stored than the one owed.", 0, smallest=0)
    ahead = f.whole("More is held than was ever owed; the subject is frozen.", 0, smallest=0)
    differs = f.whole("Another content, or gate and store disagree.", 0, smallest=0)
    ghost = f.whole("Held, and never owed.", 0, smallest=0)


class Reconciliation(Answer):
    """One round: everything that a service owes, compared with what is held."""

    service = f.line("The service that compares.", "agreements")
    id_ = f.line("Identity of the round.", "agreements-12", data_key="id")
    requested_by = f.line("Who asked for it; `schedule` when nobody did.", "local")
    recipients = f.names(
        "Only these recipients; null is all.",
        ["AM36"],
        _RECIPIENTS,
        allow_none=True,
    )
    requested_at = f.moment("When it was asked for.")
    started_at = f.moment("When it was started.", allow_none=True)
    finished_at = f.moment("When it came to its end.", allow_none=True)
    checked = f.whole("How many deliveries were compared.", 70, smallest=0)
    suspected = f.whole("Mismatches found for the first time; they may pass.", 0, smallest=0)
    mismatches = nested(MismatchCounts, "What was found twice and not repaired.")
    repaired = f.whole("How many were sent again.", 0, smallest=0)
    error = f.line("What could not be compared.", None, longest=2000, allow_none=True)


class ReconciliationPage(Page):
    """Rounds, newest first."""

    items = many(Reconciliation)


class Mismatch(Answer):
    """A subject that a recipient does not hold as it must."""

    service = f.line("The service that owns the subject.", "agreements")
    recipient = f.line("Who holds it so.", "AM36")
    subject = f.line("What it is about.", _SUBJECT)
    class_ = f.code("How they disagree.", "missing", codes.MISMATCH_CLASSES, data_key="class")
    owed_sequence = f.whole("The state that is owed.", 2, allow_none=True)
    owed_hash = f.sha256("Its hash, as published.", allow_none=True)
    gate_sequence = f.whole("The state that the recipient believes to hold.", 2, allow_none=True)
    gate_hash = f.sha256("Its hash, by the recipient's gate.", allow_none=True)
    stored_sequence = f.whole("The state that is really stored.", 1, smallest=0, allow_none=True)
    stored_hash = f.sha256("The hash of the bytes that are stored.", allow_none=True)
    rounds = f.whole("How many rounds found exactly this; it counts from 2.", 2)
    first_at = f.moment("When it was found first.")
    last_at = f.moment("When it was found last.")
    repaired_at = f.moment("When it was sent again.", allow_none=True)


class MismatchPage(Page):
    """What the last rounds found, the longest first."""

    items = many(Mismatch)
