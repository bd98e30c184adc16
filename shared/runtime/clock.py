# SPDX-License-Identifier: EUPL-1.2
"""The clock that every process reads: UTC moments, and dates as Amsterdam counts them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from shared.runtime.config import settings

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """Give the present moment, aware and in UTC.

    With SCHAKEL_CLOCK_FILE set (never in production) the moment is what that file says,
    so that a test can let months pass.
    """
    file = settings().clock_file
    if file is None:
        return datetime.now(UTC)
    return datetime.fromisoformat(file.read_text(encoding="utf-8").strip()).astimezone(UTC)


def date_of(moment: datetime) -> date:
    """Give the date in the Netherlands at that moment: what deadlines are counted in."""
    return moment.astimezone(AMSTERDAM).date()


def moment_text(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC, the one form that leaves this system."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
