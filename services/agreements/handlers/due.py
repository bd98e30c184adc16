# SPDX-License-Identifier: EUPL-1.2
"""What a step makes due: timers for its deadlines, and tasks on the lists of desks."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.agreements import store
from services.agreements.domain import Agreement, Participation, Participations, Standing
from services.agreements.domain.deadlines import DAY, Deadline, Kind, of_response
from services.agreements.domain.life import OVER
from services.agreements.domain.participation import AWAITED
from services.agreements.schemas import messages
from services.agreements.store import Kept
from shared.messaging import tasks
from shared.messaging.tasks import SLW, Task
from shared.runtime import Cursor, timers
from shared.runtime.calendar import moment_of
from shared.runtime.clock import date_of
from shared.runtime.timers import Timer

SERVICE = "agreements"
About = dict[str, str | int | None]
ASKED = frozenset({Standing.INVITED, Standing.TO_BE_CONFIRMED})


@dataclass(frozen=True, slots=True)
class Turn:
    """An agreement before and after a step, with the parts that it moved."""

    before: Kept
    after: Kept
    known: Participations
    moved: Sequence[Participation]


def follow(cur: Cursor, turns: Sequence[Turn], now: datetime) -> None:
    """Set the timers of these turns, and open and close the tasks: set by set."""
    timers.set(cur, [timer for turn in turns for timer in _timers(turn, date_of(now))])
    if settled := [subject for turn in turns for subject in _settled(turn)]:
        tasks.close(cur, settled, service=SERVICE, now=now)
    if over := [turn.after.agreement.id for turn in turns if _ended(turn)]:
        left = waiting_subjects(cur, over)
        tasks.close(cur, left, service=SERVICE, now=now, outcome="over")
    opened = [task for turn in turns for task in _tasks(turn)]
    tasks.open(cur, opened, service=SERVICE, now=now)


def waiting_subjects(cur: Cursor, ids: Collection[str], *whats: str) -> list[str]:
    """Name what may wait on a list about these agreements: of these kinds, or of any."""
    return [
        f"{row['what']}/{row['agreement_id']}/{row['number']}"
        for row in store.work.waiting(cur, ids)
        if not whats or row["what"] in whats
    ]


def respond_subject(agreement_id: str, respond_by: date) -> str:
    """Name all regions of an agreement that have until that day."""
    return f"respond/{agreement_id}/{respond_by}"


def reminder(agreement_id: str, part: Participation, kind: str) -> Task:
    """Ask a region for its answer."""
    about = {"agreementId": agreement_id, "region": part.region}
    return Task(part.region, kind, _subject(part), about, part.respond_by)


def silence(agreement_id: str, part: Participation) -> Task:
    """Tell the coordinator that a region has not answered."""
    about = {"agreementId": agreement_id, "region": part.region}
    return Task(SLW, "no_response", _subject(part), about)


def timer(subject: str, deadline: Deadline) -> Timer:
    """Set what falls due at the start of a day."""
    return Timer(deadline.kind.value, subject, moment_of(deadline.on))


def _timers(turn: Turn, today: date) -> Iterator[Timer]:
    agreement = turn.after.agreement
    last_day = agreement.last_day
    if last_day and last_day != turn.before.agreement.last_day:
        subject = messages.subject_of(agreement.id)
        yield timer(subject, Deadline(Kind.EXPIRE, last_day + DAY))
    if _opened(turn) and agreement.consulted:
        subject = messages.consultation_of(agreement.id)
        yield timer(
            subject, Deadline(Kind.CLOSE_CONSULTATION, agreement.consulted.respond_by + DAY)
        )
    for respond_by in sorted({day for part in _asked(turn) if (day := part.respond_by)}):
        for deadline in of_response(today, respond_by):
            yield timer(respond_subject(agreement.id, respond_by), deadline)
    for part in turn.moved:
        if part.leaves_on:
            yield timer(_subject(part), Deadline(Kind.LEAVE, part.leaves_on + DAY))


def _asked(turn: Turn) -> Iterable[Participation]:
    """Give the regions whose time to respond this turn starts; a draft asks nobody yet."""
    if not turn.after.agreement.travels:
        return ()
    first = not turn.before.agreement.travels
    return [part for part in turn.moved if part.standing in ASKED and (first or _anew(turn, part))]


def _anew(turn: Turn, part: Participation) -> bool:
    before = turn.known.get(part.region)
    return before is None or (before.standing, before.respond_by) != (
        part.standing,
        part.respond_by,
    )


def _settled(turn: Turn) -> Iterator[str]:
    """Name what waits for nobody any more."""
    before, after = turn.before.agreement, turn.after.agreement
    over = after.status in OVER
    if before.consultation and (over or _opened(turn) or _closed(turn) or _went_on(turn)):
        yield messages.consultation_of(after.id)
    now = {part.region: part for part in turn.moved}
    for region, part in turn.known.items():
        awaited = now.get(region, part).standing in AWAITED and not over
        if part.standing in AWAITED and not awaited:
            yield _subject(part)


def _tasks(turn: Turn) -> Iterator[Task]:
    agreement = turn.after.agreement
    if _closed(turn) and agreement.draft and agreement.status not in OVER:
        yield _read_comments(agreement)
    if agreement.consulted is None:
        return
    fresh = {part.region for part in turn.moved if part.standing is Standing.INVITED}
    for region in turn.after.participants:
        if _opened(turn) or region in fresh:
            yield _comment(agreement, region)


def _comment(agreement: Agreement, region: str) -> Task:
    opened = agreement.consulted
    assert opened is not None, "comments are asked for while a consultation is open"  # noqa: S101
    about: About = {"agreementId": agreement.id, "round": opened.round}
    subject = messages.consultation_of(agreement.id)
    return Task(region, "comment_on_concept", subject, about, opened.respond_by)


def _read_comments(agreement: Agreement) -> Task:
    closed = agreement.consultation
    about: About = {"agreementId": agreement.id, "round": closed.round if closed else None}
    return Task(SLW, "comments_to_read", messages.consultation_of(agreement.id), about)


def _ended(turn: Turn) -> bool:
    return turn.after.agreement.status in OVER and turn.before.agreement.status not in OVER


def _opened(turn: Turn) -> bool:
    before, after = turn.before.agreement.consulted, turn.after.agreement.consulted
    return after is not None and (before is None or before.round != after.round)


def _closed(turn: Turn) -> bool:
    return bool(turn.before.agreement.consulted and not turn.after.agreement.consulted)


def _went_on(turn: Turn) -> bool:
    """Tell whether something was done with the draft, so that its comments were read."""
    return turn.before.agreement.draft != turn.after.agreement.draft


def _subject(part: Participation) -> str:
    return f"participation/{part.agreement_id}/{part.region}"
