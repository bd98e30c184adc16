# SPDX-License-Identifier: EUPL-1.2
"""The steps that every participating region hears of."""

from services.agreements import store
from services.agreements.domain import Agreement, Fact, Publication, after_publication
from services.agreements.handlers.step import announce, begin, finish, move
from services.agreements.schemas import messages, requests
from services.agreements.store import Kept
from shared.runtime import Answer, Call, Cursor
from shared.runtime.clock import date_of


def publish_agreement(cur: Cursor, call: Call) -> Answer:
    """Make the draft the next version and send it to every region that takes part.

    The agreement's state goes out before the participations that refer to it.
    """
    asked, today = requests.publish(call.body), date_of(call.now)
    kept = begin(cur, call)
    agreement, fact = kept.agreement.publish(_publication(call, kept, asked))
    known = store.participations(cur, agreement.id)
    moved = after_publication(agreement, known, today, asked.respond_by)
    version = agreement.versions[-1]
    store.save(cur, agreement, call.now)
    store.add_version(cur, agreement, version, messages.terms_hash(version.terms))
    announce(cur, call, kept, agreement)
    move(cur, call, agreement, moved)
    return finish(cur, call, agreement, fact)


def suspend_agreement(cur: Cursor, call: Call) -> Answer:
    """Allow no new placements for now."""
    reason = requests.suspension(call.body)
    kept = begin(cur, call)
    return _announced(cur, call, kept, kept.agreement.suspend(call.now, reason))


def resume_agreement(cur: Cursor, call: Call) -> Answer:
    """Allow new placements again."""
    reason = requests.resumption(call.body)
    kept = begin(cur, call)
    return _announced(cur, call, kept, kept.agreement.resume(call.now, reason))


def end_agreement(cur: Cursor, call: Call) -> Answer:
    """End the agreement for good."""
    asked, today = requests.ending(call.body), date_of(call.now)
    kept = begin(cur, call)
    ended = kept.agreement.end(call.now, today, asked.ends_on, asked.reason)
    return _announced(cur, call, kept, ended)


def _announced(cur: Cursor, call: Call, kept: Kept, step: tuple[Agreement, Fact]) -> Answer:
    agreement, fact = step
    store.save(cur, agreement, call.now)
    announce(cur, call, kept, agreement)
    return finish(cur, call, agreement, fact)


def _publication(call: Call, kept: Kept, asked: requests.Publish) -> Publication:
    return Publication(
        # The row is locked, so no other state can take this sequence meanwhile.
        sequence=(kept.sequence or 0) + 1,
        at=call.now,
        on=date_of(call.now),
        employer_consent_on=asked.employer_consent_on,
        previous_valid_until=asked.previous_valid_until,
        reason=asked.reason,
    )
