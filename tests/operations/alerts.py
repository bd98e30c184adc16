# SPDX-License-Identifier: EUPL-1.2
"""Reads the rules of deploy/prometheus and their cases."""

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[2] / "deploy" / "prometheus"
RULES = sorted(FOLDER.glob("*.rules.yml"))
CASES = sorted((FOLDER / "tests").glob("*.test.yml"))
Rule = dict[str, Any]


def rules() -> list[Rule]:
    """Give every rule, in the order of files and lines."""
    read = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in RULES]
    return [rule for one in read for group in one["groups"] for rule in group["rules"]]


def alerts() -> list[Rule]:
    """Give the rules that alert."""
    return [rule for rule in rules() if "alert" in rule]


def recorded() -> frozenset[str]:
    """Name the series that rules record."""
    return frozenset(rule["record"] for rule in rules() if "record" in rule)


def cases() -> list[tuple[str, frozenset[str]]]:
    """Give each case: the alert that it looks at, and the severities that it expects."""
    read = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in CASES]
    return [
        (
            case["alertname"],
            frozenset(one["exp_labels"]["severity"] for one in case["exp_alerts"]),
        )
        for one in read
        for group in one["tests"]
        for case in group["alert_rule_test"]
    ]
