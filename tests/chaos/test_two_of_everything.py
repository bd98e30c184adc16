# SPDX-License-Identifier: EUPL-1.2
"""Two processes of everything: one of each is killed in its turn, and the other does its work.

Of a service that is the one which sends its outbox, for which the other one stands by.

Regions are in two halves by `SCHAKEL_REGIONS`, and each half has two processes, of which one
consumes and one stands by.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

import httpx
import pytest

from shared.contracts.topology import SERVICES
from tests.chaos import of_processes as processes
from tests.chaos.campaign import Campaign, Plan
from tests.chaos.catalogue import Strike, in_turn
from tests.chaos.evidence import RECEIVED
from tests.chaos.field import Field, Struck, becomes, struck
from tests.chaos.stage import APART_NAME, PROGRAMS, REGIONS
from tests.waiting import wait_until

SEED = 31
HALF = len(REGIONS) // 2
ONE = ",".join(sorted(REGIONS)[:HALF])
OTHER = ",".join(sorted(REGIONS)[HALF:])
STANDBY = f"{APART_NAME}-2"
SECONDS = 30.0
SENDS = re.compile(r"^schakel_relay_lock_held 1\.0$", re.MULTILINE)


class Halves(Field):
    """Two processes of each service and two gateways; four of `regions`, two for each half."""

    def admit(self, replicas: int) -> None:
        """Name them."""
        self.stack.regions = ONE
        for name in PROGRAMS:
            shard = {"SCHAKEL_REGIONS": ONE} if name == "regions" else {}
            self.stack.admit(f"{name}-{replicas}", name, **shard)
        for name in (APART_NAME, STANDBY):
            self.stack.admit(name, "regions", SCHAKEL_REGIONS=OTHER)


def sender(service: str, field: Field) -> str:
    """Name the one process of a service that sends its outbox, once exactly one does."""
    names = [service, *field.stack.siblings_of(service)]

    def only_one() -> str:
        told = {name: httpx.get(f"{field.stack.admin_url(name)}/metrics").text for name in names}
        found = [name for name, text in told.items() if SENDS.search(text)]
        assert len(found) == 1, found
        return found[0]

    return wait_until(only_one, SECONDS)


def sender_lost(service: str, field: Field, chance: Random) -> Struck:
    """Kill whoever sends: another one sends from then on, and goes on when that one is back."""
    name = sender(service, field)
    seen = processes.lost(name, field, chance)
    other = sender(service, field)
    took_over = seen.effect and other != name
    return replace(seen, effect=f"{seen.effect}; {other} sends" if took_over else None)


def half_away(field: Field, _chance: Random) -> Struck:
    """Kill both processes of a half: the other half goes on, and this one gets it all later."""
    for name in (APART_NAME, STANDBY):
        field.stack.lose(name)
    question = {"subject": f"agreement/{field.worker.publish_to_all()}"}

    def one_half_has_it() -> bool:
        rows = field.proof.rows("agreements", RECEIVED, question)
        return {row["recipient"] for row in rows} == set(ONE.split(","))

    seen = becomes(one_half_has_it, SECONDS)
    for name in (APART_NAME, STANDBY):
        field.stack.begin(name)
    for name in (APART_NAME, STANDBY):
        field.stack.wait_ready(name)
    return struck(f"only {HALF} regions received meanwhile" if seen else None)


@pytest.mark.nightly
def test_one_of_each_dies_in_its_turn_and_nothing_is_lost_or_repeated(
    home_folder: Callable[[str], Path],
) -> None:
    said: list[str] = []
    strikes: dict[str, Strike] = {
        "gateway": partial(processes.lost, "gateway"),
        **{f"sender of {name}": partial(sender_lost, name) for name in SERVICES},
        "consumer of one half": partial(processes.lost, "regions"),
        "consumer of the other half": partial(processes.lost, APART_NAME),
        "both of a half": half_away,
    }
    known = in_turn(strikes)
    plan = Plan(SEED, in_turn=list(known), replicas=2)

    verdict = Campaign(plan, home_folder("two"), said.append, field=Halves, known=known).run()

    assert {word: list(found) for word, found in verdict.findings.items() if found} == {}, said
    assert verdict.faults == dict.fromkeys(sorted(known), 1), said
    assert verdict.unanswered == 0
    assert verdict.acknowledged >= 100
