# SPDX-License-Identifier: EUPL-1.2
"""Answers that are put together here, out of what each service knows of itself."""

from marshmallow import fields

from shared.contracts.api import advances, audit, operations
from shared.contracts.api import fields as f
from shared.contracts.api.shapes import Answer, many, shapes


class _FromServices(Answer):
    """One page of the lists of several services, put after each other."""

    unanswered = fields.List(
        fields.String(),
        metadata={"description": "Services that did not answer; not listed.", "example": []},
    )


class RefusedThere(Answer):
    """Why one of the services that were asked does nothing."""

    service = f.line("The service that refuses.", "regions")
    type_ = f.line("The kind of refusal.", "/problems/key-reused", data_key="type")
    status = f.whole("The HTTP status that it would have had by itself.", 422, smallest=400)
    title = f.line("What the kind is called.", "The Idempotency-Key was used with another request")
    detail = f.text("What is wrong.", "the key names another request")


class _Started(Answer):
    """What several services were asked to do."""

    refused = many(RefusedThere, "Services that refuse; what the others do stands.")
    unanswered = fields.List(
        fields.String(),
        metadata={"description": "Services that did not answer; not asked again.", "example": []},
    )


class DeadLettersOfServices(_FromServices, operations.DeadLetterPage):
    """Dead letters, by service."""


class TasksOfServices(_FromServices, operations.TaskPage):
    """Tasks, by service, what is due first on top."""


class OpenDeliveriesOfServices(_FromServices, operations.OpenDeliveryPage):
    """Open deliveries, by service."""


class DeadLetterCausesOfServices(_FromServices, operations.DeadLetterCausePage):
    """Causes, by service, the most frequent first."""


class ReplaysOfServices(_FromServices, operations.ReplayPage):
    """Jobs, by service, newest first."""


class StartedReplays(_Started):
    """What is done with the letters, by service."""

    items = many(operations.StartedReplay, "One of each service that answered.")


class ReconciliationsOfServices(_FromServices, operations.ReconciliationPage):
    """Rounds, by service, newest first."""


class MismatchesOfServices(_FromServices, operations.MismatchPage):
    """What the last rounds found, by service."""


class StartedReconciliations(_Started):
    """The rounds that were asked for, one of each service."""

    items = many(operations.StartedReconciliation, "One of each service that answered.")


class ConflictsOfServices(_FromServices, advances.ConflictPage):
    """Conflicts, by service, the longest first."""


class AdvancesOfServices(_Started):
    """What is done with the subjects, by service."""

    items = many(advances.Advances, "One of each service that decides about some of them.")


class AdvancesDoneOfServices(_FromServices, advances.AdvanceDonePage):
    """Who moved owners, by service, newest first."""


class AuditOfServices(_FromServices, audit.AuditLinePage):
    """Who did what, by service, newest first."""


class AuditLinksOfServices(_FromServices, audit.AuditLinkPage):
    """The chain of each service, the first link first."""


class AuditHeadsOfServices(_FromServices, audit.AuditHeadPage):
    """What is remembered of chains, by the service that remembers it, newest first."""


class BlockedRowsOfServices(_FromServices, operations.BlockedRowPage):
    """What the broker refused for good, by service."""


class ReleasedOfServices(_Started):
    """What is sent again, by service."""

    items = many(operations.Released, "One of each service that answered.")


OPERATIONS = shapes(
    list_tasks=(None, TasksOfServices),
    list_dead_letters=(None, DeadLettersOfServices),
    get_dead_letter=(None, operations.DeadLetterDetail),
    list_open_deliveries=(None, OpenDeliveriesOfServices),
    list_dead_letter_causes=(None, DeadLetterCausesOfServices),
    start_replay=(operations.StartReplay, StartedReplays),
    discard_dead_letters=(operations.DiscardDeadLetters, StartedReplays),
    list_replays=(None, ReplaysOfServices),
    get_replay=(None, operations.ReplayDetail),
    start_reconciliation=(operations.StartReconciliation, StartedReconciliations),
    list_reconciliations=(None, ReconciliationsOfServices),
    list_mismatches=(None, MismatchesOfServices),
    list_blocked=(None, BlockedRowsOfServices),
    release_blocked=(operations.ReleaseBlocked, ReleasedOfServices),
    list_conflicts=(None, ConflictsOfServices),
    advance_subjects=(advances.AdvanceSubjects, AdvancesOfServices),
    list_advances=(None, AdvancesDoneOfServices),
    list_audit=(None, AuditOfServices),
    list_audit_links=(None, AuditLinksOfServices),
    list_audit_heads=(None, AuditHeadsOfServices),
)
