# SPDX-License-Identifier: EUPL-1.2
"""Deadlines: how long everybody has, and what is due on which day. Nobody consents by silence."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

# How long an agreement that is ended goes on, unless the coordinator says.
NOTICE_MONTHS = 3
# How long a region has for its answer.
TIME_TO_RESPOND = timedelta(weeks=8)
# How long regions have to comment on a concept, in working days.
WORKING_DAYS_TO_COMMENT = 10
LAST_WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)


class Kind(StrEnum):
    """What is to be done on a day."""

    EXPIRE = "expire-agreement"
    REMIND_HALF_WAY = "remind-half-way"
    REMIND_LAST_WEEK = "remind-last-week"
    NOTE_SILENCE = "note-no-response"
    CLOSE_CONSULTATION = "close-consultation"
    LEAVE = "let-region-leave"
    EVALUATE = "hold-evaluation"
    TELL_FRAMEWORK = "tell-framework"


@dataclass(frozen=True, slots=True)
class Deadline:
    """What falls due at the start of a day."""

    kind: Kind
    on: date


def of_response(asked_on: date, respond_by: date) -> Iterator[Deadline]:
    """Give the reminders of a term to respond, and the day on which silence is noted."""
    half_way = asked_on + (respond_by - asked_on) / 2
    last_week = respond_by - LAST_WEEK
    if asked_on < half_way < respond_by:
        yield Deadline(Kind.REMIND_HALF_WAY, half_way)
    if asked_on < last_week != half_way:
        yield Deadline(Kind.REMIND_LAST_WEEK, last_week)
    yield Deadline(Kind.NOTE_SILENCE, respond_by + DAY)


def months_after(day: date, months: int) -> date:
    """Give the same day some months later, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
