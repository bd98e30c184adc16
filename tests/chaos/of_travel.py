# SPDX-License-Identifier: EUPL-1.2
"""Faults of what travels: bad lines, messages that nobody can use, copies that cannot be stored."""

import json
import uuid
from collections.abc import Callable, Mapping
from random import Random

from shared.contracts.topology import QUEUES, SERVICES
from tests.chaos.evidence import POISON, POISONED
from tests.chaos.field import Field, Struck, linger, struck
from tests.chaos.proxy import Mode
from tests.waiting import wait_until

SERVED_SECONDS = 60.0
POISONS: tuple[Callable[[bytes], bytes], ...] = (
    lambda mark: b"no JSON " + mark,
    lambda mark: b"\x00\xff\xfe" + mark,
    lambda mark: json.dumps({"no envelope": mark.decode()}).encode(),
    lambda mark: json.dumps([{"specversion": "1.0", "type": mark.decode()}]).encode(),
)
# One byte at a time is slow: what is sent in these seconds may take a minute to arrive.
BAD_SECONDS: Mapping[Mode, tuple[float, float]] = {
    "frozen": (3, 15),
    "cut": (1, 10),
    "half-open": (3, 15),
    "sliced": (1, 3),
}
NO_COPIES = "ALTER TABLE region_agreements ADD CONSTRAINT chaos CHECK (false) NOT VALID"
COPIES_AGAIN = "ALTER TABLE region_agreements DROP CONSTRAINT chaos"
PARKED = "SELECT 1 FROM parked WHERE last_error LIKE '%chaos%'"


def handler_failing(field: Field, chance: Random) -> Struck:
    """Have the regions' database refuse every copy for a while, and nothing else."""
    seconds = field.length(chance, 2, 5)
    field.ask_owner("regions", NO_COPIES)
    try:
        linger(seconds)
        parked = len(field.proof.rows("regions", PARKED))
    finally:
        field.ask_owner("regions", COPIES_AGAIN)
    return struck(f"{parked} states were parked in {seconds:.0f} s" if parked else None)


def line_disturbed(name: str, mode: Mode, field: Field, chance: Random) -> Struck:
    """Make the line between the services and a server a bad one for a while."""
    line, seconds = field.stack.lines[name], field.length(chance, *BAD_SECONDS[mode])
    with line.disturbed(mode):
        linger(seconds)
        met = line.held
    return struck(f"{met} connections or pieces met it in {seconds:.0f} s" if met else None)


def poisoned(field: Field, chance: Random) -> Struck:
    """Put messages that nobody can use into queues, between those that are good."""
    known = {name: len(_poisoned(field, name)) for name in SERVICES}
    queues = [one.name for one in QUEUES if one.service in known]
    for make in POISONS:
        mark = POISON + b"-" + uuid.UUID(int=chance.getrandbits(128)).hex.encode()
        field.intruder.puts(chance.choice(queues), make(mark))

    def kept() -> int:
        return sum(len(_poisoned(field, name)) - count for name, count in known.items())

    wait_until(lambda: kept() >= len(POISONS), SERVED_SECONDS)
    return struck(f"{kept()} messages are dead letters")


def _poisoned(field: Field, service: str) -> list[dict[str, object]]:
    return field.proof.rows(service, POISONED, {"poison": POISON})
