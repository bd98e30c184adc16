# SPDX-License-Identifier: EUPL-1.2
"""Answers that every service gives to operators: what is open and what could not be applied."""

from marshmallow import fields

from shared.contracts import codes
from shared.contracts.api import fields as f
from shared.contracts.api.shapes import Answer, Page, many, shapes

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


OPERATIONS = shapes(
    list_dead_letters=(None, DeadLetterPage),
    get_dead_letter=(None, DeadLetterDetail),
    list_open_deliveries=(None, OpenDeliveryPage),
)
