# SPDX-License-Identifier: EUPL-1.2
"""Reads the dashboards of deploy/grafana."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "deploy" / "grafana"
BOARDS = sorted((FOLDER / "dashboards").glob("*.json"))


def panels() -> list[tuple[str, dict[str, Any]]]:
    """Give every panel, with the board that it stands on."""
    read = [(path.stem, json.loads(path.read_text(encoding="utf-8"))) for path in BOARDS]
    return [(name, panel) for name, board in read for panel in board["panels"]]


def queries() -> list[str]:
    """Give every query, in the order in which they stand."""
    return [target["expr"] for _, panel in panels() for target in panel["targets"]]
