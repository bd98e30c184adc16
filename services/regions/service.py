# SPDX-License-Identifier: EUPL-1.2
"""The regions service: its calls and the messages that it takes in."""

from collections.abc import Sequence
from datetime import datetime

from services.regions import handlers
from services.regions.schemas.refusals import REFUSALS
from shared.messaging import Arrival, Operations, StoredHashes, consumes
from shared.messaging.duties import also_measure
from shared.runtime import Calls, Cursor, Json, rpc
from shared.runtime.processing import Logbook
from shared.runtime.timers import Due, timed

also_measure(handlers.measure_pending)


class Service(Operations):
    """What the regions are asked, and what they take in."""

    name = "regions"
    calls = Calls(refusals=REFUSALS)
    logbook = Logbook()

    @rpc
    def list_regions(self, call: Json) -> Json:
        """Show the regions, as they are today."""
        return self.calls.read(handlers.list_regions, call)

    @rpc
    def get_region(self, call: Json) -> Json:
        """Show a region with everything that belongs to it today."""
        return self.calls.read(handlers.get_region, call)

    @rpc
    def list_organisations(self, call: Json) -> Json:
        """Show who serves employers in a region."""
        return self.calls.read(handlers.list_organisations, call)

    @rpc
    def get_organisation(self, call: Json) -> Json:
        """Show an organisation of a region, and what was said of it before."""
        return self.calls.read(handlers.get_organisation, call)

    @rpc
    def set_organisation(self, call: Json) -> Json:
        """Add an organisation to a region, or say anew what it is."""
        return self.calls.change(handlers.set_organisation, call)

    @rpc
    def list_held_agreements(self, call: Json) -> Json:
        """Show the agreements that a region holds."""
        return self.calls.read(handlers.list_held_agreements, call)

    @rpc
    def get_held_agreement(self, call: Json) -> Json:
        """Show a region's own copy of an agreement."""
        return self.calls.read(handlers.get_held_agreement, call)

    @rpc
    def decide_on_agreement(self, call: Json) -> Json:
        """Submit a region's decision to the agreement's owner."""
        return self.calls.change(handlers.decide_on_agreement, call)

    @rpc
    def get_desk(self, call: Json) -> Json:
        """Show a region's desk."""
        return self.calls.read(handlers.get_desk, call)

    @rpc
    def set_desk(self, call: Json) -> Json:
        """Replace the particulars of a region's desk."""
        return self.calls.change(handlers.set_desk, call)

    @rpc
    def list_contacts(self, call: Json) -> Json:
        """Show the employers that a region deals with, and who answers each of them."""
        return self.calls.read(handlers.list_contacts, call)

    @rpc
    def get_contact(self, call: Json) -> Json:
        """Show who answers an employer in a region."""
        return self.calls.read(handlers.get_contact, call)

    @rpc
    def set_contact(self, call: Json) -> Json:
        """Appoint an account manager, hand over to another, or give the employer to the desk."""
        return self.calls.change(handlers.set_contact, call)

    @rpc
    def list_consultations(self, call: Json) -> Json:
        """Show the concepts that a region may comment on."""
        return self.calls.read(handlers.list_consultations, call)

    @rpc
    def list_desk_placements(self, call: Json) -> Json:
        """Show the places at a region's desk."""
        return self.calls.read(handlers.list_desk_placements, call)

    @rpc
    def get_desk_placement(self, call: Json) -> Json:
        """Show one place at a region's desk, with the region's own file of it."""
        return self.calls.read(handlers.get_desk_placement, call)

    @rpc
    def decide_on_placement(self, call: Json) -> Json:
        """Submit a region's decision to the placement's owner."""
        return self.calls.change(handlers.decide_on_placement, call)

    @rpc
    def make_candidate_reference(self, call: Json) -> Json:
        """Make a reference under which a region may speak of a candidate."""
        return self.calls.change(handlers.make_candidate_reference, call)

    @rpc
    def erase_candidate(self, call: Json) -> Json:
        """Forget a candidate of a region, wherever the reference stands."""
        return self.calls.change(handlers.erase_candidate, call)

    @rpc
    def report_retention(self, call: Json) -> Json:
        """Show what is kept of candidates and what was forgotten, and nobody."""
        return self.calls.read(handlers.report_retention, call)

    @rpc
    def list_sector_leads(self, call: Json) -> Json:
        """Show who takes the lead for each sector that a region knows."""
        return self.calls.read(handlers.list_sector_leads, call)

    @rpc
    def get_sector_lead(self, call: Json) -> Json:
        """Show who takes the lead for a sector."""
        return self.calls.read(handlers.get_sector_lead, call)

    @rpc
    def set_sector_lead(self, call: Json) -> Json:
        """Give the lead for a sector to another organisation."""
        return self.calls.change(handlers.set_sector_lead, call)

    @rpc
    def get_instruments(self, call: Json) -> Json:
        """Show what a region has on offer."""
        return self.calls.read(handlers.get_instruments, call)

    @rpc
    def set_instruments(self, call: Json) -> Json:
        """Say what a region has on offer from now on."""
        return self.calls.change(handlers.set_instruments, call)

    @consumes("agreement-changed.v1")
    def adopt_agreements(
        self, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Keep each region's own copy of the agreements that came for it."""
        return handlers.adopt_agreements(cur, arrivals, now)

    @consumes("participation-changed.v1")
    def adopt_participations(
        self, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Keep each region's place in its agreements."""
        return handlers.adopt_participations(cur, arrivals, now)

    @consumes("employer-changed.v1")
    def adopt_employers(
        self, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Keep the employers that regions may deal with."""
        return handlers.adopt_employers(cur, arrivals, now)

    @consumes("placement-changed.v1")
    def adopt_placements(
        self, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Keep each region's own copy of its places."""
        return handlers.adopt_placements(cur, arrivals, now)

    @consumes("consultation-changed.v1")
    def adopt_consultations(
        self, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Keep the concepts that each region may comment on."""
        return handlers.adopt_consultations(cur, arrivals, now)

    @consumes("support-changed.v1")
    def adopt_supports(
        self, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Keep the support that was asked for at each region's placements."""
        return handlers.adopt_supports(cur, arrivals, now)

    @timed("file-period-over")
    def forget_files(self, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """Forget the files whose period is over."""
        handlers.forget_files(cur, due, now)

    @timed("unused-references")
    def forget_unused(self, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """Forget the references that no place ever had."""
        handlers.forget_unused(cur, due, now)
