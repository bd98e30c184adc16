# SPDX-License-Identifier: EUPL-1.2
"""The doorway of placements: decode, call, encode."""

from collections.abc import Sequence
from datetime import datetime

from services.placements import handlers
from services.placements.schemas.refusals import REFUSALS
from shared.messaging import Arrival, Operations, StoredHashes, consumes
from shared.messaging.duties import also_measure
from shared.runtime import Calls, Cursor, Json, rpc
from shared.runtime.timers import Due, timed

also_measure(handlers.measure_overdue)


class Service(Operations):
    """Places offered under an agreement, and what became of each."""

    name = "placements"
    calls = Calls(refusals=REFUSALS)

    @rpc
    def offer_place(self, call: Json) -> Json:
        """Offer a place under an agreement."""
        return self.calls.change(handlers.offer_place, call)

    @rpc
    def list_placements(self, call: Json) -> Json:
        """Show one page of the placements that match, newest first."""
        return self.calls.read(handlers.list_placements, call)

    @rpc
    def get_placement(self, call: Json) -> Json:
        """Show one placement, with its requests for support."""
        return self.calls.read(handlers.get_placement, call)

    @rpc
    def list_placement_history(self, call: Json) -> Json:
        """Show what happened to a placement, newest first."""
        return self.calls.read(handlers.list_placement_history, call)

    @rpc
    def report_start(self, call: Json) -> Json:
        """Record that somebody started, or that the region confirms it."""
        return self.calls.change(handlers.report_start, call)

    @rpc
    def report_check_in(self, call: Json) -> Json:
        """Record how it goes."""
        return self.calls.change(handlers.report_check_in, call)

    @rpc
    def end_placement(self, call: Json) -> Json:
        """Complete a placement, or end it before its time."""
        return self.calls.change(handlers.end_placement, call)

    @rpc
    def withdraw_place(self, call: Json) -> Json:
        """Take a place back before anybody started."""
        return self.calls.change(handlers.withdraw_place, call)

    @rpc
    def offer_call(self, call: Json) -> Json:
        """Offer every place of a call, or none of them."""
        return self.calls.change(handlers.offer_call, call)

    @rpc
    def list_calls(self, call: Json) -> Json:
        """Show one page of the calls that match, newest first."""
        return self.calls.read(handlers.list_calls, call)

    @rpc
    def get_call(self, call: Json) -> Json:
        """Show a call with its places."""
        return self.calls.read(handlers.get_call, call)

    @rpc
    def count_placements(self, call: Json) -> Json:
        """Show how many places ever got how far."""
        return self.calls.read(handlers.count_placements, call)

    @consumes("framework-changed.v1")
    def adopt_frameworks(
        self, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Keep what agreements offer; places fall away with an agreement."""
        return handlers.adopt_frameworks(cur, arrivals, now)

    @consumes("placement-decision-submitted.v1")
    def settle_decisions(
        self, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Record or refuse what regions decided."""
        return handlers.settle_decisions(cur, arrivals, now)

    @consumes("support-changed.v1")
    def adopt_supports(
        self, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Keep requests for support, to show beside the placement."""
        return handlers.adopt_supports(cur, arrivals, now)

    @timed("lapse")
    def let_lapse(self, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """Let places go for which nobody was found in time."""
        handlers.let_lapse(cur, due, now)

    @timed("pick-up-overdue")
    def remind_of_pick_up(self, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """Put places that wait too long on the desks that they concern."""
        handlers.remind_of_pick_up(cur, due, now)

    @timed("check-in-due")
    def ask_for_check_in(self, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """Ask how it goes where somebody works."""
        handlers.ask_for_check_in(cur, due, now)

    @timed("sustained-due")
    def ask_whether_sustained(self, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """Ask whether somebody still works there."""
        handlers.ask_whether_sustained(cur, due, now)

    @timed("after-care-over")
    def end_after_care(self, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """Take after-care off the region's desk when its time is over."""
        handlers.end_after_care(cur, due, now)
