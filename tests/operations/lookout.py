# SPDX-License-Identifier: EUPL-1.2
"""A real Prometheus that asks a running stack every second, with our own rules made hasty."""

import json
import shutil
import urllib.parse
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Self
from urllib.error import URLError
from urllib.parse import urlsplit

import yaml

from services.cli.stack import ports, prometheus
from services.cli.stack.readiness import answers
from tests.operations.alerts import RULES
from tests.operations.haste import Ages, hastened
from tests.servers import RunningStack
from tests.waiting import wait_until

EVERY = "1s"
LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 90.0
WAY_OUT = "Prometheus is not here: deploy/prometheus/provide.sh installs it, as root"
PROMISES = frozenset(
    {
        *("SchakelDeliveriesSlow", "SchakelDeliveriesVerySlow"),
        *("SchakelAmendmentsLate", "SchakelWritesFail"),
    }
)
Labels = Mapping[str, str]


class Lookout:
    """Tells which alerts fire of a stack. It ends with the stack."""

    def __init__(self, stack: RunningStack, *, ages: Ages = "divided") -> None:
        self._stack = stack
        self._targets = {
            name: int(urlsplit(stack.admin_url(name)).port or 0) for name in stack.stack.deployables
        }
        chosen = ports.choose([prometheus.PROMETHEUS, "broker"], {})
        self._port, self._broker_port = chosen.values()
        self._broker_tells = False
        self._others: list[dict[str, Any]] = []
        self._folder = stack.home.root / prometheus.PROMETHEUS
        self._folder.mkdir(mode=0o700, exist_ok=True)
        for path in RULES:
            self._write(path.name, _hasty(yaml.safe_load(path.read_text(encoding="utf-8")), ages))

    def start(self) -> Self:
        """Start it, and return when every process of the product was asked."""
        found = shutil.which(prometheus.PROMETHEUS)
        assert found is not None, WAY_OUT
        program = prometheus.program(self._stack.home, found, self._port, self._targets)
        program = replace(program, argv=[*program.argv, "--web.enable-lifecycle"])
        self._configure(self._targets)
        self._stack.stack.supervisor.start(program)
        wait_until(lambda: answers(self._port, "/-/ready"), PATIENCE_SECONDS)
        self.sees("SchakelWatchdog")
        wait_until(lambda: self.asked("count(up == 1)") == len(self._targets), PATIENCE_SECONDS)
        return self

    def asks_the_broker(self) -> None:
        """Have the broker tell its figures as well; a broker that was started anew forgets that."""
        file = self._stack.home.servers / "broker" / "enabled_plugins"
        file.write_text("[rabbitmq_prometheus].\n", encoding="utf-8")
        where = f'[{{port, {self._broker_port}}}, {{ip, "{ports.LOOPBACK}"}}]'
        told = f"rabbitmq_prometheus, tcp_config, {where}, [{{persistent, true}}]"
        self._stack.ctl("eval", f'application:set_env({told}), rabbit_plugins:ensure("{file}").')
        self._broker_tells = True
        self.asks()

    def also_asks(self, port: int, service: str) -> None:
        """Ask one more process of a service, from now on."""
        target = f"{ports.LOOPBACK}:{port}"
        self._others.append({"targets": [target], "labels": {"service": service}})
        self.asks()

    def asks(self, *services: str) -> None:
        """Ask only these services from now on, as after a slip in its configuration."""
        self._configure({name: self._targets[name] for name in services or self._targets})
        with urllib.request.urlopen(self._url("/-/reload"), data=b""):
            pass

    def sees(self, alert: str, seconds: float = PATIENCE_SECONDS, **labels: str) -> Labels:
        """Wait until an alert fires that has these labels, and give all that it has."""
        return wait_until(lambda: self._first(alert, labels), seconds, every=LOOK_SECONDS)

    def sees_no_more(self, *alerts: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until none of these fires or is about to."""

        def ended() -> bool:
            left = {one["labels"]["alertname"] for one in self._alerts()} & {*alerts}
            assert not left, left
            return True

        wait_until(ended, seconds, every=LOOK_SECONDS)

    def firing(self, alert: str) -> list[Labels]:
        """Give the labels of everything of which an alert fires now."""
        return [
            one["labels"]
            for one in self._alerts()
            if one["labels"]["alertname"] == alert and one["state"] == "firing"
        ]

    def asked(self, query: str) -> float:
        """Ask for one figure; 0 where nobody gives it."""
        words = urllib.parse.urlencode({"query": query})
        with urllib.request.urlopen(self._url(f"/api/v1/query?{words}")) as reply:
            found = json.load(reply)["data"]["result"]
        return float(found[0]["value"][1]) if found else 0.0

    def _first(self, alert: str, labels: Labels) -> Labels | None:
        return next((one for one in self.firing(alert) if labels.items() <= one.items()), None)

    def _alerts(self) -> list[Any]:
        with suppress(URLError), urllib.request.urlopen(self._url("/api/v1/alerts")) as reply:
            told = json.load(reply)["data"]["alerts"]
            return [one for one in told if not _slow(one["labels"])]
        return []

    def _configure(self, targets: Mapping[str, int]) -> None:
        told = prometheus.configuration(targets)
        told["global"] = dict.fromkeys(("scrape_interval", "evaluation_interval"), EVERY)
        told["scrape_configs"][0]["static_configs"] += self._others
        told["rule_files"] = [str(self._folder / path.name) for path in RULES]
        if self._broker_tells:
            target = f"{ports.LOOPBACK}:{self._broker_port}"
            asked = [{"targets": [target], "labels": {"service": "rabbitmq"}}]
            told["scrape_configs"].append({"job_name": "rabbitmq", "static_configs": asked})
        self._write("prometheus.yml", told)

    def _write(self, name: str, told: object) -> None:
        (self._folder / name).write_text(json.dumps(told), encoding="utf-8")

    def _url(self, path: str) -> str:
        return f"http://{ports.LOOPBACK}:{self._port}{path}"


def _slow(labels: Labels) -> bool:
    """Tell the half of a promise that may wait until morning: it looks back for days."""
    return labels["alertname"] in PROMISES and labels["severity"] == "ticket"


def _hasty(read: Any, ages: Ages) -> dict[str, Any]:  # noqa: ANN401 - whatever YAML holds
    groups = [
        {"name": group["name"], "rules": [hastened(rule, ages=ages) for rule in group["rules"]]}
        for group in read["groups"]
    ]
    return {"groups": groups}
