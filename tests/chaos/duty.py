# SPDX-License-Identifier: EUPL-1.2
"""Somebody on duty: does what the runbook says about what does not mend itself."""

from contextlib import suppress

from services.cli.stack.trouble import StackRefused
from shared.messaging import topology, wire
from tests.chaos.field import Field
from tests.leaders import leaderless

# What is late for as long as this is looked into.
PATIENCE_SECONDS = 45.0


def on_duty(field: Field) -> None:
    """Make anew every queue that nothing leads (docs/runbook.md, `schakel topology renew`)."""
    url = field.stack.amqp_url("schakel-topology")
    with suppress(StackRefused, *wire.BrokerAway):
        for queue in leaderless(field.stack.ctl):
            try:
                thrown = topology.renew(url, queue)
            except wire.BrokerAway as interrupted:
                field.recorder.tell("remedy", queue=queue, interrupted=str(interrupted))
                topology.apply(url)
            else:
                field.recorder.tell("remedy", queue=queue, thrown_away=thrown)


def readied(field: Field) -> None:
    """Return when every process is there and ready; where one is late, somebody looks."""
    try:
        field.wait_ready(PATIENCE_SECONDS)
    except StackRefused:
        on_duty(field)
        field.wait_ready()
