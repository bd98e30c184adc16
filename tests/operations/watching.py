# SPDX-License-Identifier: EUPL-1.2
"""Have Prometheus and Alertmanager look at our rules: what fires when, and what hushes what.

Exit status 0 means that all is as it must be, 1 that something is not, 2 that the programs are
missing.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError

import yaml

from services.cli.stack import ports
from tests.operations.alerts import CASES, FOLDER, RULES, alerts
from tests.operations.boards import queries
from tests.operations.live import refused
from tests.waiting import wait_until

PROGRAMS = ("prometheus", "promtool", "amtool", "prometheus-alertmanager")
SECONDS = 30.0
STEADY_SECONDS = 0.5
WAYS_OUT = """promtool or Alertmanager is not here, so the alerts were not tried. The ways out:
  as root on Debian or Ubuntu: deploy/prometheus/provide.sh, which installs them
  without root: ask for apt-get install prometheus prometheus-alertmanager"""
# In a process of its own: the services' modules bring eventlet with them.
FIGURES = """
import importlib, sys
from prometheus_client import REGISTRY, generate_latest
for name in sys.argv[1:]:
    importlib.import_module(f"services.{name}.service")
importlib.import_module("shared.runtime.process")
sys.stdout.buffer.write(generate_latest(REGISTRY))
"""
Alert = dict[str, str]


def looked_at() -> Iterator[tuple[str, list[str], str | None]]:
    """Give each look: what it is called, its command, and what that reads."""
    yield "configuration", ["promtool", "check", "config", str(FOLDER / "prometheus.yml")], None
    for path in RULES:
        yield f"rules of {path.name}", ["promtool", "check", "rules", str(path)], None
    for path in CASES:
        yield f"cases of {path.name}", ["promtool", "test", "rules", str(path)], None
    yield "queries of dashboards", ["promtool", "check", "rules", "/dev/stdin"], _queries()
    yield "names of figures", ["promtool", "check", "metrics"], _figures()
    yield "alertmanager.yml", ["amtool", "check-config", str(FOLDER / "alertmanager.yml")], None


def _queries() -> str:
    """Give every query of a dashboard as a rule: promtool has no other way to read one."""
    rules = [{"record": f"query:{n}", "expr": one} for n, one in enumerate(queries())]
    return str(yaml.safe_dump({"groups": [{"name": "dashboards", "rules": rules}]}))


def _figures() -> str:
    services = sorted(path.parent.name for path in Path("services").glob("*/service.py"))
    argv = [sys.executable, "-W", "ignore", "-c", FIGURES, *services]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


@contextmanager
def alertmanager() -> Iterator[str]:
    """Run an Alertmanager with our configuration, and give its address."""
    [port] = ports.choose(["alertmanager"], {}).values()
    url = f"http://{ports.LOOPBACK}:{port}"
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [
                str(shutil.which(PROGRAMS[-1])),
                f"--config.file={FOLDER / 'alertmanager.yml'}",
                f"--storage.path={folder}",
                f"--web.listen-address={ports.LOOPBACK}:{port}",
                "--cluster.listen-address=",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until(lambda: _answers(f"{url}/-/ready"), SECONDS)
            yield url
        finally:
            process.terminate()
            process.wait(SECONDS)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as reply:
            return bool(reply.status == 200)
    except URLError:
        return False


def told(story: dict[str, Any]) -> list[str]:
    """Name the alerts of a story that somebody is told of, in order of name."""
    sent = [alert for one in story["alerts"] for alert in fired(one)]
    must = sorted(story["told"])
    with alertmanager() as url:
        request = urllib.request.Request(
            f"{url}/api/v2/alerts",
            data=json.dumps([{"labels": labels} for labels in sent]).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=SECONDS):
            pass
        wait_until(lambda: len(_shown(url)) == len(sent), SECONDS)
        # What hushes what is worked out a moment after the alerts are there.
        with suppress(AssertionError):
            wait_until(lambda: _heard(url) == must, SECONDS)
        until = time.monotonic() + STEADY_SECONDS
        wait_until(lambda: time.monotonic() > until or _heard(url) != must, SECONDS)
        return _heard(url)


def _shown(url: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{url}/api/v2/alerts", timeout=SECONDS) as reply:
        shown: list[dict[str, Any]] = json.load(reply)
    return shown


def _heard(url: str) -> list[str]:
    names = {one["labels"]["alertname"] for one in _shown(url) if not one["status"]["inhibitedBy"]}
    return sorted(names)


def fired(one: str | Alert) -> Iterator[Alert]:
    """Give an alert as Prometheus would send it, in each severity that it has."""
    labels = {"alert": one} if isinstance(one, str) else dict(one)
    name = labels.pop("alert")
    for rule in alerts():
        if rule["alert"] == name:
            yield {"alertname": name, **rule["labels"], **labels}


def main(arguments: Sequence[str] | None = None) -> int:
    """Look at everything, one after the other, and say how it ended."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--missing", choices=("fail", "say"), default="fail")
    wanted = parser.parse_args(arguments)
    if not all(map(shutil.which, PROGRAMS)):
        sys.stderr.write(f"{WAYS_OUT}\n")
        return 2 if wanted.missing == "fail" else 0
    began = time.monotonic()
    good = [_look(*one) for one in looked_at()]
    stories = yaml.safe_load((FOLDER / "tests" / "causes.yml").read_text(encoding="utf-8"))
    good += [_story(story) for story in stories]
    good.append(_asked())
    seconds = time.monotonic() - began
    said = "all" if all(good) else "NOT all"
    sys.stdout.write(f"{len(good)} looks at the alerts, {said} as expected ({seconds:.0f} s)\n")
    return 0 if all(good) else 1


def _look(name: str, argv: list[str], read: str | None) -> bool:
    done = subprocess.run(argv, input=read, capture_output=True, text=True, check=False)
    words = (done.stdout + done.stderr).strip()
    # `check metrics` says what it dislikes, and may still end with 0.
    good = done.returncode == 0 and "FAILED" not in words
    if not good:
        sys.stdout.write(f"{name}: NOT as expected\n{words}\n")
    return good


def _asked() -> bool:
    """Have a Prometheus that asks our figures answer every query of a dashboard."""
    wrong = refused(queries())
    sys.stdout.write("".join(f"query NOT as expected: {one}\n" for one in wrong))
    return not wrong


def _story(story: dict[str, Any]) -> bool:
    found, must = told(story), sorted(story["told"])
    if found != must:
        sys.stdout.write(f"{story['cause']}: NOT as expected: told {found}, not {must}\n")
    return found == must


if __name__ == "__main__":
    raise SystemExit(main())
