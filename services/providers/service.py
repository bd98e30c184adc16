# SPDX-License-Identifier: EUPL-1.2
"""The doorway of providers: decode, call, encode."""

from collections.abc import Sequence
from datetime import datetime

from services.providers import handlers, schemas
from services.providers.handlers.keeping import ACCEPT_BY, FIRST_CONTACT_BY
from shared.messaging import Arrival, Operations, StoredHashes, consumes
from shared.runtime import Calls, Cursor, Json, rpc
from shared.runtime.timers import Due, timed


class Service(Operations):
    """Support providers, and the support that was asked of them."""

    name = "providers"
    calls = Calls(refusals=schemas.REFUSALS)

    @rpc
    def register_provider(self, call: Json) -> Json:
        """Register a support provider."""
        return self.calls.change(handlers.register_provider, call)

    @rpc
    def list_providers(self, call: Json) -> Json:
        """Show one page of the support providers, by name."""
        return self.calls.read(handlers.list_providers, call)

    @rpc
    def get_provider(self, call: Json) -> Json:
        """Show one support provider."""
        return self.calls.read(handlers.get_provider, call)

    @rpc
    def change_provider(self, call: Json) -> Json:
        """Change what is given of a support provider."""
        return self.calls.change(handlers.change_provider, call)

    @rpc
    def request_support(self, call: Json) -> Json:
        """Ask for support at a placement."""
        return self.calls.change(handlers.request_support, call)

    @rpc
    def list_supports(self, call: Json) -> Json:
        """Show one page of the requests for support, newest first."""
        return self.calls.read(handlers.list_supports, call)

    @rpc
    def get_support(self, call: Json) -> Json:
        """Show one request for support."""
        return self.calls.read(handlers.get_support, call)

    @rpc
    def list_support_history(self, call: Json) -> Json:
        """Show who took which step of a request, when and why."""
        return self.calls.read(handlers.list_support_history, call)

    @rpc
    def approve_support(self, call: Json) -> Json:
        """Let the region pay."""
        return self.calls.change(handlers.approve_support, call)

    @rpc
    def decline_support(self, call: Json) -> Json:
        """Let the region not pay."""
        return self.calls.change(handlers.decline_support, call)

    @rpc
    def assign_support(self, call: Json) -> Json:
        """Ask a provider."""
        return self.calls.change(handlers.assign_support, call)

    @rpc
    def accept_support(self, call: Json) -> Json:
        """Take a request on."""
        return self.calls.change(handlers.accept_support, call)

    @rpc
    def record_first_contact(self, call: Json) -> Json:
        """Tell the first contact."""
        return self.calls.change(handlers.record_first_contact, call)

    @rpc
    def escalate_support(self, call: Json) -> Json:
        """Say that this support is not enough."""
        return self.calls.change(handlers.escalate_support, call)

    @rpc
    def resume_support(self, call: Json) -> Json:
        """Go on after an escalation."""
        return self.calls.change(handlers.resume_support, call)

    @rpc
    def hand_back_support(self, call: Json) -> Json:
        """Give a request back."""
        return self.calls.change(handlers.hand_back_support, call)

    @rpc
    def close_support(self, call: Json) -> Json:
        """End the support."""
        return self.calls.change(handlers.close_support, call)

    @rpc
    def withdraw_support(self, call: Json) -> Json:
        """Take a request back."""
        return self.calls.change(handlers.withdraw_support, call)

    @consumes("framework-changed.v1")
    def adopt_frameworks(
        self, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Keep own copies of what agreements say about specialists."""
        return handlers.adopt_frameworks(cur, arrivals, now)

    @consumes("standing-changed.v1")
    def adopt_placements(
        self, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Keep own copies of placements, and end the support of those that are over."""
        return handlers.adopt_placements(cur, arrivals, now)

    @timed(ACCEPT_BY)
    def accept_by_passed(self, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """Tell SLW which requests were not accepted in time."""
        handlers.accept_by_passed(cur, due, now)

    @timed(FIRST_CONTACT_BY)
    def first_contact_by_passed(self, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """Tell SLW and the region where a first contact is late."""
        handlers.first_contact_by_passed(cur, due, now)
