# SPDX-License-Identifier: EUPL-1.2
"""One real stack for every story."""

from collections.abc import Iterator

import pytest

from tests.e2e.books import Books
from tests.servers import RunningStack


@pytest.fixture(scope="session")
def books(stack: RunningStack) -> Iterator[Books]:
    """Give the databases of the services, to look into as their owners."""
    with Books(stack) as opened:
        yield opened
