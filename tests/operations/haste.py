# SPDX-License-Identifier: EUPL-1.2
"""Our own rules, made hasty: what waits for minutes and hours in the world waits for seconds here.

The text of a rule stays what it is but for three kinds of figures: how long a condition has to hold
(`for`) and from which age on something is too old (`> 900`: whole seconds, half a minute or more;
no other figure is as large) are divided by 60, and over which time is looked back (`[30m]`) by 20.
Gauges are read from the database every five seconds, so no age gets shorter than fifteen.
"""

import re
from typing import Any, Final, Literal

from tests.operations.alerts import Rule

Ages = Literal["divided", "as they are"]
OF_TIMES: Final = 60
OF_WINDOWS: Final = 20
YOUNGEST: Final = 15
LEAST: Final = 30
SECONDS_IN: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
DURATION = re.compile(r"(\d+)([smhd])")
WINDOW = re.compile(r"\[(\d+[smhd])\]")
AGE = re.compile(r"(?<=> )\d+(?![\d.]| \*)")


def hastened(rule: Rule, *, ages: Ages = "divided") -> Rule:
    """Give a rule that does not wait as long."""
    made: dict[str, Any] = {**rule, "expr": WINDOW.sub(_window, rule["expr"])}
    if "alert" in rule and ages == "divided":
        made["expr"] = AGE.sub(_age, made["expr"])
    if "for" in rule:
        made["for"] = f"{max(1, seconds(rule['for']) // OF_TIMES)}s"
    return made


def seconds(duration: str) -> int:
    """Read a duration as Prometheus writes it."""
    found = DURATION.fullmatch(duration)
    assert found is not None, duration
    return int(found[1]) * SECONDS_IN[found[2]]


def _window(found: re.Match[str]) -> str:
    return f"[{seconds(found[1]) // OF_WINDOWS}s]"


def _age(found: re.Match[str]) -> str:
    said = int(found[0])
    return str(max(YOUNGEST, said // OF_TIMES)) if said >= LEAST else found[0]
