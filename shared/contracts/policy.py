# SPDX-License-Identifier: EUPL-1.2
"""Who may do what: the one table of operation, role and reach. What it does not grant is refused.

The gateway asks it before it asks anybody, and the service that owns the rows asks it again.
Reach `all` is everything; `own` is what belongs to the one region, employer or provider that
the role is bound to: whatever else there is does not exist for it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Reach = Literal["all", "own"]

SLW, AUDITOR, OPS = "slw-coordinator", "auditor", "ops"
OFFICER, MANAGER, EMPLOYER, PROVIDER = "wsp-officer", "wsp-manager", "employer", "support-provider"
SERVICE = "service"
"""The role of a service that asks in its own name; no person has it."""

BOUND_BY: Mapping[str, str] = MappingProxyType(
    {OFFICER: "region", MANAGER: "region", EMPLOYER: "employer", PROVIDER: "provider"}
)
"""What a role is bound to; one that is bound and does not say to what is no role at all."""

PERSONS = (SLW, OFFICER, MANAGER, EMPLOYER, PROVIDER, OPS, AUDITOR)
PUBLIC = frozenset({"get_openapi"})
"""What anybody may ask who has shown nothing at all."""

_WSP = (OFFICER, MANAGER)
_READ_ALL = (SLW, AUDITOR)
_AT_A_REGION = {"region": "code"}


@dataclass(frozen=True, slots=True)
class _Row:
    """Operations that are granted alike, to the most usual role first.

    `owner` says which part of the path names whose it is: the region, employer or provider.
    """

    operations: tuple[str, ...]
    everything: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    owner: Mapping[str, str] = field(default_factory=dict)


_EMPLOYERS = (
    _Row(("register_employer", "change_employer"), everything=(SLW,)),
    _Row(("list_employers",), everything=(*_READ_ALL, *_WSP), own=(EMPLOYER,)),
    _Row(
        ("get_employer",),
        everything=(*_READ_ALL, *_WSP),
        own=(EMPLOYER,),
        owner={"employer": "id"},
    ),
)

_AGREEMENTS = (
    _Row(
        (
            *("register_agreement", "edit_draft", "withdraw_draft", "publish_agreement"),
            *("amend_agreement", "suspend_agreement", "resume_agreement", "end_agreement"),
            *("invite_regions", "open_consultation", "close_consultation", "plan_evaluation"),
        ),
        everything=(SLW,),
    ),
    _Row(
        (
            *("list_agreements", "get_agreement", "list_versions", "get_version"),
            *("list_participants", "list_annexes", "list_arrangements", "list_projects"),
            # What stood in the way of one region is there for every region of its agreement.
            *("list_evaluations", "list_bottlenecks"),
        ),
        everything=_READ_ALL,
        own=(*_WSP, EMPLOYER),
    ),
    # Who takes part where is there for every region; seed S4: over the borders of the regions.
    _Row(("get_matrix",), everything=(*_READ_ALL, *_WSP), own=(EMPLOYER,)),
    _Row(("list_history", "list_deliveries"), everything=_READ_ALL),
    _Row(("list_rounds", "list_comments", "check_promise"), everything=_READ_ALL, own=_WSP),
    _Row(("remove_participant",), everything=(SLW,), own=(MANAGER,), owner={"region": "region"}),
    _Row(("add_comment", "propose_annex", "record_arrangement"), own=_WSP),
    _Row(("agree_annex", "decline_annex"), own=(EMPLOYER,)),
    _Row(
        ("register_project", "start_project", "report_result", "complete_project"),
        everything=(SLW,),
        own=_WSP,
    ),
    _Row(("report_bottleneck",), everything=(SLW,), own=(*_WSP, EMPLOYER)),
    _Row(("offer_solution",), everything=(SLW, *_WSP)),
)

_REGIONS = (
    _Row(
        ("list_regions", "get_region"),
        everything=(*_READ_ALL, *_WSP, EMPLOYER, PROVIDER),
    ),
    # Whom an employer turns to is no secret of a region.
    _Row(
        ("list_organisations", "get_organisation", "list_sector_leads", "get_sector_lead"),
        everything=(*_READ_ALL, *_WSP, EMPLOYER),
    ),
    _Row(
        (
            *("list_held_agreements", "get_held_agreement", "list_consultations"),
            *("get_desk", "list_contacts", "get_instruments"),
        ),
        everything=_READ_ALL,
        own=_WSP,
        owner=_AT_A_REGION,
    ),
    _Row(
        ("get_contact",),
        everything=_READ_ALL,
        own=(*_WSP, EMPLOYER),
        owner={**_AT_A_REGION, "employer": "employerId"},
    ),
    _Row(
        ("decide_on_agreement", "set_organisation", "set_sector_lead", "set_instruments"),
        own=(MANAGER,),
        owner=_AT_A_REGION,
    ),
    _Row(("set_contact", "set_desk"), own=(MANAGER, OFFICER), owner=_AT_A_REGION),
    # A candidate's reference stands here: nobody else may so much as read it.
    _Row(
        (
            *("list_desk_placements", "get_desk_placement"),
            *("decide_on_placement", "make_candidate_reference"),
        ),
        own=_WSP,
        owner=_AT_A_REGION,
    ),
)

_PRIVACY = (
    # To forget somebody for good is the manager's; how much is kept is to be checked.
    _Row(("erase_candidate",), own=(MANAGER,), owner=_AT_A_REGION),
    _Row(("report_retention",), everything=(OPS, SLW, AUDITOR)),
)

_PLACEMENTS = (
    _Row(("offer_place", "offer_call", "withdraw_place"), everything=(SLW,), own=(EMPLOYER,)),
    _Row(("get_placement",), everything=_READ_ALL, own=(*_WSP, EMPLOYER, PROVIDER)),
    _Row(
        (
            *("list_placements", "list_placement_history", "count_placements"),
            *("list_calls", "get_call"),
        ),
        everything=_READ_ALL,
        own=(*_WSP, EMPLOYER),
    ),
    _Row(("report_start",), everything=(SLW,), own=(*_WSP, EMPLOYER)),
    _Row(("report_check_in", "end_placement"), own=(*_WSP, EMPLOYER)),
)

_PROVIDERS = (
    _Row(("register_provider", "change_provider"), everything=(SLW,)),
    _Row(("list_providers",), everything=(*_READ_ALL, *_WSP, EMPLOYER), own=(PROVIDER,)),
    _Row(
        ("get_provider",),
        everything=(*_READ_ALL, *_WSP, EMPLOYER),
        own=(PROVIDER,),
        owner={"provider": "id"},
    ),
    _Row(
        ("list_supports", "get_support", "list_support_history"),
        everything=_READ_ALL,
        own=(*_WSP, EMPLOYER, PROVIDER),
    ),
    _Row(("request_support", "withdraw_support"), everything=(SLW,), own=(*_WSP, EMPLOYER)),
    _Row(("approve_support", "decline_support"), own=_WSP),
    _Row(("assign_support", "resume_support"), everything=(SLW,)),
    _Row(("accept_support", "record_first_contact", "hand_back_support"), own=(PROVIDER,)),
    _Row(("escalate_support",), own=(PROVIDER, *_WSP, EMPLOYER)),
    _Row(("close_support",), everything=(SLW,), own=(PROVIDER, *_WSP)),
)

_OPERATIONS = (
    _Row(("list_tasks",), everything=_READ_ALL, own=(*_WSP, EMPLOYER, PROVIDER)),
    _Row(
        (
            *("list_dead_letters", "list_dead_letter_causes", "get_dead_letter"),
            *("list_replays", "get_replay", "list_open_deliveries", "list_reconciliations"),
            *("list_mismatches", "list_blocked", "list_conflicts", "list_advances"),
        ),
        everything=(OPS, SLW, AUDITOR),
    ),
    _Row(
        (
            *("start_replay", "discard_dead_letters", "start_reconciliation"),
            *("advance_subjects", "release_blocked"),
        ),
        everything=(OPS, SLW),
    ),
    _Row(("list_audit", "list_audit_links", "list_audit_heads"), everything=(AUDITOR, OPS)),
    # How services find out, among themselves, who holds what, and keep each other's audit honest.
    _Row(
        ("digest_holdings", "list_holdings", "find_holdings", "lower_gate", "keep_audit_head"),
        everything=(SERVICE,),
    ),
)

_GATEWAY = (_Row(("follow_events",), everything=_READ_ALL, own=(*_WSP, EMPLOYER, PROVIDER)),)

_ROWS = (
    *_EMPLOYERS,
    *_AGREEMENTS,
    *_REGIONS,
    *_PRIVACY,
    *_PLACEMENTS,
    *_PROVIDERS,
    *_OPERATIONS,
    *_GATEWAY,
)


def _grants(row: _Row) -> Iterator[tuple[str, Reach]]:
    yield from ((role, "all") for role in row.everything)
    yield from ((role, "own") for role in row.own)


POLICY: Mapping[str, Mapping[str, Reach]] = MappingProxyType(
    {name: MappingProxyType(dict(_grants(row))) for row in _ROWS for name in row.operations}
)
"""The reach of each role in each operation; a role that is not there is refused."""

OWNER_IN_PATH: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {name: row.owner for row in _ROWS for name in row.operations if row.owner}
)
"""The parameter of the path that names the region, employer or provider whose it is."""


class RoleRefused(Exception):
    """The role may not do this at all."""


class OwnerRefused(Exception):
    """The role may do this, for its own region, employer or provider only."""


def admit(
    operation: str, role: str, scope: Mapping[str, str], params: Mapping[str, object]
) -> Reach:
    """Give the reach of a role in an operation, or refuse it.

    It looks at nothing but the question, so that a refusal tells nothing of what there is.
    """
    reach = POLICY.get(operation, {}).get(role)
    if reach is None:
        raise RoleRefused(f"the role {role} does not do this")
    bound = BOUND_BY.get(role, "")
    if bound and not scope.get(bound):
        raise RoleRefused(f"the role {role} does nothing without a {bound}")
    named = OWNER_IN_PATH.get(operation, {}).get(bound)
    if reach == "own" and named and params.get(named) != scope[bound]:
        raise OwnerRefused(f"the role {role} acts for its own {bound} only")
    return reach
