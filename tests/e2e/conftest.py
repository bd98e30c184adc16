# SPDX-License-Identifier: EUPL-1.2
"""One real stack for every story, and the words in which stories are told."""

from collections.abc import Iterator

import pytest

from tests.e2e.books import Books
from tests.e2e.commands import Schakel
from tests.e2e.door import Door
from tests.e2e.intruder import Intruder
from tests.e2e.story import Given, Then, When
from tests.servers import RunningStack


@pytest.fixture(scope="session")
def door(stack: RunningStack) -> Iterator[Door]:
    """Give the gateway of the running stack."""
    with Door(stack.base_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def books(stack: RunningStack) -> Iterator[Books]:
    """Give the databases of the services, to look into as their owners."""
    with Books(stack) as opened:
        yield opened


@pytest.fixture
def given(door: Door) -> Given:
    """Tell what was there before."""
    return Given(door)


@pytest.fixture
def when(door: Door) -> When:
    """Tell what somebody does."""
    return When(door)


@pytest.fixture
def then(door: Door) -> Then:
    """Ask what is so."""
    return Then(door)


@pytest.fixture
def schakel(stack: RunningStack) -> Schakel:
    """Give the command line."""
    return Schakel(stack.base_url)


@pytest.fixture
def intruder(stack: RunningStack) -> Intruder:
    """Give somebody who may publish anything."""
    return Intruder(stack)
