# SPDX-License-Identifier: EUPL-1.2
"""Questions: they change nothing, and who is bound to somebody sees theirs alone."""

from services.providers import schemas, store
from services.providers.domain import Support
from services.providers.domain.refusals import SupportUnknown
from shared.runtime import Answer, Call, Cursor, page_of

# What a role is bound to, as the lists filter it.
BOUND = {"region": "region", "employer": "employer_id", "provider": "provider_id"}
FILTERS = {
    "region": "region",
    "employer_id": "employerId",
    "provider_id": "providerId",
    "placement_id": "placementId",
    "agreement_id": "agreementId",
    "state": "state",
    "q": "q",
}


def get_provider(cur: Cursor, call: Call) -> Answer:
    """Show one support provider."""
    provider = store.provider(cur, call.params["id"])
    return Answer(schemas.provider_body(provider), etag=provider.revision)


def list_providers(cur: Cursor, call: Call) -> Answer:
    """Show one page of the support providers, by name."""
    filters = {name: call.params.get(name) for name in ("name", "region")}
    found, total = store.list_providers(cur, filters, **_window(call))
    return page_of([schemas.provider_body(one) for one in found], total, call)


def get_support(cur: Cursor, call: Call) -> Answer:
    """Show one request for support."""
    support = _seen(cur, call)
    return Answer(schemas.support_body(support), etag=support.revision)


def list_supports(cur: Cursor, call: Call) -> Answer:
    """Show one page of the requests that match, newest first."""
    filters = {name: call.params.get(said) for name, said in FILTERS.items()}
    for scope, name in BOUND.items():
        bound = call.principal.scope.get(scope)
        if bound is not None and filters[name] not in {None, bound}:
            return page_of([], 0, call)
        filters[name] = bound or filters[name]
    found, total = store.list_supports(cur, filters, **_window(call))
    return page_of([schemas.support_body(one) for one in found], total, call)


def list_support_history(cur: Cursor, call: Call) -> Answer:
    """Show who took which step, when and why, newest first."""
    support = _seen(cur, call)
    rows, total = store.list_changes(cur, support.id, **_window(call))
    return page_of([schemas.history_item(row) for row in rows], total, call)


def _seen(cur: Cursor, call: Call) -> Support:
    """Give a request; what belongs to somebody else is not there."""
    support = store.support(cur, call.params["id"])
    provider = support.provider.id if support.provider else None
    theirs = {"region": support.region, "employer": support.employer_id, "provider": provider}
    if any(theirs[name] != bound for name, bound in call.principal.scope.items() if name in theirs):
        raise SupportUnknown(f"there is no request for support {support.id}")
    return support


def _window(call: Call) -> dict[str, int]:
    size = call.params["pageSize"]
    return {"limit": size, "offset": (call.params["page"] - 1) * size}
