# SPDX-License-Identifier: EUPL-1.2
"""The doorway of agreements: decode, call, encode."""

from collections.abc import Sequence
from datetime import datetime

from services.agreements import handlers
from services.agreements.domain.deadlines import Kind
from services.agreements.schemas.refusals import REFUSALS
from shared.messaging import Arrival, Operations, Published, StoredHashes, canary, consumes
from shared.runtime import Calls, Cursor, Json, rpc
from shared.runtime.timers import Due, timed

canary.keep(handlers.canary_state)


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

    @rpc
    def open_consultation(self, call: Json) -> Json:
        """Put the draft to the invited regions for comment."""
        return self.calls.change(handlers.open_consultation, call)

    @rpc
    def close_consultation(self, call: Json) -> Json:
        """Wait for no more comments."""
        return self.calls.change(handlers.close_consultation, call)

    @rpc
    def list_rounds(self, call: Json) -> Json:
        """Show the rounds in which regions could comment, newest first."""
        return self.calls.read(handlers.list_rounds, call)

    @rpc
    def add_comment(self, call: Json) -> Json:
        """Comment on the concept that is open."""
        return self.calls.change(handlers.add_comment, call)

    @rpc
    def list_comments(self, call: Json) -> Json:
        """Show what regions said, newest first."""
        return self.calls.read(handlers.list_comments, call)

    @rpc
    def propose_annex(self, call: Json) -> Json:
        """Propose what a region adds to the national terms."""
        return self.calls.change(handlers.propose_annex, call)

    @rpc
    def list_annexes(self, call: Json) -> Json:
        """Show annexes and what each adds to the national terms."""
        return self.calls.read(handlers.list_annexes, call)

    @rpc
    def agree_annex(self, call: Json) -> Json:
        """Agree to an annex as the employer."""
        return self.calls.change(handlers.agree_annex, call)

    @rpc
    def decline_annex(self, call: Json) -> Json:
        """Decline an annex as the employer."""
        return self.calls.change(handlers.decline_annex, call)

    @rpc
    def record_arrangement(self, call: Json) -> Json:
        """Record a regional arrangement that ran before."""
        return self.calls.change(handlers.record_arrangement, call)

    @rpc
    def list_arrangements(self, call: Json) -> Json:
        """Show what ran before, by region."""
        return self.calls.read(handlers.list_arrangements, call)

    @rpc
    def check_promise(self, call: Json) -> Json:
        """Compare what is promised with what each region offers."""
        return self.calls.read(handlers.check_promise, call)

    @rpc
    def register_project(self, call: Json) -> Json:
        """Register a project as an idea."""
        return self.calls.change(handlers.register_project, call)

    @rpc
    def list_projects(self, call: Json) -> Json:
        """Show projects with their results, newest first."""
        return self.calls.read(handlers.list_projects, call)

    @rpc
    def start_project(self, call: Json) -> Json:
        """Start a project."""
        return self.calls.change(handlers.start_project, call)

    @rpc
    def report_result(self, call: Json) -> Json:
        """Report how many people started in a quarter."""
        return self.calls.change(handlers.report_result, call)

    @rpc
    def complete_project(self, call: Json) -> Json:
        """Complete a project that has a result."""
        return self.calls.change(handlers.complete_project, call)

    @rpc
    def report_bottleneck(self, call: Json) -> Json:
        """Report what stands in the way."""
        return self.calls.change(handlers.report_bottleneck, call)

    @rpc
    def list_bottlenecks(self, call: Json) -> Json:
        """Show what stands in the way and what helps."""
        return self.calls.read(handlers.list_bottlenecks, call)

    @rpc
    def offer_solution(self, call: Json) -> Json:
        """Say what helps."""
        return self.calls.change(handlers.offer_solution, call)

    @rpc
    def plan_evaluation(self, call: Json) -> Json:
        """Plan the day on which figures are frozen."""
        return self.calls.change(handlers.plan_evaluation, call)

    @rpc
    def list_evaluations(self, call: Json) -> Json:
        """Show evaluations with their frozen figures."""
        return self.calls.read(handlers.list_evaluations, call)

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

    @consumes("instruments-changed.v1")
    def adopt_instruments(
        self, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Keep own copies of what regions have on offer."""
        return handlers.adopt_instruments(cur, arrivals, now)

    @consumes("tally-changed.v1")
    def adopt_tallies(
        self, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Keep own copies of how many places got how far."""
        return handlers.adopt_tallies(cur, arrivals, now)

    @consumes("decision-submitted.v1")
    def settle_decisions(
        self, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Record or refuse what regions decided."""
        return handlers.settle_decisions(cur, arrivals, now)

    @timed(Kind.EXPIRE.value)
    def expire_agreements(self, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """Let agreements expire on the day after their last."""
        handlers.expire(cur, due, now)

    @timed(Kind.TELL_FRAMEWORK.value)
    def tell_frameworks(self, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """Tell what offering a place needs, once, of agreements from before that was told."""
        handlers.tell_frameworks(cur, due, now)

    @timed(Kind.CLOSE_CONSULTATION.value)
    def close_consultations(self, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """Wait for no more comments once the last day for them has passed."""
        handlers.close_consultations(cur, due, now)

    @timed(Kind.REMIND_HALF_WAY.value)
    def remind_half_way(self, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """Remind regions at half of their time to respond."""
        handlers.remind(cur, Kind.REMIND_HALF_WAY, due, now)

    @timed(Kind.REMIND_LAST_WEEK.value)
    def remind_last_week(self, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """Remind regions a week before their time to respond is over."""
        handlers.remind(cur, Kind.REMIND_LAST_WEEK, due, now)

    @timed(Kind.NOTE_SILENCE.value)
    def note_silences(self, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """Tell the coordinator which regions have not answered in time."""
        handlers.note_silences(cur, due, now)

    @timed(Kind.LEAVE.value)
    def let_regions_leave(self, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """End the part of regions whose notice is over."""
        handlers.let_leave(cur, due, now)

    @timed(Kind.EVALUATE.value)
    def hold_evaluations(self, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """Freeze the figures of evaluations whose day has come."""
        handlers.hold_evaluations(cur, due, now)
