# SPDX-License-Identifier: EUPL-1.2
"""The doorway of agreements: decode, call, encode."""

from collections.abc import Sequence
from datetime import datetime

from services.agreements import handlers
from services.agreements.schemas.refusals import REFUSALS
from shared.messaging import Arrival, Operations, Published, StoredHashes, consumes
from shared.runtime import Calls, Cursor, Json, rpc


class Service(Operations):
    """National agreements, who takes part in them, and what reached whom."""

    name = "agreements"
    calls = Calls(refusals=REFUSALS)

    @rpc
    def register_agreement(self, call: Json) -> Json:
        """Register an agreement as a draft."""
        return self.calls.change(handlers.register_agreement, call)

    @rpc
    def list_agreements(self, call: Json) -> Json:
        """Show one page of the agreements that match, newest first."""
        return self.calls.read(handlers.list_agreements, call)

    @rpc
    def get_agreement(self, call: Json) -> Json:
        """Show one agreement, and how far its newest state has come."""
        return self.calls.read(handlers.get_agreement, call)

    @rpc
    def edit_draft(self, call: Json) -> Json:
        """Change the given fields of the draft."""
        return self.calls.change(handlers.edit_draft, call)

    @rpc
    def withdraw_draft(self, call: Json) -> Json:
        """Drop the draft."""
        return self.calls.change(handlers.withdraw_draft, call)

    @rpc
    def list_versions(self, call: Json) -> Json:
        """Show the published versions, newest first."""
        return self.calls.read(handlers.list_versions, call)

    @rpc
    def get_version(self, call: Json) -> Json:
        """Show one published version."""
        return self.calls.read(handlers.get_version, call)

    @rpc
    def list_history(self, call: Json) -> Json:
        """Show who changed what, when and why, newest first."""
        return self.calls.read(handlers.list_history, call)

    @rpc
    def publish_agreement(self, call: Json) -> Json:
        """Publish the draft to every participating region."""
        return self.calls.change(handlers.publish_agreement, call)

    @rpc
    def amend_agreement(self, call: Json) -> Json:
        """Open the draft of the next version."""
        return self.calls.change(handlers.amend_agreement, call)

    @rpc
    def suspend_agreement(self, call: Json) -> Json:
        """Allow no new placements for now."""
        return self.calls.change(handlers.suspend_agreement, call)

    @rpc
    def resume_agreement(self, call: Json) -> Json:
        """Allow new placements again."""
        return self.calls.change(handlers.resume_agreement, call)

    @rpc
    def end_agreement(self, call: Json) -> Json:
        """End the agreement for good."""
        return self.calls.change(handlers.end_agreement, call)

    @rpc
    def invite_regions(self, call: Json) -> Json:
        """Invite regions, also after publication."""
        return self.calls.change(handlers.invite_regions, call)

    @rpc
    def list_participants(self, call: Json) -> Json:
        """Show the regions that are or were invited, each with its delivery."""
        return self.calls.read(handlers.list_participants, call)

    @rpc
    def remove_participant(self, call: Json) -> Json:
        """End a region's part."""
        return self.calls.change(handlers.remove_participant, call)

    @rpc
    def list_deliveries(self, call: Json) -> Json:
        """Show the ledger."""
        return self.calls.read(handlers.list_deliveries, call)

    @rpc
    def get_matrix(self, call: Json) -> Json:
        """Show all employers' agreements against the regions that take part."""
        return self.calls.read(handlers.get_matrix, call)

    def renumber(self, cur: Cursor, published: Sequence[Published]) -> None:
        """Keep which states of agreements went out last."""
        handlers.renumber(cur, published)

    @consumes("employer-changed.v1")
    def adopt_employers(
        self, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Keep own copies of employers."""
        return handlers.adopt_employers(cur, arrivals, now)

    @consumes("contact-changed.v1")
    def adopt_contacts(
        self, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Keep own copies of the regions' contacts."""
        return handlers.adopt_contacts(cur, arrivals, now)

    @consumes("decision-submitted.v1")
    def settle_decisions(
        self, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Record or refuse what regions decided."""
        return handlers.settle_decisions(cur, arrivals, now)
