# SPDX-License-Identifier: EUPL-1.2
"""Reads queries of Prometheus, and tells which figures in them nobody gives."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
# Computed from the code: tests/architecture/test_docs_tables.py.
PAGE = REPOSITORY / "docs" / "metrics.md"
ROW = re.compile(r"^\| `(schakel_\w+)` \| (\w+) \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)
ENDINGS = {
    "histogram": ("_bucket", "_count", "_sum"),
    "counter": ("",),
    "gauge": ("",),
    "info": ("",),
}
# What Prometheus itself, its Python library and the broker's plugin give, as far as it is used.
OF_OTHERS = frozenset(
    {
        "up",
        *("process_start_time_seconds", "process_cpu_seconds_total"),
        *("process_resident_memory_bytes", "process_open_fds"),
        *("rabbitmq_alarms_memory_used_watermark", "rabbitmq_alarms_free_disk_space_watermark"),
        *("rabbitmq_connections", "rabbitmq_channels", "rabbitmq_queues"),
        *("rabbitmq_queue_messages_ready", "rabbitmq_queue_messages_unacked"),
        *("rabbitmq_process_resident_memory_bytes", "rabbitmq_disk_space_available_bytes"),
        *("rabbitmq_global_messages_received_total", "rabbitmq_global_messages_delivered_total"),
        *("cnpg_collector_up", "cnpg_pg_replication_lag", "cnpg_backends_total"),
        "cnpg_pg_database_size_bytes",
    }
)
OF_TARGETS = frozenset({"service", "instance", "job", "le", "__name__"})
WORDS = frozenset({"and", "or", "unless", "by", "without", "on", "ignoring", "bool", "offset"})
TEXT = re.compile(r'"[^"]*"')
GROUPING = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
SELECTOR = re.compile(r"([a-zA-Z_:][\w:]*)\s*\{([^}]*)\}")
NAME = re.compile(r"(?<![\w:.$])([a-zA-Z_:][\w:]*)\b(?!\s*\()")


@dataclass(frozen=True, slots=True)
class Figure:
    """What the code gives under one name, and by which labels."""

    kind: str
    labels: frozenset[str]


def known() -> Mapping[str, Figure]:
    """Give every series of the product by its name, as Prometheus stores it."""
    found = {}
    for name, kind, labels in ROW.findall(PAGE.read_text(encoding="utf-8")):
        split = frozenset(labels.split(", ")) - {"none"}
        for ending in ENDINGS[kind]:
            found[name + ending] = Figure(kind, split)
    return found


def names(query: str) -> set[str]:
    """Name every series that a query asks for."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", TEXT.sub("", query))
    return {name for name in NAME.findall(GROUPING.sub(" ", bare)) if name not in WORDS}


def labels(query: str) -> Iterator[tuple[str, str]]:
    """Give each label that a query chooses by, with the name of its series."""
    for name, chosen in SELECTOR.findall(TEXT.sub('""', query)):
        for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", chosen):
            yield name, label


def faults(query: str, *, recorded: frozenset[str] = frozenset()) -> list[str]:
    """Tell what is wrong with a query: a figure or a label that nobody gives."""
    ours = known()
    unknown = names(query) - ours.keys() - OF_OTHERS - recorded
    wrong = [f"nobody gives {name}" for name in sorted(unknown)]
    wrong += [
        f"{name} has no label {label}"
        for name, label in labels(query)
        if name in ours and label not in ours[name].labels | OF_TARGETS
    ]
    of_all = {label for name in names(query) & ours.keys() for label in ours[name].labels}
    grouped = {one.strip() for by in GROUPING.findall(query) for one in by.split(",")} - {""}
    if names(query) <= ours.keys():
        wrong += [f"nothing has a label {one}" for one in sorted(grouped - of_all - OF_TARGETS)]
    return wrong
