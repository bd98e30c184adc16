# SPDX-License-Identifier: EUPL-1.2
"""The checker: records in, verdict out. It asks nobody and knows no part of the product.

A record is a mapping whose `record` says what it tells of:

    answer   how one command ended for its caller: kind, outcome, mark, owes; when it begun and
             ended (after), and how often it was asked for
    mark     what an owner's tables say was done, once for each time that it was done
    journal  a state that an owner published: subject, sequence, hash
    owed     the newest state that a recipient must end up with: recipient, subject, sequence
    held     what a recipient stores after quiescence: recipient, subject, sequence, hash
    applied  a write at a recipient, in the order of the writes: place, recipient, subject, sequence
    counted  how often places got so far, in each account of it: account, subject, step, times
    tampered a write that a fault made by hand: place, recipient, subject
    trouble  what the product itself gave up, noted or left behind: what, why
    fault    a fault that struck or should have: number, kind, effect (None when nothing was seen
             of it), when it begun and was over (after)
    recovery how long after a fault a new publication was received everywhere: number, kind,
             seconds, and when that was (after)

An outage is from the beginning of a fault to the recovery from it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

Record = Mapping[str, Any]
Key = tuple[str, str]
ACKNOWLEDGED, REFUSED, UNANSWERED = "acknowledged", "refused", "unanswered"
# Where nothing is bound for a recipient its message falls into the last net, and is kept there.
# What the broker refuses again and again is put aside, and the watchdog sends what is still owed.
EXPLAINED = {
    "dead letter of broker": frozenset({"queue-deleted"}),
    "blocked": frozenset({"broker-disk-full"}),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a campaign showed; each finding is a sentence."""

    attempts: int
    acknowledged: int
    refused: int
    unanswered: int
    lost: Sequence[str]
    applied_twice: Sequence[str]
    older_over_newer: Sequence[str]
    divergent: Sequence[str]
    unexpected: Sequence[str]
    faults: Mapping[str, int]
    unproven: Mapping[str, int]
    recovery_seconds: Mapping[str, Mapping[str, float]]
    calm: int
    calm_at_once: int

    @property
    def calm_share(self) -> float | None:
        """Give the share of the commands outside outages that succeeded when asked for once."""
        return round(self.calm_at_once / self.calm, 4) if self.calm else None

    @property
    def findings(self) -> Mapping[str, Sequence[str]]:
        """What was found, by the word for it."""
        return {
            "lost": self.lost,
            "applied_twice": self.applied_twice,
            "older_over_newer": self.older_over_newer,
            "divergent": self.divergent,
            "unexpected": self.unexpected,
        }

    @property
    def clean(self) -> bool:
        """Tell whether nothing was found."""
        return not any(self.findings.values())


def judge(records: Iterable[Record]) -> Verdict:
    """Hold everything that was recorded against the promise."""
    told: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        told[record["record"]].append(record)
    outcomes = Counter(answer["outcome"] for answer in told["answer"])
    repeated, backwards = _order(told["applied"], told["tampered"])
    lost, unfounded, done_twice = _commands(told["answer"], told["mark"])
    missing, divergent = _holdings(told["answer"], told["journal"], told["owed"], told["held"])
    faults = Counter(fault["kind"] for fault in told["fault"] if fault["effect"])
    calm = _outside(told["answer"], _outages(told["fault"], told["recovery"]))
    return Verdict(
        attempts=len(told["answer"]),
        acknowledged=outcomes[ACKNOWLEDGED],
        refused=outcomes[REFUSED],
        unanswered=outcomes[UNANSWERED],
        lost=[*lost, *missing],
        applied_twice=[*done_twice, *repeated],
        older_over_newer=backwards,
        divergent=[*divergent, *_miscounted(told["counted"])],
        unexpected=[*unfounded, *_surprises(told["answer"], told["trouble"], faults)],
        faults=dict(sorted(faults.items())),
        unproven=Counter(fault["kind"] for fault in told["fault"] if not fault["effect"]),
        recovery_seconds=_recoveries(told["recovery"]),
        calm=len(calm),
        calm_at_once=sum(
            answer["outcome"] == ACKNOWLEDGED and answer["asked"] == 1 for answer in calm
        ),
    )


def _commands(
    answers: Sequence[Record], marks: Sequence[Record]
) -> tuple[list[str], list[str], list[str]]:
    """Hold what callers were told against what was done."""
    done = Counter(mark["mark"] for mark in marks)
    lost, unfounded, twice = [], [], []
    for answer in answers:
        mark = answer["mark"]
        named = f"{answer['kind']} {mark}"
        if mark is None:
            continue
        if answer["outcome"] == ACKNOWLEDGED and not done[mark]:
            lost.append(f"{named}: acknowledged, and not there")
        if answer["outcome"] == REFUSED and done[mark]:
            unfounded.append(f"{named}: refused, and done all the same")
        if done[mark] > 1:
            twice.append(f"{named}: done {done[mark]} times")
    return lost, unfounded, twice


