# SPDX-License-Identifier: EUPL-1.2
"""Tables of the docs that can be computed are computed, and stand there word for word.

A failing test prints the table as it must be.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from services.agreements.domain import Step
from services.gateway.operations import operations
from services.gateway.table import DOMAIN_SERVICES, EVERY_SERVICE, GATEWAY, PREFIX
from shared.contracts import EVENTS, codes
from shared.contracts.activities import ACTIVITIES
from shared.contracts.codes import CodeList, Label
from shared.contracts.registry import expectations
from shared.contracts.topology import EXCHANGES, QUEUES
from shared.messaging import policy
from shared.messaging.policy import Backoff

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"
SHARED = REPOSITORY / "shared"
CODE = [path for tree in ("services", "shared") for path in (REPOSITORY / tree).rglob("*.py")]
KINDS = ("Counter", "Gauge", "Histogram", "Info", "Moment")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def stands_in(page: str, wanted: str) -> None:
    assert wanted in (DOCS / page).read_text(encoding="utf-8"), f"{page} must hold:\n\n{wanted}\n"


def calls(*names: str) -> Iterator[ast.Call]:
    """Give every call of these names in the code, in the order of files and lines."""
    for path in sorted(CODE):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) in names:
                yield node


def period(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    minutes, rest = divmod(round(seconds), 60)
    words = [f"{minutes} min" if minutes else "", f"{rest} s" if rest else ""]
    return " ".join(filter(None, words))


def retries(backoff: Backoff, count: int) -> str:
    waits = [backoff.ceiling(attempt) for attempt in range(1, count + 1)]
    return table(
        ("retry", "waits at most", "elapsed at most"),
        [
            (number, period(wait), period(sum(waits[:number])))
            for number, wait in enumerate(waits, 1)
        ],
    )


def looks(backoff: Backoff, count: int) -> str:
    waits = [backoff.ceiling(attempt) for attempt in range(1, count + 1)]
    return table(
        ("times sent", "looked at after at most", "elapsed at most"),
        [
            (number, period(wait), period(sum(waits[:number])))
            for number, wait in enumerate(waits, 1)
        ],
    )


def test_retry_tables_say_what_the_policy_does() -> None:
    stands_in("delivery-guarantees.md", retries(policy.PARKED, policy.PARKED_ATTEMPTS - 1))
    stands_in("delivery-guarantees.md", retries(policy.IMMEDIATE, policy.IMMEDIATE_ATTEMPTS - 1))
    stands_in("delivery-guarantees.md", looks(policy.WATCHDOG, 7))


def test_bounds_say_what_the_policy_does() -> None:
    rows = [
        ("messages in a batch", policy.BATCH.messages),
        ("bytes in a batch", f"{policy.BATCH.bytes:,}"),
        ("wait for more of a batch", period(policy.BATCH.linger_seconds)),
        ("unacknowledged messages per queue", policy.PREFETCH),
        ("states packed in one message", policy.PACK.messages),
        ("bytes packed in one message", f"{policy.PACK.bytes:,}"),
        ("outbox rows sent before their confirms are awaited", policy.WINDOW),
        ("wait for those confirms", period(policy.CONFIRM_SECONDS)),
        ("wait for one of a queue that took nothing before", period(policy.SUSPECT_SECONDS)),
        ("wait for a queue to be consumed before it is set aside", period(policy.CONSUME_SECONDS)),
        ("refusals by the broker that block an outbox row", policy.DEFINITE_FAILURES),
        (
            "missing confirms before each recipient is sent to by itself",
            policy.UNCONFIRMED_BEFORE_SPLIT,
        ),
        ("bytes in a message that is taken in", f"{policy.MOST_BYTES:,}"),
    ]

    stands_in("delivery-guarantees.md", table(("bound", "value"), rows))


def test_events_page_lists_the_registry() -> None:
    readers: dict[str, list[str]] = {}
    for service, event in expectations():
        readers.setdefault(event, []).append(service)
    rows = [
        (
            f"`{name}`",
            event.kind,
            f"`{event.subject}`" if event.subject else "none",
            "any service" if event.owner == "*" else event.owner,
            ", ".join(sorted(readers.get(name, []))),
            event.schema["description"],
        )
        for name, event in EVENTS.items()
    ]

    columns = ("event", "kind", "subject", "owner", "read by", "what it says")
    stands_in("events.md", table(columns, rows))


def test_events_page_lists_the_exchanges_and_counts_the_queues() -> None:
    rows = [(f"`{one.name}`", one.type, one.alternate or "none") for one in EXCHANGES]

    stands_in("events.md", table(("exchange", "type", "what it cannot route goes to"), rows))
    stands_in("events.md", f"{len(QUEUES)} queues")


def test_api_page_lists_every_operation() -> None:
    rows = [
        (
            f"`{one.method} {PREFIX}{one.path}`",
            f"`{one.name}`",
            one.service,
            one.status,
            one.summary,
        )
        for one in operations()
    ]

    stands_in("http-api.md", table(("request", "operation", "asks", "status", "what for"), rows))


def test_every_operation_has_a_shape_and_a_method_of_its_name() -> None:
    asked = [one for one in operations() if one.service != GATEWAY]
    methods = {
        service: methods_of(REPOSITORY / "services" / service / "service.py")
        for service in DOMAIN_SERVICES
    }
    of_all = ("messaging/operations.py", "runtime/auditing.py")
    methods[EVERY_SERVICE] = {one for path in of_all for one in methods_of(SHARED / path)}

    assert [one.name for one in asked if one.answer is None] == []
    assert [one.name for one in asked if one.name not in methods[one.service]] == []


def methods_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_metrics_page_lists_every_metric() -> None:
    rows = sorted(_metric(call) for call in calls(*KINDS) if _is_ours(call))

    stands_in("metrics.md", table(("metric", "kind", "labels", "what it tells"), rows))


def _is_ours(call: ast.Call) -> bool:
    name = call.args[0] if call.args else None
    return isinstance(name, ast.Constant) and str(name.value).startswith("schakel_")


def _metric(call: ast.Call) -> tuple[str, str, str, str]:
    assert isinstance(call.func, ast.Name)
    kind = call.func.id.lower().replace("moment", "gauge")
    name, promise = (str(ast.literal_eval(argument)) for argument in call.args[:2])
    ending = {"counter": "_total", "info": "_info"}.get(kind, "")
    full = name if name.endswith(ending) else name + ending
    labels = ast.literal_eval(call.args[2]) if len(call.args) > len(("name", "promise")) else []
    return f"`{full}`", kind, ", ".join(labels) or "none", promise


def test_audit_page_lists_every_activity_that_touches_a_candidate() -> None:
    rows = [(f"`{one.name}`", one.purpose, one.touches) for one in ACTIVITIES]

    stands_in("audit.md", table(("activity", "what for", "what is touched"), rows))


def test_testing_page_lists_every_crash_point() -> None:
    text = (DOCS / "testing.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `([a-z.-]+)` \| .+ \|$", text, re.MULTILINE))

    points = {str(ast.literal_eval(call.args[0])) for call in calls("crash_point")}

    assert told == points


def test_glossary_has_every_code_with_both_labels() -> None:
    for name, codes_of in code_lists().items():
        title = name.replace("_", " ").capitalize()
        rows = [(f"`{code}`", label.dutch, label.english) for code, label in codes_of.items()]
        stands_in("glossary.md", f"### {title}\n\n{table(('code', 'Dutch', 'English'), rows)}\n")


def test_glossary_has_every_step_that_a_history_can_show() -> None:
    section = (DOCS / "glossary.md").read_text(encoding="utf-8").partition("\n### History\n")[2]
    told = re.findall(r"^\| `(\w+)` \| .+ \| .+ \|$", section, re.MULTILINE)

    assert told == [step.value for step in Step]


def code_lists() -> Mapping[str, CodeList]:
    """Give the lists of codes, without those that are part of another one."""
    lists = {
        name: value
        for name, value in vars(codes).items()
        if isinstance(value, Mapping) and all(isinstance(one, Label) for one in value.values())
    }
    return {
        name: one
        for name, one in lists.items()
        if not any(
            len(other) > len(one) and one.items() <= other.items() for other in lists.values()
        )
    }
