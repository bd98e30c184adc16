# SPDX-License-Identifier: EUPL-1.2
"""Working days as a desk in the Netherlands knows them."""

from datetime import UTC, date, datetime

import pytest

from shared.runtime.calendar import end_of, is_working_day, moment_of, working_days_after


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 12, 5),
        date(2026, 12, 6),
        date(2026, 12, 25),
        date(2027, 1, 1),
        date(2027, 3, 26),
        date(2027, 3, 29),
        date(2027, 4, 27),
        date(2027, 5, 5),
        date(2027, 5, 6),
        date(2027, 5, 17),
        # Easter as late as it can be, and two that the moon alone would put a week later.
        date(2038, 4, 26),
        date(2049, 4, 19),
        date(2076, 4, 20),
    ],
)
def test_weekends_and_holidays_are_free(day: date) -> None:
    assert not is_working_day(day)


def test_king_s_day_on_a_sunday_is_kept_on_the_saturday_and_monday_is_worked() -> None:
    assert is_working_day(date(2031, 4, 28))


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 12, 1), 3, date(2026, 12, 4)),
        (date(2026, 12, 3), 3, date(2026, 12, 8)),
        (date(2026, 12, 5), 1, date(2026, 12, 7)),
        (date(2026, 12, 23), 5, date(2026, 12, 31)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        (date(2026, 12, 5), 0, date(2026, 12, 5)),
    ],
)
def test_working_days_are_counted_over_free_ones(day: date, count: int, expected: date) -> None:
    assert working_days_after(day, count) == expected


def test_days_begin_and_end_as_the_netherlands_count_them() -> None:
    assert moment_of(date(2027, 1, 4)) == datetime(2027, 1, 3, 23, tzinfo=UTC)
    assert moment_of(date(2027, 7, 1)) == datetime(2027, 6, 30, 22, tzinfo=UTC)
    # The day on which the clocks go forward has 23 hours.
    assert end_of(date(2027, 3, 28)) == datetime(2027, 3, 28, 22, tzinfo=UTC)
