# SPDX-License-Identifier: EUPL-1.2
"""Working days in the Netherlands, and the moments at which days begin there.

Free are Saturdays, Sundays and the days of article 3 of the Algemene termijnenwet: the public
holidays, Good Friday, and the fifth of May every year. Domains get the day, or one of these
functions, passed in.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from shared.runtime.clock import AMSTERDAM

_FIRST_DAY_OF_WEEKEND = 5
_A_DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """Tell whether people at a desk can be expected to work on that day."""
    return day.weekday() < _FIRST_DAY_OF_WEEKEND and day not in _free_days(day.year)


def working_days_after(day: date, count: int) -> date:
    """Give the working day that is `count` working days after a day, which counts for none."""
    while count > 0:
        day += _A_DAY
        count -= is_working_day(day)
    return day


def moment_of(day: date) -> datetime:
    """Give the moment at which a day begins in the Netherlands, in UTC."""
    return datetime.combine(day, time(), AMSTERDAM).astimezone(UTC)


def end_of(day: date) -> datetime:
    """Give the moment at which a day is over in the Netherlands, in UTC: when it is too late."""
    return moment_of(day + _A_DAY)


@cache
def _free_days(year: int) -> frozenset[date]:
    # What knows the world's calendars takes a while to load: most processes never ask.
    from holidays.constants import OPTIONAL, PUBLIC  # noqa: PLC0415
    from holidays.countries.netherlands import Netherlands  # noqa: PLC0415

    year_of_the_netherlands: Iterable[date] = Netherlands(  # type: ignore[no-untyped-call]
        years=year, categories=(PUBLIC, OPTIONAL)
    )
    return frozenset(year_of_the_netherlands)
