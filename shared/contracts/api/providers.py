# SPDX-License-Identifier: EUPL-1.2
"""Requests and answers of the providers service."""

from shared.contracts import codes
from shared.contracts.api import fields as f
from shared.contracts.api.shapes import Answer, Change, Page, Request, many, nested, shapes

NAME = "Jobstap"


class RegisterProvider(Request):
    """A support provider, and where it works."""

    name = f.line("Name of the provider, as agreements name it.", NAME, required=True)
    regions = f.regions("The regions in which it works.", at_least=1, required=True)
    reason = f.optional_reason()


class ChangeProvider(Change):
    """What changes of a provider; regions replace all of its regions."""

    name = f.line("Name of the provider, as agreements name it.", NAME)
    regions = f.regions("The regions in which it works.", at_least=1)


class Provider(Answer):
    """A support provider."""

    id = f.identifier("Identity of the provider.")
    revision = f.whole("Counts the changes; also the ETag.", 1)
    name = f.line("Name of the provider.", NAME)
    regions = f.region_codes("The regions in which it works.", ["AM23", "AM36"])
    created_at = f.moment("When it was registered.")
    changed_at = f.moment("When it last changed.")


class ProviderPage(Page):
    """Support providers, by name."""

    items = many(Provider)


class _Why(Request):
    reason_code = f.code(
        "Why, as a code.",
        "outgrew_buddy",
        codes.SUPPORT_REASONS,
        allow_none=True,
        load_default=None,
    )
    reason = f.optional_reason()


class _MustSayWhy(Request):
    reason_code = f.code("Why, as a code.", "no_capacity", codes.SUPPORT_REASONS, required=True)
    reason = f.optional_reason()


class RequestSupport(_MustSayWhy):
    """Support for somebody at work, when colleagues alone are not enough."""

    placement_id = f.identifier("The placement that it is for.", required=True)
    need = f.code("How much is needed.", "specialistisch", codes.SUPPORT_NEEDS, required=True)
    funded_by = f.code("Who pays.", "employer", codes.FUNDERS, required=True)


class ApproveSupport(_Why):
    """The region pays."""


class DeclineSupport(_MustSayWhy):
    """The region does not pay."""


class AssignSupport(_Why):
    """Another provider is asked than the agreement's, or the same one again."""

    provider_id = f.identifier("The provider that is asked.", required=True)


class AcceptSupport(Request):
    """The provider takes the request on."""


class ContactMade(Request):
    """The provider has made the first contact."""

    on = f.day("The day of it.", "2027-02-08", required=True)


class EscalateSupport(_MustSayWhy):
    """This support is not enough."""

    need = f.code(
        "The need from now on; as it was when left out.",
        "specialistisch",
        codes.SPECIALIST_NEEDS,
        allow_none=True,
        load_default=None,
    )


class ResumeSupport(_Why):
    """The escalation is dealt with."""


class HandBackSupport(_MustSayWhy):
    """The provider gives the request back."""


class CloseSupport(_Why):
    """Support is not needed here any more."""

    closing = f.code("How it ends.", "returned_to_buddy", codes.SUPPORT_CLOSINGS, required=True)


class WithdrawSupport(_MustSayWhy):
    """The request is taken back."""


class ProviderName(Answer):
    """A provider as others speak of it."""

    id = f.identifier("Identity of the provider.")
    name = f.line("Name of the provider.", NAME)


class SupportChange(Answer):
    """What happened last."""

    kind = f.code("What it was.", "requested", codes.SUPPORT_STEPS)
    at = f.moment("When it was.")


class Support(Answer):
    """A request for support at one placement."""

    id = f.identifier("Identity of the request.")
    revision = f.whole("Counts the steps; also the ETag.", 1)
    placement_id = f.identifier("The placement that it is for.")
    agreement_id = f.identifier("The agreement of the placement.")
    employer_id = f.identifier("The employer of the placement.")
    region = f.region_code("The region of the placement.")
    provider = nested(ProviderName, "Who is asked, or gives it.", allow_none=True)
    need = f.code("How much is needed.", "specialistisch", codes.SUPPORT_NEEDS)
    funded_by = f.code("Who pays.", "employer", codes.FUNDERS)
    state = f.code("Where it is in its life.", "assigned", codes.SUPPORT_STATES)
    accept_by = f.day("Until when the provider may accept.", "2027-02-04", allow_none=True)
    first_contact_by = f.day("Until when a first contact is due.", "2027-02-08", allow_none=True)
    first_contact_on = f.day("When the first contact was.", None, allow_none=True)
    closing = f.code("How it ended.", None, codes.SUPPORT_CLOSINGS, allow_none=True)
    reason_code = f.code("Why it is so.", "outgrew_buddy", codes.SUPPORT_REASONS, allow_none=True)
    reason = f.reason(allow_none=True)
    last_change = nested(SupportChange, "What happened last.")
    created_at = f.moment("When it was asked for.")


class SupportPage(Page):
    """Requests for support, newest first."""

    items = many(Support)


class SupportHistoryItem(Answer):
    """Who took which step, when and why."""

    at = f.moment("When it was.")
    by = f.line("Who it was.", "local")
    role = f.line("In which role.", "wsp-officer")
    step = f.code("What was done.", "requested", codes.SUPPORT_STEPS)
    state = f.code("Where that led.", "assigned", codes.SUPPORT_STATES)
    need = f.code("How much was needed then.", "specialistisch", codes.SUPPORT_NEEDS)
    provider = nested(ProviderName, "With whom it was then.", allow_none=True)
    closing = f.code("How it ended.", None, codes.SUPPORT_CLOSINGS, allow_none=True)
    reason_code = f.code("Why, as a code.", "outgrew_buddy", codes.SUPPORT_REASONS, allow_none=True)
    reason = f.reason(allow_none=True)


class SupportHistory(Page):
    """The steps of one request, newest first."""

    items = many(SupportHistoryItem)


OPERATIONS = shapes(
    register_provider=(RegisterProvider, Provider),
    list_providers=(None, ProviderPage),
    get_provider=(None, Provider),
    change_provider=(ChangeProvider, Provider),
    request_support=(RequestSupport, Support),
    list_supports=(None, SupportPage),
    get_support=(None, Support),
    list_support_history=(None, SupportHistory),
    approve_support=(ApproveSupport, Support),
    decline_support=(DeclineSupport, Support),
    assign_support=(AssignSupport, Support),
    accept_support=(AcceptSupport, Support),
    record_first_contact=(ContactMade, Support),
    escalate_support=(EscalateSupport, Support),
    resume_support=(ResumeSupport, Support),
    hand_back_support=(HandBackSupport, Support),
    close_support=(CloseSupport, Support),
    withdraw_support=(WithdrawSupport, Support),
)
