# SPDX-License-Identifier: EUPL-1.2
"""Prometheus beside the local stack, where its program is on this machine, with our own rules."""

import json
import os
import shutil
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from services.cli.stack.home import Home
from services.cli.stack.ports import LOOPBACK, choose
from services.cli.stack.supervisor import Program

PROMETHEUS = "prometheus"
USUAL_PORT = 9090
RULES = Path(__file__).parents[3] / "deploy" / "prometheus"
KEPT = "2d"
EVERY = "5s"
ANSWER_SECONDS = 1.0


def find() -> str | None:
    """Find the program; None where it is not here, or where our rules are not."""
    return shutil.which(PROMETHEUS) if RULES.is_dir() else None


def choose_port() -> int:
    """Choose the usual port, or another one where that is taken."""
    return choose([PROMETHEUS], {PROMETHEUS: USUAL_PORT})[PROMETHEUS]


def program(home: Home, found: str, port: int, targets: Mapping[str, int]) -> Program:
    """Give Prometheus as a program that asks these services, each on its admin port."""
    folder = home.root / PROMETHEUS
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / "prometheus.yml"
    # JSON is YAML too.
    file.write_text(json.dumps(configuration(targets), indent=2), encoding="utf-8")
    return Program(
        name=PROMETHEUS,
        argv=[
            found,
            f"--config.file={file}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--storage.tsdb.retention.time={KEPT}",
            f"--web.listen-address={LOOPBACK}:{port}",
            # Which trace is an example of a measurement.
            "--enable-feature=exemplar-storage",
        ],
        env={"PATH": os.environ.get("PATH", os.defpath)},
        log=home.logs / f"{PROMETHEUS}.log",
    )


def configuration(targets: Mapping[str, int]) -> dict[str, Any]:
    """Give what Prometheus asks whom, labelled as the rules want it."""
    asked = [
        {"targets": [f"{LOOPBACK}:{port}"], "labels": {"service": service}}
        for service, port in targets.items()
    ]
    return {
        "global": {"scrape_interval": EVERY, "evaluation_interval": EVERY},
        "rule_files": [str(path) for path in sorted(RULES.glob("*.rules.yml"))],
        "scrape_configs": [{"job_name": "schakel", "static_configs": asked}],
    }


def firing(port: int) -> list[str]:
    """Name the alerts that fire now, with what they are about; none when it does not answer."""
    try:
        url = f"http://{LOOPBACK}:{port}/api/v1/alerts"
        with urlopen(url, timeout=ANSWER_SECONDS) as reply:  # nosec B310
            alerts = json.load(reply)["data"]["alerts"]
    except (OSError, HTTPException, ValueError):
        return []
    labels = [one["labels"] for one in alerts if one["state"] == "firing"]
    return sorted({_words(one) for one in labels if one.get("severity") != "heartbeat"})


def _words(labels: Mapping[str, str]) -> str:
    about = [labels[name] for name in ("service", "region", "kind", "reason") if name in labels]
    return f"{labels['alertname']} ({', '.join(about)})" if about else labels["alertname"]
