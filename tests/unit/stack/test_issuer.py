# SPDX-License-Identifier: EUPL-1.2
"""The local stack starts an issuer of its own, unless it is told of one; never in production."""

import pytest

from services.cli.stack import ports
from services.cli.stack.home import Home
from services.cli.stack.stack import Stack
from services.cli.stack.trouble import StackRefused
from tests.servers import Records, environment


def test_production_without_an_issuer_starts_nothing(home: Home) -> None:
    port = str(ports.choose(["http"], {})["http"])
    told = {"SCHAKEL_ENV": "production", "SCHAKEL_HTTP_PORT": port}
    stack = Stack(home, Records(), environment() | told)

    with pytest.raises(StackRefused, match="SCHAKEL_OIDC_ISSUER"):
        stack.start()

    assert stack.supervisor.kept == {}
    assert not (home.root / "issuer.json").exists()
