# SPDX-License-Identifier: EUPL-1.2
"""How a service process lives: it says when it is ready, and leaves within 25 seconds."""

import gc
import importlib
import os
import signal
import sys
import time

import eventlet
import structlog
from nameko.containers import ServiceContainer
from prometheus_client import Histogram, Info

from shared.runtime import tracing
from shared.runtime.admin import serve_admin
from shared.runtime.certificates import watch_certificates
from shared.runtime.config import Settings, SettingsRefused, settings
from shared.runtime.health import health
from shared.runtime.logs import set_up_logs

log = structlog.get_logger()

STOP_SECONDS = 20
AWAY_SECONDS = 5
TRACES_SECONDS = 2
TICK_SECONDS = 0.1
GC_THRESHOLDS = (50_000, 20, 20)
BUILD = Info("schakel_build", "Which service this is.")
HUB_BLOCK_SECONDS = Histogram(
    "schakel_hub_block_seconds",
    "How much later than asked the process came round: something held up all the rest.",
    buckets=(0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def run(service: str) -> int:
    """Run a service until SIGTERM or SIGINT, or until it dies; give the exit status."""
    try:
        chosen = settings()
    except SettingsRefused as refused:
        return _refuse(refused)
    set_up_logs(service, chosen.log_level)
    BUILD.info({"service": service})
    tracing.start(service)
    watch_certificates(chosen.certificates)
    starting = {"container": "starting"}
    health.need("container", lambda: starting.get("container"))
    port = serve_admin(chosen.admin_host, chosen.admin_port)
    try:
        container = _container(service, chosen)
    except SettingsRefused as refused:
        return _refuse(refused)
    stop = _stop_signals()
    container.start()
    _spare_the_collector()
    starting.clear()
    log.info("service_started", admin_port=port)
    return _live(container, stop)


def _refuse(refused: SettingsRefused) -> int:
    sys.stderr.write("".join(f"{fault}\n" for fault in refused.faults))
    return 2


def _spare_the_collector() -> None:
    """Have the garbage collector look at what comes and goes, and not at what is there for good.

    A batch makes some ten thousand objects at once and drops them at once. With Python's own
    thresholds, going through all of them again and again was a quarter of a consumer's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    gc.enable()


def _container(service: str, chosen: Settings) -> ServiceContainer:
    module = importlib.import_module(f"services.{service}.service")
    for setting in getattr(module.Service, "needs", ()):
        getattr(chosen, f"need_{setting}")()
    config = {
        "AMQP_URI": chosen.need_amqp_url(),
        "AMQP_SSL": chosen.amqp_tls(),
        "max_workers": chosen.max_workers,
        "HEARTBEAT": 10,
    }
    return ServiceContainer(module.Service, config)


def _stop_signals() -> list[int]:
    received: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda which, _: received.append(which))
    return received


def _live(container: ServiceContainer, stop: list[int]) -> int:
    """Tick the hub: without a tick, an idle process sleeps through its SIGTERM."""
    died = eventlet.spawn(container.wait)
    while not stop and not died.dead:
        health.beat("hub")
        _tick()
    if died.dead:
        log.error("service_died")
        return 1
    return _leave(container)


def _tick() -> None:
    """Let everything else run for a moment, and tell how much longer that took than asked."""
    asked = time.monotonic() + TICK_SECONDS
    eventlet.sleep(TICK_SECONDS)
    HUB_BLOCK_SECONDS.observe(max(0.0, time.monotonic() - asked))


def _leave(container: ServiceContainer) -> int:
    """Finish what is in hand and go; what did not end in time is only slower next time.

    While the broker is away nameko waits for it without end, and no answer could be sent: then
    the duties that work on rows get a moment, and that is all there is to finish.
    """
    unmet = health.unmet()
    limit = AWAY_SECONDS if unmet else STOP_SECONDS
    health.stopping = True
    started = time.monotonic()
    stopping = eventlet.spawn(container.stop)
    while not stopping.dead and time.monotonic() < started + limit:
        eventlet.sleep(TICK_SECONDS)
    log.info("service_stopped", seconds=round(time.monotonic() - started, 2), unmet=unmet)
    tracing.stop(TRACES_SECONDS)
    if stopping.dead:
        return 0
    if not unmet:
        log.error("service_stop_cut_short", seconds=limit)
    sys.stdout.flush()
    os._exit(0 if unmet else 1)
