# SPDX-License-Identifier: EUPL-1.2
"""An upgrade under load: the release before this one and this one run beside each other.

First this release's migrations run under the old processes. Then a new process of each service
joins the old one, and each of both does all the work while the other one is dead.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.chaos import of_processes as processes
from tests.chaos.campaign import Campaign, Plan
from tests.chaos.catalogue import Strike, in_turn
from tests.chaos.field import Field, Struck, struck
from tests.chaos.release import NOW, Environment, ReleaseUnknown, expand, named, put
from tests.chaos.stage import PROGRAMS

SEED = 32
# Consumers first, producers next, the door last.
ORDER = ("regions", "placements", "providers", "employers", "agreements", "gateway")


def runs(name: str, field: Field) -> str:
    """Tell where a process has its code from."""
    return str(field.process(name).environ()["PYTHONPATH"])


def expanded(field: Field, _chance: Random) -> Struck:
    """Run the migrations of this release while only the one before it is running."""
    old = {runs(name, field) for name in field.stack.everybody()}
    databases = expand(field.stack, NOW)
    return struck(f"{databases} databases" if NOW["PYTHONPATH"] not in old else None)


def beside(service: str, field: Field, _chance: Random) -> Struck:
    """Run a new process beside an old one, and kill each while the other does its work."""
    new = field.stack.admit(f"{service}-new", service, **NOW)
    field.stack.begin(new)
    field.stack.wait_ready(new)
    both = {runs(service, field), runs(new, field)}
    alone = {}
    for name, other in ((service, "new"), (new, "old")):
        _, alone[other] = processes.without(name, field)
        field.stack.begin(name)
        field.stack.wait_ready(name)
    told = ", ".join(f"the {one} release alone in {took} s" for one, took in alone.items())
    done = len(both) == len(alone) and None not in alone.values()
    return struck(f"{service}: {told}" if done else None)


def contracted(field: Field, _chance: Random) -> Struck:
    """Upgrade every process of the release before, one after the other."""
    field.stack.stack.environ |= NOW
    old = [name for name in field.stack.everybody() if runs(name, field) != NOW["PYTHONPATH"]]
    for name in old:
        field.stack.stop(name)
        field.stack.begin(name)
    for name in old:
        field.stack.wait_ready(name)
    left = {runs(name, field) for name in field.stack.everybody()}
    return struck("this release alone" if left == {NOW["PYTHONPATH"]} else None)


@pytest.fixture
def old(tmp_path: Path) -> Environment:
    """Give the release before this one."""
    return put(named(), tmp_path)


def test_without_its_history_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ReleaseUnknown, match="git fetch --unshallow"):
        put("0" * 40, tmp_path)


@pytest.mark.nightly
def test_two_releases_beside_each_other_lose_and_repeat_nothing(
    home_folder: Callable[[str], Path], old: Environment
) -> None:
    said: list[str] = []
    strikes: dict[str, Strike] = {
        "expanded": expanded,
        **{service: partial(beside, service) for service in ORDER},
        "contracted": contracted,
    }
    campaign = Campaign(
        Plan(SEED, in_turn=list(strikes)),
        home_folder("releases"),
        said.append,
        field=partial(Field, **old),
        known=in_turn(strikes),
    )

    verdict = campaign.run()

    assert set(ORDER) == set(PROGRAMS)
    assert {word: list(found) for word, found in verdict.findings.items() if found} == {}, said
    assert verdict.faults == dict.fromkeys(sorted(strikes), 1), said
    assert verdict.unanswered == 0
    assert verdict.acknowledged >= 100
