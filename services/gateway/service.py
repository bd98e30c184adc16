# SPDX-License-Identifier: EUPL-1.2
"""The gateway's process: one entrypoint for all of HTTP."""

from werkzeug.wrappers import Request, Response

from services.gateway import http as api
from services.gateway import problems
from services.gateway.identity import logouts, verifier
from shared.contracts.topology import LOGOUT_STREAM, LOGOUTS
from shared.messaging import Hints, Stream
from shared.runtime import Rpc
from shared.runtime.http import http


class Service:
    """The gateway: answers HTTP by asking the services."""

    name = "gateway"
    needs = ("oidc_issuer",)
    rpc = Rpc()
    hints = Hints()
    logouts = Stream(LOGOUT_STREAM, LOGOUTS, logouts)

    @http(refuse=problems.refuse)
    def answer(self, request: Request) -> Response:
        """Answer one request."""
        return api.answer(request, api.Behind(self.rpc, self.hints, verifier()))
