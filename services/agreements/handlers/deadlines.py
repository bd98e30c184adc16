# SPDX-License-Identifier: EUPL-1.2
"""What happens on a day: each handler looks at what it finds, which may be settled already."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from services.agreements import store
from services.agreements.domain import Fact, Participation, Region, Role, Status, Step, remove
from services.agreements.domain.deadlines import Kind
from services.agreements.domain.life import OVER
from services.agreements.domain.participation import awaited, note_silence
from services.agreements.handlers.due import SERVICE, reminder, silence
from services.agreements.handlers.exchange import hold
from services.agreements.handlers.step import Made, settle_all
from services.agreements.store import Doer, Kept
from shared.messaging import tasks
from shared.runtime import Cursor
from shared.runtime.clock import date_of
from shared.runtime.timers import Due

SYSTEM = Doer("system", Role.SYSTEM)
RUNNING = frozenset({Status.PUBLISHED, Status.SUSPENDED, Status.ENDED})
REMINDERS: Mapping[Kind, str] = {
    Kind.REMIND_HALF_WAY: "decide_on_agreement",
    Kind.REMIND_LAST_WEEK: "decide_this_week",
}


def expire(cur: Cursor, due: Sequence[Due], now: datetime) -> None:
    """Let agreements expire whose last day has passed."""
    kept, known = _locked(cur, [_id(one) for one in due])
    today = date_of(now)
    over = [
        one
        for one in kept.values()
        if one.agreement.status in RUNNING
        and one.agreement.last_day
        and one.agreement.last_day < today
    ]
    steps = []
    for one in over:
        agreement, fact = one.agreement.expire(now)
        parts = known[agreement.id]
        steps.append((one, Made(agreement, [(fact, SYSTEM)], parts, announced=True)))
    settle_all(cur, steps, now)


def tell_frameworks(cur: Cursor, due: Sequence[Due], now: datetime) -> None:
    """Tell what offering a place needs of agreements that nobody told it of yet."""
    kept, known = _locked(cur, [_id(one) for one in due])
    steps = [
        (one, Made(one.agreement, [], known[one.agreement.id], reframed=True))
        for one in kept.values()
        if one.agreement.travels
    ]
    settle_all(cur, steps, now)


def close_consultations(cur: Cursor, due: Sequence[Due], now: datetime) -> None:
    """Wait for no more comments where the last day for them has passed."""
    kept = store.lock_all(cur, {_id(one) for one in due})
    steps = []
    for one in kept.values():
        opened = one.agreement.consulted
        if opened and opened.respond_by < date_of(now):
            agreement, fact = one.agreement.close_consultation(now)
            steps.append((one, Made(agreement, [(fact, SYSTEM)])))
    settle_all(cur, steps, now)


def remind(cur: Cursor, kind: Kind, due: Sequence[Due], now: datetime) -> None:
    """Put on the lists of regions that their answer is awaited."""
    kept, known = _locked(cur, [_id(one) for one in due])
    opened = [
        reminder(_id(one), part, REMINDERS[kind])
        for one in due
        if kept[_id(one)].agreement.status not in OVER
        for part in awaited(known[_id(one)], _day(one))
    ]
    tasks.open(cur, opened, service=SERVICE, now=now)


def note_silences(cur: Cursor, due: Sequence[Due], now: datetime) -> None:
    """Put on the coordinator's list which regions have not answered in time."""
    kept, known = _locked(cur, [_id(one) for one in due])
    silent = {
        agreement_id: [
            part
            for one in due
            if _id(one) == agreement_id
            for part in note_silence(known[agreement_id], _day(one))
        ]
        for agreement_id, held in kept.items()
        if held.agreement.status not in OVER
    }
    steps = [(kept[one], _noted(kept[one], parts)) for one, parts in silent.items() if parts]
    settle_all(cur, steps, now)
    opened = [silence(one, part) for one, parts in silent.items() for part in parts]
    tasks.open(cur, opened, service=SERVICE, now=now)


def let_leave(cur: Cursor, due: Sequence[Due], now: datetime) -> None:
    """End the part of regions whose notice is over."""
    kept, known = _locked(cur, [_id(one) for one in due])
    today = date_of(now)
    wanted = {(_id(one), Region(one.subject.split("/")[2])) for one in due}
    steps = []
    for agreement_id, one in kept.items():
        leavers = [
            part
            for region, part in sorted(known[agreement_id].items())
            if (agreement_id, region) in wanted and part.leaves_on and part.leaves_on < today
        ]
        gone = [remove(known[agreement_id], part.region, part.reason) for part in leavers]
        done = [(fact, SYSTEM) for _, fact in gone]
        parts = [part for part, _ in gone]
        steps.append((one, Made(one.agreement, done, known[agreement_id], parts)))
    settle_all(cur, [step for step in steps if step[1].moved], now)


def hold_evaluations(cur: Cursor, due: Sequence[Due], now: datetime) -> None:
    """Freeze the figures of evaluations whose day has come."""
    kept, known = _locked(cur, [_id(one) for one in due])
    hold(cur, kept, known, SYSTEM, now)


def _locked(
    cur: Cursor, ids: Collection[str]
) -> tuple[dict[str, Kept], Mapping[str, dict[Region, Participation]]]:
    wanted = set(ids)
    return store.lock_all(cur, wanted), store.all_participations(cur, wanted)


def _noted(kept: Kept, parts: Sequence[Participation]) -> Made:
    regions: Iterable[Region] = (part.region for part in parts)
    fact = Fact(Step.NO_RESPONSE, regions=tuple(sorted(regions)))
    return Made(kept.agreement, [(fact, SYSTEM)], noted=parts)


def _id(due: Due) -> str:
    return due.subject.split("/")[1]


def _day(due: Due) -> date:
    return date.fromisoformat(due.subject.split("/")[2])
