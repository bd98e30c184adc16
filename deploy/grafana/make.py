# SPDX-License-Identifier: EUPL-1.2
"""Write the dashboards: `python deploy/grafana/make.py` writes them to dashboards/.

A test holds the files against this one, and every query against the figures that exist.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import (
    BigValueColorMode,
    LegendDisplayMode,
    LegendPlacement,
)
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DataSourceRef,
    GridPos,
    Threshold,
    ThresholdsMode,
)

FOLDER = Path(__file__).parent / "dashboards"
SOURCE = DataSourceRef(type_val="prometheus", uid="prometheus")
WIDTH, LOW, HIGH = 24, 4, 8
NARROW, WIDE = WIDTH // 6, WIDTH // 2
GREEN, RED = "green", "red"
OF_PLACEMENTS = '{service="placements"}'
BREAKERS_OPEN = "count(schakel_breaker_state > 0) or vector(0)"
Unit = Literal["s", "short", "percentunit", "reqps", "bytes", "dateTimeFromNow", "ops"]


@dataclass(frozen=True, slots=True)
class Chart:
    """A line for each query over time; the queries by what their lines are called."""

    title: str
    tells: str
    unit: Unit
    queries: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Number:
    """One number now: red from `bad` on, or below what was `promised`."""

    title: str
    tells: str
    unit: Unit
    query: str
    bad: float | None = None
    promised: float | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """One dashboard: numbers in the first row, charts below."""

    name: str
    title: str
    tells: str
    numbers: Sequence[Number]
    charts: Sequence[Chart]


def rate(counted: str, within: str = "5m") -> str:
    """Ask how much of it came each second, lately."""
    return f"rate({counted}[{within}])"


def per(labels: str, asked: str, of: str = "sum") -> dict[str, str]:
    """Draw a line for each value of these labels, and call it so."""
    name = " ".join(f"{{{{{label}}}}}" for label in labels.split(", "))
    return {name: f"{of} by ({labels}) ({asked})"}


def longest(drawn: Mapping[str, str]) -> dict[str, str]:
    """Draw only the ten lines that are highest."""
    return {name: f"topk(10, {asked})" for name, asked in drawn.items()}


def present(drawn: Mapping[str, str]) -> dict[str, str]:
    """Draw only the lines where there is something."""
    return {name: f"{asked} > 0" for name, asked in drawn.items()}


def share(histogram: str, quantile: float, by: str = "", of: str = "") -> str:
    """Ask for a quantile of what was measured in the last five minutes."""
    labels = f"le, {by}" if by else "le"
    measured = rate(f"{histogram}_bucket{of}")
    return f"histogram_quantile({quantile}, sum by ({labels}) ({measured}))"


def or_none(asked: str) -> str:
    """Ask for a number that is 0 where there is nothing to count."""
    return f"{asked} or vector(0)"


FAN_OUT = Board(
    "fan-out",
    "Fan-out",
    "How states go from their owner to every recipient, and whether the promises are kept.",
    (
        Number(
            "Within 5 s, last hour",
            "Promised: 99 %.",
            "percentunit",
            "1 - schakel:deliveries_over_5s:ratio_rate1h",
            promised=0.99,
        ),
        Number(
            "Everywhere within 5 min, last hour",
            "Promised: 99.9 %.",
            "percentunit",
            "1 - schakel:amendments_over_5m:ratio_rate1h",
            promised=0.999,
        ),
        Number(
            "Waiting to go out",
            "Rows of all outboxes.",
            "short",
            "sum(schakel_outbox_unsent_rows)",
            1000,
        ),
        Number(
            "Open deliveries",
            "Owed, and not received yet.",
            "short",
            or_none('sum(schakel_deliveries_open{state="pending"})'),
            1000,
        ),
        Number(
            "Refused",
            "Open until somebody replays a dead letter.",
            "short",
            or_none('sum(schakel_deliveries_open{state="refused"})'),
            1,
        ),
        Number(
            "Contradictions",
            "Somebody has to decide what is true.",
            "short",
            "sum(schakel_conflicts_open)",
            1,
        ),
    ),
    (
        Chart(
            "From commit to receipt",
            "By the owner's clock alone.",
            "s",
            {
                "half": share("schakel_fanout_lag_seconds", 0.5),
                "99 %": share("schakel_fanout_lag_seconds", 0.99),
                "last recipient, 99 %": share("schakel_fanout_complete_seconds", 0.99),
            },
        ),
        Chart(
            "Deliveries",
            "Received each second, and sent again.",
            "ops",
            {
                "received": f"sum({rate('schakel_fanout_lag_seconds_count')})",
                "sent again": f"sum by (stage) ({rate('schakel_retries_total')})",
            },
        ),
        Chart(
            "Outbox: oldest row",
            "Below 5 s when all is well.",
            "s",
            per("service", "schakel_outbox_oldest_unsent_age_seconds", "max"),
        ),
        Chart(
            "Published",
            "Rows by what came of sending them.",
            "ops",
            per("service, outcome", rate("schakel_outbox_published_total")),
        ),
        Chart(
            "Confirms",
            "From the first publish of a window to its last confirm, 99 %.",
            "s",
            {"{{service}}": share("schakel_relay_confirm_seconds", 0.99, "service")},
        ),
        Chart(
            "Over the promise",
            "Share of deliveries, amendments and changes that went wrong.",
            "percentunit",
            {
                "over 5 s": "schakel:deliveries_over_5s:ratio_rate30m",
                "over 60 s": "schakel:deliveries_over_60s:ratio_rate30m",
                "amendments over 5 min": "schakel:amendments_over_5m:ratio_rate30m",
                "changes failed": "schakel:writes_failed:ratio_rate30m",
            },
        ),
    ),
)
REGIONS = Board(
    "regions",
    "Regions",
    "What each recipient is owed, holds otherwise than it must, or has not decided.",
    (
        Number(
            "Late by a minute",
            "Recipients with something open for longer.",
            "short",
            or_none("count(max by (region) (schakel_delivery_oldest_open_age_seconds) > 60)"),
            1,
        ),
        Number(
            "Divergent",
            "Subjects held otherwise than they must be.",
            "short",
            or_none("sum(schakel_reconcile_divergent_rows)"),
            1,
        ),
        Number(
            "Last compared",
            "When everything was last compared to the end.",
            "dateTimeFromNow",
            "1000 * min(schakel_reconcile_last_success_timestamp_seconds)",
        ),
        Number(
            "Queues aside",
            "Not served by the broker.",
            "short",
            "sum(schakel_consumer_queues_aside)",
            1,
        ),
    ),
    (
        Chart(
            "Oldest open delivery",
            "The ten that wait longest.",
            "s",
            longest(per("region", "schakel_delivery_oldest_open_age_seconds", "max")),
        ),
        Chart(
            "Open deliveries",
            "The ten with the most.",
            "short",
            longest(per("region, state", "schakel_deliveries_open")),
        ),
        Chart(
            "Divergent, by how",
            "As reconciliation found it.",
            "short",
            per("region, class", "schakel_reconcile_divergent_rows"),
        ),
        Chart(
            "Decisions unanswered",
            "By regions, waiting for an owner's word.",
            "short",
            present(per("region", "schakel_region_decision_pending")),
        ),
        Chart(
            "Canary: confirmed how long ago",
            "Published how long ago what a region confirmed last; the ten longest.",
            "s",
            longest(per("region", "schakel_canary_received_timestamp_seconds", "time() - max")),
        ),
        Chart(
            "Canary: from commit to receipt",
            "What the way takes when nobody works, too.",
            "s",
            {
                "half": share("schakel_canary_lag_seconds", 0.5),
                "99 %": share("schakel_canary_lag_seconds", 0.99),
            },
        ),
    ),
)
SERVICES = Board(
    "services",
    "Services",
    "Whether every process does its work, and what holds it up.",
    (
        Number("Up", "Processes that answer.", "short", 'sum(up{job="schakel"})'),
        Number("Down", "Processes that do not.", "short", 'sum(1 - up{job="schakel"})', 1),
        Number("Dead letters", "Wait for somebody.", "short", "sum(schakel_dead_letters_open)", 1),
        Number("Parked", "Wait for an attempt.", "short", "sum(schakel_parked_rows)", 100),
        Number("Databases away", "Breakers that are open.", "short", BREAKERS_OPEN, 1),
        Number(
            "Unrouted today",
            "Messages that no queue wanted.",
            "short",
            "sum(increase(schakel_unrouted_total[1d]))",
            1,
        ),
    ),
    (
        Chart(
            "Requests",
            "Answers of the gateway, by class.",
            "reqps",
            per("status", rate("schakel_http_requests_total")),
        ),
        Chart(
            "Time to answer",
            "Of a whole request, and of a call inside its service; 99 %.",
            "s",
            {
                "HTTP": share("schakel_http_request_seconds", 0.99),
                "{{service}}": share("schakel_rpc_seconds", 0.99, "service"),
            },
        ),
        Chart(
            "Messages taken in",
            "By what came of them.",
            "ops",
            per("service, outcome", rate("schakel_consumer_messages_total")),
        ),
        Chart(
            "Batches",
            "Time from the first message to the ack, 99 %; and messages in one, on average.",
            "s",
            {
                "{{service}}": share("schakel_consumer_batch_seconds", 0.99, "service"),
                "{{service}}, messages": (
                    f"sum by (service) ({rate('schakel_consumer_batch_size_sum')})"
                    f" / sum by (service) ({rate('schakel_consumer_batch_size_count')})"
                ),
            },
        ),
        Chart(
            "Held up",
            "How much later than asked a process came round, 99.9 %.",
            "s",
            {"{{service}}": share("schakel_hub_block_seconds", 0.999, "service")},
        ),
        Chart(
            "Since the last drain",
            "Of each consumer: less than 30 s.",
            "s",
            per("service, instance", "schakel_last_drain_timestamp_seconds", "time() - max"),
        ),
        Chart(
            "Processor",
            "Share of one core.",
            "percentunit",
            per("service, instance", rate('process_cpu_seconds_total{job="schakel"}')),
        ),
        Chart(
            "Memory",
            "Resident.",
            "bytes",
            per("service, instance", 'process_resident_memory_bytes{job="schakel"}', "max"),
        ),
    ),
)
PLACEMENTS = Board(
    "placements",
    "Placements",
    "Places that wait for a region, and deadlines that pass.",
    (
        Number(
            "Late pick-ups",
            "Places that a region is late in picking up.",
            "short",
            "sum(schakel_placement_confirmation_overdue)",
            1,
        ),
        Number(
            "Timers late",
            "How long the oldest due timer waits.",
            "s",
            "max(schakel_timer_late_seconds)",
            900,
        ),
    ),
    (
        Chart(
            "Late, by region",
            "Five working days without a pick-up.",
            "short",
            present(per("region", "schakel_placement_confirmation_overdue")),
        ),
        Chart(
            "What was done when its time came",
            "By kind and what came of it.",
            "ops",
            per("kind, outcome", rate("schakel_timers_total", "1h")),
        ),
        Chart(
            "Commands",
            "Calls of placements, each second.",
            "reqps",
            per("operation", rate(f"schakel_rpc_seconds_count{OF_PLACEMENTS}")),
        ),
        Chart(
            "Time of a call",
            "Of placements, 99 %.",
            "s",
            {"99 %": share("schakel_rpc_seconds", 0.99, of=OF_PLACEMENTS)},
        ),
    ),
)
RABBITMQ = Board(
    "rabbitmq",
    "RabbitMQ",
    "The broker, as its own plugin tells it.",
    (
        Number("Nodes", "That answer.", "short", 'sum(up{job="rabbitmq"})'),
        Number(
            "Memory alarms",
            "Nodes that take no messages.",
            "short",
            "sum(rabbitmq_alarms_memory_used_watermark)",
            1,
        ),
        Number(
            "Disk alarms",
            "Nodes that take no messages.",
            "short",
            "sum(rabbitmq_alarms_free_disk_space_watermark)",
            1,
        ),
        Number("Queues", "Of all kinds.", "short", "sum(rabbitmq_queues)"),
        Number("Connections", "Open now.", "short", "sum(rabbitmq_connections)"),
    ),
    (
        Chart(
            "Messages in queues",
            "Ready, and taken without an ack yet; of a stream also what was read.",
            "short",
            {
                "ready": "sum(rabbitmq_queue_messages_ready)",
                "unacknowledged": "sum(rabbitmq_queue_messages_unacked)",
            },
        ),
        Chart(
            "Messages",
            "Each second: one comes in, and a copy goes to each recipient.",
            "ops",
            {
                "in": f"sum({rate('rabbitmq_global_messages_received_total')})",
                "out": f"sum({rate('rabbitmq_global_messages_delivered_total')})",
            },
        ),
        Chart(
            "Memory",
            "Of each node.",
            "bytes",
            per("instance", "rabbitmq_process_resident_memory_bytes", "max"),
        ),
        Chart(
            "Disk left",
            "Of each node.",
            "bytes",
            per("instance", "rabbitmq_disk_space_available_bytes", "min"),
        ),
    ),
)
POSTGRESQL = Board(
    "postgresql",
    "PostgreSQL",
    "What the services see of it; and what CloudNativePG tells, where that runs it.",
    (
        Number("Breakers open", "Services whose database is away.", "short", BREAKERS_OPEN, 1),
        Number(
            "Relays with an owner",
            "One for each service with a database.",
            "short",
            "sum(schakel_relay_lock_held)",
        ),
        Number("Instances", "Of CloudNativePG.", "short", "sum(cnpg_collector_up)"),
    ),
    (
        Chart(
            "Time of a call",
            "Inside its service, nearly all of it in the database; 99 %.",
            "s",
            {"{{service}}": share("schakel_rpc_seconds", 0.99, "service")},
        ),
        Chart(
            "Attempts again",
            "At once, after a serialisation failure or a broken connection.",
            "ops",
            per("service", rate('schakel_retries_total{stage="immediate"}')),
        ),
        Chart(
            "Replication",
            "How far each instance is behind.",
            "s",
            per("pod", "cnpg_pg_replication_lag", "max"),
        ),
        Chart(
            "Size",
            "Of each database.",
            "bytes",
            per("datname", "cnpg_pg_database_size_bytes", "max"),
        ),
    ),
)
BOARDS = (FAN_OUT, REGIONS, SERVICES, PLACEMENTS, RABBITMQ, POSTGRESQL)


def built(board: Board) -> dashboard.Dashboard:
    """Give a board as Grafana wants it."""
    made = (
        dashboard.Dashboard(f"Schakel: {board.title}")
        .uid(f"schakel-{board.name}")
        .description(board.tells)
        .tags(["schakel"])
        .refresh("30s")
        .time("now-6h", "now")
        .timezone("Europe/Amsterdam")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .readonly()
    )
    for place, number in enumerate(board.numbers):
        where = GridPos(h=LOW, w=NARROW, x=place * NARROW, y=0)
        made = made.with_panel(_number(number).grid_pos(where))
    for place, chart in enumerate(board.charts):
        row, column = divmod(place, WIDTH // WIDE)
        where = GridPos(h=HIGH, w=WIDE, x=column * WIDE, y=LOW + row * HIGH)
        made = made.with_panel(_chart(chart).grid_pos(where))
    return made


def _number(number: Number) -> stat.Panel:
    worse, border = (GREEN, RED), number.bad
    if number.promised is not None:
        worse, border = (RED, GREEN), number.promised
    steps = [Threshold(value=None, color=worse[0])]
    if border is not None:
        steps.append(Threshold(value=border, color=worse[1]))
    return (
        stat.Panel()
        .title(number.title)
        .description(number.tells)
        .datasource(SOURCE)
        .unit(number.unit)
        .color_mode(BigValueColorMode.NONE if border is None else BigValueColorMode.BACKGROUND)
        .thresholds(dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps))
        .with_target(prometheus.Dataquery().expr(number.query).instant().ref_id("A"))
    )


def _chart(chart: Chart) -> timeseries.Panel:
    panel = (
        timeseries.Panel()
        .title(chart.title)
        .description(chart.tells)
        .datasource(SOURCE)
        .unit(chart.unit)
        .min(0)
        .legend(
            common.VizLegendOptions()
            .display_mode(LegendDisplayMode.LIST)
            .placement(LegendPlacement.BOTTOM)
            .show_legend(show_legend=True)
        )
    )
    for place, (name, query) in enumerate(chart.queries.items()):
        target = prometheus.Dataquery().expr(query).legend_format(name).ref_id(chr(65 + place))
        panel = panel.with_target(target)
    return panel


def written(board: Board) -> str:
    """Give what a board's file must hold."""
    return JSONEncoder(sort_keys=True, indent=1).encode(built(board).build()) + "\n"


def main() -> int:
    """Write every dashboard."""
    for board in BOARDS:
        (FOLDER / f"{board.name}.json").write_text(written(board), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
