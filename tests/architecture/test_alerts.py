# SPDX-License-Identifier: EUPL-1.2
"""Alerts ask for figures that exist, are explained in the runbook, and were seen to fire.

What Prometheus and Alertmanager themselves say of the rules is tests/operations/rules.py.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families as families

from services.cli.stack.catalogue import deployables
from tests.operations.alerts import Rule, alerts, cases, recorded, rules
from tests.operations.figures import faults
from tests.operations.haste import hastened, seconds

REPOSITORY = Path(__file__).parents[2]
LAYERS = {"ground", "transport", "effect", "truth"}
ALWAYS = "SchakelWatchdog"
ALERT = re.compile(r"\bSchakel[A-Z]\w+")
# A window, or a whole number of at least two digits.
LENGTH = re.compile(r"\[\d+[smhd]\]|(?<=> )\d{2,}(?![\d.])")
COUNTED = re.compile(r"\b(?:rate|increase)\((\w+)")
BEGIN = """
import importlib, sys
from prometheus_client import generate_latest
for module in sys.argv[1:]:
    importlib.import_module(module)
sys.stdout.buffer.write(generate_latest())
"""
LIVE = ("test_alerts.py", "test_silent_region.py")


def name_of(rule: Rule) -> str:
    return str(rule.get("alert") or rule["record"])


@pytest.mark.parametrize("rule", rules(), ids=name_of)
def test_every_figure_of_a_rule_is_given_by_the_code(rule: Rule) -> None:
    assert faults(rule["expr"], recorded=recorded()) == []


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("sum(rate(schakel_outbox_sent_total[5m]))", "nobody gives schakel_outbox_sent_total"),
        ("shakel_breaker_state > 0", "nobody gives shakel_breaker_state"),
        ('schakel_parked_rows{why="retry"}', "schakel_parked_rows has no label why"),
        ("max by (area) (schakel_parked_rows)", "nothing has a label area"),
        ("schakel_fanout_lag_seconds > 1", "nobody gives schakel_fanout_lag_seconds"),
    ],
)
def test_a_figure_that_nobody_gives_is_found(query: str, fault: str) -> None:
    assert faults(query) == [fault]


def at_first() -> dict[str, set[float]]:
    """Give what processes tell before anything has happened in them."""
    modules = ["shared.runtime.process", *(f"services.{one.name}.service" for one in deployables())]
    begun = [sys.executable, "-c", BEGIN, *modules]
    told = subprocess.run(begun, cwd=REPOSITORY, check=True, capture_output=True, text=True)
    figures: dict[str, set[float]] = {}
    for sample in (sample for family in families(told.stdout) for sample in family.samples):
        figures.setdefault(sample.name, set()).add(sample.value)
    return figures


def test_what_an_alert_counts_begins_at_zero() -> None:
    # Of a series that appears with its first fault, Prometheus sees no growth.
    counted = {name for rule in rules() for name in COUNTED.findall(rule["expr"])}
    told = at_first()

    assert counted
    assert {name: told.get(name) for name in counted} == {name: {0.0} for name in counted}


def test_every_alert_has_an_entry_in_the_runbook_and_no_entry_is_left_over() -> None:
    page = (REPOSITORY / "docs" / "runbook.md").read_text(encoding="utf-8")
    section = page.partition("\n## Alerts\n")[2].partition("\n## ")[0]
    told = re.findall(r"^\| `(Schakel\w+)` \| .{5,} \| .{5,} \|$", section, re.MULTILINE)

    assert sorted(told) == sorted({name_of(rule) for rule in alerts()})


def test_every_alert_is_seen_to_fire_by_a_real_fault_or_is_told_of_as_not_seen() -> None:
    stories = [REPOSITORY / "tests" / "faults" / name for name in LIVE]
    seen = {one for path in stories for one in ALERT.findall(path.read_text(encoding="utf-8"))}
    page = (REPOSITORY / "docs" / "testing.md").read_text(encoding="utf-8")
    told = {*ALERT.findall(page.partition("No real fault makes these fire in a test:")[2])}

    assert {name_of(rule) for rule in alerts()} - seen - {ALWAYS} == told


@pytest.mark.parametrize("rule", rules(), ids=name_of)
def test_a_hasty_rule_differs_in_durations_alone(rule: Rule) -> None:
    hasty = hastened(rule)

    assert hasty.keys() == rule.keys()
    assert {key: hasty[key] for key in hasty if key not in {"expr", "for"}} == {
        key: rule[key] for key in rule if key not in {"expr", "for"}
    }
    assert LENGTH.sub("#", hasty["expr"]) == LENGTH.sub("#", rule["expr"])
    assert "for" not in rule or seconds(hasty["for"]) == max(1, seconds(rule["for"]) // 60)


def test_every_alert_was_seen_to_fire_and_to_be_quiet() -> None:
    fired = {(name, severity) for name, severities in cases() for severity in severities}
    quiet = {name for name, severities in cases() if not severities}

    assert fired == {(name_of(rule), rule["labels"]["severity"]) for rule in alerts()}
    assert quiet == {name_of(rule) for rule in alerts()} - {ALWAYS}


@pytest.mark.parametrize("rule", alerts(), ids=name_of)
def test_every_alert_says_what_it_means_whom_it_wakes_and_what_it_rests_on(rule: Rule) -> None:
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["annotations"]["runbook"] == "docs/runbook.md#alerts"
    assert rule["labels"]["layer"] in LAYERS
    assert rule["labels"]["severity"] in {"page", "ticket", "heartbeat"}


def test_a_service_that_nobody_knows_of_any_more_is_missed() -> None:
    [gone] = [rule for rule in alerts() if name_of(rule) == "SchakelServiceGone"]

    missed = set(re.findall(r'service="(\w+)"', gone["expr"]))

    assert missed == {one.name for one in deployables()}
