# SPDX-License-Identifier: EUPL-1.2
"""How schemathesis shows who asks: for each generated request, somebody whose work it is."""

import os
from functools import cache
from pathlib import Path

import schemathesis

from services.cli.tokens import Tokens, local_tokens
from tests.whose import usual


@cache
def tokens() -> Tokens:
    """Give the tokens of the stack that is tried."""
    return local_tokens(Path(os.environ["SCHAKEL_HOME"]))


@schemathesis.auth(refresh_interval=None)
class WhoseWork:
    """Gives each request a token; the check that asks without one, or with a wrong one, does so."""

    def get(self, case: schemathesis.Case, _context: schemathesis.AuthContext) -> str:
        """Give the token of whoever usually asks it."""
        return tokens().of(usual(case.method, f"/v1{case.formatted_path}"))

    def set(self, case: schemathesis.Case, data: str, _context: schemathesis.AuthContext) -> None:
        """Show it."""
        case.headers["Authorization"] = f"Bearer {data}"
