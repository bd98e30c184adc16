# SPDX-License-Identifier: EUPL-1.2
"""Working days in the Netherlands, and the moments at which days begin there.

Free are Saturdays, Sundays and the days of article 3 of the Algemene termijnenwet: the public
holidays, Good Friday, and the fifth of May every year. Domains get the day, or one of these
functions, passed in.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from shared.runtime.clock import AMSTERDAM

# Good Friday, Easter Monday, Ascension Day and Whit Monday, in days from Easter.
FROM_EASTER = (-2, 1, 39, 50)
_FIRST_DAY_OF_WEEKEND = 5
_SUNDAY = 6
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
    """Give the days of article 3; a Sunday among them is free already."""
    easter, kings_day = _easter(year), date(year, 4, 27)
    return frozenset(
        {
            date(year, 1, 1),
            *(easter + timedelta(days) for days in FROM_EASTER),
            # Kept on the Saturday before, where it would be a Sunday.
            kings_day - timedelta(days=kings_day.weekday() == _SUNDAY),
            date(year, 5, 5),
            date(year, 12, 25),
            date(year, 12, 26),
        }
    )


def _easter(year: int) -> date:
    """Give Easter Sunday by Butcher's method, which knows no exceptions."""
    century, of_century = divmod(year, 100)
    leap_centuries, rest_of_centuries = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * (year % 19) + century - leap_centuries - moon + 15) % 30
    leap_years, rest_of_years = divmod(of_century, 4)
    weekday = (32 + 2 * rest_of_centuries + 2 * leap_years - epact - rest_of_years) % 7
    correction = (year % 19 + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)
