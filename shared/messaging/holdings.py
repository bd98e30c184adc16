# SPDX-License-Identifier: EUPL-1.2
"""What recipients here hold, told to the owner that asks: its gate, and what is really stored.

Nobody reads another's database: whoever compares goes through these calls, each of which is about
one recipient and the families of one owner, or about some subjects that are named.
"""

import structlog

from shared.contracts import Json
from shared.messaging.journal import QUERIES
from shared.runtime import Answer, Call, Cursor

log = structlog.get_logger()


def digest_holdings(cur: Cursor, call: Call) -> Answer:
    """Answer a digest for each bucket in which a recipient holds something."""
    rows = cur.execute(QUERIES["digest_holdings"], call.params)
    return Answer({"digests": {str(row["bucket"]): row["digest"] for row in rows}})


def list_holdings(cur: Cursor, call: Call) -> Answer:
    """Answer what a recipient holds in some buckets, subject by subject."""
    rows: list[Json] = cur.execute(QUERIES["list_holdings"], call.params).fetchall()
    return Answer({"items": rows})


def find_holdings(cur: Cursor, call: Call) -> Answer:
    """Answer who of some recipients holds which state of some subjects."""
    rows: list[Json] = cur.execute(QUERIES["find_holdings"], call.params).fetchall()
    return Answer({"items": rows})


def lower_gate(cur: Cursor, call: Call) -> Answer:
    """Let the gate say what is stored, where it says more, so that a repair can pass.

    The rows are locked first: what is stored is read when nobody can apply anything any more.
    """
    cur.execute(QUERIES["lock_gate"], call.params)
    lowered = cur.execute(QUERIES["lower_gate"], call.params).fetchall()
    for row in lowered:
        recipient, by = call.params["recipient"], call.principal.subject
        log.warning("gate_lowered", recipient=recipient, asked_by=by, **row)
    return Answer({"lowered": len(lowered)})
