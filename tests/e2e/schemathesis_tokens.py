# SPDX-License-Identifier: EUPL-1.2
"""How schemathesis shows who asks: for each generated request, somebody whose work it is."""

import os
from functools import cache
from pathlib import Path

import schemathesis

from services.cli.tokens import Tokens, local_tokens
from shared.contracts.policy import POLICY
from tests.whose import employer, manager, officer, provider, usual

SOMEBODY = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"
ANYBODY = {
    "wsp-officer": officer("AM36"),
    "wsp-manager": manager("AM36"),
    "employer": employer(SOMEBODY),
    "support-provider": provider(SOMEBODY),
}


@cache
def tokens() -> Tokens:
    """Give the tokens of the stack that is tried."""
    return local_tokens(Path(os.environ["SCHAKEL_HOME"]))


@schemathesis.auth(refresh_interval=None)
class WhoseWork:
    """Gives each request a token; the check that asks without one, or with a wrong one, does so."""

    def get(self, case: schemathesis.Case, _context: schemathesis.AuthContext) -> str:
        """Give the token of whoever usually asks it; where the path binds nobody, of anybody."""
        who = usual(case.method, f"/v1{case.formatted_path}")
        granted = POLICY.get(case.operation.definition.raw.get("operationId", ""), {})
        if granted and who.role not in granted:
            who = ANYBODY[next(iter(granted))]
        return tokens().of(who)

    def set(self, case: schemathesis.Case, data: str, _context: schemathesis.AuthContext) -> None:
        """Show it."""
        case.headers["Authorization"] = f"Bearer {data}"