def _order(applied: Sequence[Record], tampered: Sequence[Record]) -> tuple[list[str], list[str]]:
    """Follow each recipient's writes of each subject: every one must be newer than the last."""
    last: dict[tuple[str, str, str], int] = {}
    by_hand = set(map(_written, tampered))
    twice, backwards = [], []
    for one in applied:
        key = _written(one)
        if key in by_hand:
            continue
        before, now = last.get(key), one["sequence"]
        last[key] = now
        if before is None or before < now:
            continue
        sentence = f"{one['recipient']} {one['subject']} in {one['place']}: {now} after {before}"
        (twice if before == now else backwards).append(sentence)
    return twice, backwards


def _written(one: Record) -> tuple[str, str, str]:
    return (one["place"], one["recipient"], one["subject"])


def _outages(faults: Sequence[Record], recoveries: Sequence[Record]) -> list[tuple[float, float]]:
    """Give when each fault began and was recovered from; what never was ends with nothing."""
    recovered = {one["number"]: one["after"] for one in recoveries}
    return [
        (one["begun"], recovered.get(one["number"], inf if one["effect"] else one["after"]))
        for one in faults
        if "begun" in one
    ]


def _outside(answers: Sequence[Record], outages: Sequence[tuple[float, float]]) -> list[Record]:
    """Give the commands of which no moment lies in any outage."""
    return [
        one
        for one in answers
        if "begun" in one
        and not any(begun <= one["after"] and one["begun"] <= over for begun, over in outages)
    ]


def _holdings(
    answers: Sequence[Record],
    journal: Sequence[Record],
    owed: Sequence[Record],
    held: Sequence[Record],
) -> tuple[list[str], list[str]]:
    """Hold what each recipient stores against the owner's newest, and against what callers know."""
    hashes = {(one["subject"], one["sequence"]): one["hash"] for one in journal}
    stored = {(one["recipient"], one["subject"]): one for one in held}
    missing: dict[Key, str] = {}
    divergent: dict[Key, str] = {}
    for one in owed:
        key = (one["recipient"], one["subject"])
        wanted = hashes.get((one["subject"], one["sequence"]))
        found = stored.get(key)
        if found is None:
            missing[key] = f"{key[0]} {key[1]}: {one['sequence']} is owed, nothing is held"
        elif (found["sequence"], found["hash"]) != (one["sequence"], wanted):
            divergent[key] = f"{key[0]} {key[1]}: {one['sequence']} is owed, {_shown(found)} held"
    for key, sequence in _known_to_callers(answers).items():
        found = stored.get(key)
        if found is None or found["sequence"] < sequence:
            missing[key] = f"{key[0]} {key[1]}: {sequence} was acknowledged, {_shown(found)} held"
    for key, found in stored.items():
        if (key[1], found["sequence"]) not in hashes:
            divergent[key] = f"{key[0]} {key[1]}: {_shown(found)} held, never published"
    return list(missing.values()), list(divergent.values())


def _miscounted(counted: Sequence[Record]) -> list[str]:
    """Hold the accounts of a count against each other: what one leaves out it counts as none."""
    accounts = sorted({one["account"] for one in counted})
    times: dict[Key, Counter[str]] = defaultdict(Counter)
    for one in counted:
        times[one["subject"], one["step"]][one["account"]] += one["times"]
    return [
        f"{subject} {step}: " + ", ".join(f"{found[one]} by {one}" for one in accounts)
        for (subject, step), found in sorted(times.items())
        if len({found[one] for one in accounts}) > 1
    ]


def _known_to_callers(answers: Sequence[Record]) -> dict[Key, int]:
    """Give the newest sequence that an acknowledged command owes each recipient."""
    known: dict[Key, int] = {}
    for answer in answers:
        if answer["outcome"] != ACKNOWLEDGED:
            continue
        for owes in answer.get("owes", ()):
            for recipient in owes["recipients"]:
                key = (recipient, owes["subject"])
                known[key] = max(known.get(key, 0), owes["sequence"])
    return known


def _shown(held: Record | None) -> str:
    return "nothing is" if held is None else f"{held['sequence']} ({held['hash'][:8]}) is"


def _surprises(
    answers: Sequence[Record], trouble: Sequence[Record], faults: Mapping[str, int]
) -> list[str]:
    """Give what nothing that was done to the product explains."""
    refusals = [
        f"{one['kind']} {one['mark']}: {one.get('said')}"
        for one in answers
        if one["outcome"] == REFUSED and not one.get("tolerated")
    ]
    left = [
        f"{one['what']}: {one['why']}"
        for one in trouble
        if not EXPLAINED.get(one["what"], frozenset()) & faults.keys()
    ]
    return refusals + left


def _recoveries(recoveries: Sequence[Record]) -> dict[str, dict[str, float]]:
    taken: dict[str, list[float]] = defaultdict(list)
    for one in recoveries:
        taken[one["kind"]].append(one["seconds"])
    return {
        kind: {
            "p50": share(seconds, 0.5),
            "p95": share(seconds, 0.95),
            "max": round(max(seconds), 2),
        }
        for kind, seconds in sorted(taken.items())
    }


def share(values: Sequence[float], part: float) -> float:
    """Give the value that this part of all values does not exceed (nearest rank)."""
    ranked = sorted(values)
    return round(ranked[max(0, -(-int(len(ranked) * part * 100) // 100) - 1)], 2)
