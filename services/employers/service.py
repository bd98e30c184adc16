# SPDX-License-Identifier: EUPL-1.2
"""The doorway of employers: decode, call, encode."""

from services.employers import handlers, schemas
from shared.messaging import Operations
from shared.runtime import Calls, Json, rpc


class Service(Operations):
    """National employers, each with one national contact."""

    name = "employers"
    calls = Calls(refusals=schemas.REFUSALS)

    @rpc
    def register_employer(self, call: Json) -> Json:
        """Register a national employer."""
        return self.calls.change(handlers.register_employer, call)

    @rpc
    def list_employers(self, call: Json) -> Json:
        """Show one page of the employers, by name."""
        return self.calls.read(handlers.list_employers, call)

    @rpc
    def get_employer(self, call: Json) -> Json:
        """Show one employer."""
        return self.calls.read(handlers.get_employer, call)

    @rpc
    def change_employer(self, call: Json) -> Json:
        """Change what is given of an employer."""
        return self.calls.change(handlers.change_employer, call)
