/* SPDX-License-Identifier: EUPL-1.2 */
/* Delivery, as shared/messaging does it: journal, outbox, relay, broker, gate, receipt, ledger,
 * watchdog; with processes that may die between any two steps, links that may break, and a
 * broker that may lose everything, repeat and reorder. docs/formal-model.md reads it aloud.
 *
 *   owner                                        service of the recipients
 *   Publisher -> outbox -> Relay -> queue -> Consumer -> gate and copies
 *   ledger <- Collector <- receipt_queue <- Returner <- receipt_outbox <-+
 *     |
 *     +-> watchdog, in the relay's thread -> outbox
 *
 * Bounds: one subject, SEQUENCES states of it, RECIPIENTS recipients (at most 3 and 2), and
 * FAULTS faults in a run, of any kinds at any moments. A set of (sequence, recipient) is a byte
 * with a bit for each pair. A queue is such a set: what is in it comes out in any order, in
 * batches of any size, and may come out again. Time is not modelled: what has a time-out may
 * come at any moment. With 2 recipients, 2 states and 1 fault there are 1,480,638 states for
 * safety and 4,200,784 for convergence; the others are counted in docs/formal-model.md.
 */

#ifndef SEQUENCES
#define SEQUENCES 2
#endif
#ifndef RECIPIENTS
#define RECIPIENTS 2
#endif
#ifndef FAULTS
#define FAULTS 1
#endif

/* Which safety properties are asserted: all, or those that a run names. */
#define NEVER_OLDER                1
#define APPLIED_AT_MOST_ONCE       2
#define ACKNOWLEDGED_IS_COMMITTED  4
#define MARKED_IS_CONFIRMED        8
#define RECEIVED_IS_APPLIED       16
#ifndef PROPERTIES
#define PROPERTIES 31
#endif

#define PAIR(s, r)  (1 << (2 * ((s) - 1) + (r)))
#define ROW(s)      (((1 << RECIPIENTS) - 1) << (2 * ((s) - 1)))  /* a state, its audience */
#define UPTO(s)     ((1 << (2 * (s))) - 1)
#define OF(r)       (21 << (r))                                   /* all of one recipient */
#define HIGHEST(set, r) (((set) & PAIR(3, r)) -> 3 : (((set) & PAIR(2, r)) -> 2 : \
                        (((set) & PAIR(1, r)) -> 1 : 0)))
/* The rows of the relay's window of which a part holds every copy. */
#define WHOLE_ROW(part, s)  (((window & ROW(s) & ~(part)) == 0) * ROW(s))
#define WHOLE_ROWS(part)    (window & (WHOLE_ROW(part, 1) | WHOLE_ROW(part, 2) | WHOLE_ROW(part, 3)))

byte faults = FAULTS;

/* The owner's database. What is neither pending nor received of the ledger is superseded. */
byte newest;          /* the journal */
byte pending;         /* the ledger */
byte received;        /* the ledger */
byte outbox;          /* rows that no relay has in hand */

/* The relay: what it has in hand, still unsent for the database, and what the broker stored of
 * it: the properties alone read that. */
byte window;
byte stored;

/* The broker, and whether it still remembers the batch that the consumer has in hand. */
byte queue;
byte receipt_queue;
bool unacknowledged;

/* The service of the recipients: one process with its batch, and its database. The gate's row
 * and the recipient's copy are one here, because one transaction writes both. */
byte batch;
byte holds[2];
byte receipt_outbox;
byte applied;         /* ever; the properties alone read it */

/* With reconciliation the copy may get lost behind the gate's back, so that they are two. */
#ifdef RECONCILIATION
byte gate[2];
byte kept;            /* applied, and not lost since; the properties alone read it */
#define GATE(r)           gate[r]
#define KEPT              kept
#define STORE(r, s)       holds[r] = s; gate[r] = s; kept = kept | PAIR(s, r)
#define EVER_HELD(r)      HIGHEST(applied, r)
#else
#define GATE(r)           holds[r]
#define KEPT              applied
#define STORE(r, s)       holds[r] = s
#define EVER_HELD(r)      holds[r]
#endif

bool never_older = true;
bool applied_at_most_once = true;
bool acknowledged_is_committed = true;
bool marked_is_confirmed = true;
bool received_is_applied = true;

inline must(property, name, fact) {
    if
    :: (PROPERTIES & property) && !(fact) -> name = false
    :: else
    fi;
    assert(name)
}

/* Any part of a set: all, nothing, or something between. */
inline choose(set, part, one) {
    part = 0; one = 1;
    do
    :: one > (set) -> break
    :: one <= (set) && ((set) & one) -> part = part | one; one = one << 1
    :: one <= (set) -> one = one << 1
    od;
    one = 0
}

/* journal.publish: the state, what is owed of it, and its outbox row, in one transaction. */
active proctype Publisher() {
    do
    :: atomic {
        newest < SEQUENCES ->
        newest++;
        pending = pending | ROW(newest);
        outbox = outbox | ROW(newest);
        printf("owner: commits state %d\n", newest)
    }
    :: newest == SEQUENCES -> break
    od;
#ifdef TIME_GOES_ON
    /* A run that comes to rest is one that goes on for ever, or convergence would not see it. */
    do
    :: newest == SEQUENCES -> skip
    od
#endif
}

/* A window goes out. The broker stores and confirms all of it; or it stores some copies, and
 * the relay dies (crash point relay.after-publish), or its link does, or it waits in vain and
 * marks the rows of which it heard. A copy that arrives late is one that is taken late. */
inline send(part, one) {
    if
    :: queue = queue | window; stored = window;
        printf("relay: publishes %x, confirmed\n", window)
    :: faults > 0 -> faults--;
        choose(window, part, one);
        queue = queue | part; stored = part;
        if
        :: printf("relay: publishes %x, the broker stores %x, the relay dies\n", window, part);
            part = 0
        :: WHOLE_ROWS(part) != 0 ->
            printf("relay: publishes %x, the broker stores %x, part is confirmed\n", window, part);
            part = WHOLE_ROWS(part)
        fi;
        mark(part);
        part = 0
    fi
}

/* mark_sent: these leave the outbox, the others of the window are still in it. */
inline mark(rows) {
    must(MARKED_IS_CONFIRMED, marked_is_confirmed, ((rows) & ~stored) == 0);
    outbox = outbox | (window & ~(rows));
    window = 0; stored = 0
}

/* The newest delivery to each recipient, if it is pending and no row of its state is unsent. */
#define DUE (newest == 0 || (outbox & ROW(newest)) -> 0 : (pending & ROW(newest)))
/* Recipients of whom a state or a receipt is anywhere between the relay and the ledger. */
#define SEEN (queue | batch | receipt_outbox | receipt_queue)
#define ON_ITS_WAY (((SEEN & OF(0)) != 0) * OF(0) | ((SEEN & OF(1)) != 0) * OF(1))

inline watchdog(part, one) {
    if
    /* What is lost is seen in the end. */
    :: DUE & ~ON_ITS_WAY ->
        part = DUE & ~ON_ITS_WAY
    /* What is still on its way may be taken for lost, too early: a fault like another. */
    :: (DUE & ON_ITS_WAY) && faults > 0 ->
        faults--;
        choose(DUE & ON_ITS_WAY, part, one);
        part = part | (DUE & ~ON_ITS_WAY)
    fi;
    outbox = outbox | part;
    printf("watchdog: owes %x once more\n", part);
    part = 0
}

active proctype Relay() {
    byte part, one;
end_idle:
    do
#ifndef MARK_BEFORE_CONFIRM
    /* To read a window changes nothing, and nobody sees it before the broker: one step. */
    :: atomic {
        outbox != 0 -> window = outbox; outbox = 0;
        send(part, one);
        if
        :: window == 0 -> goto end_idle
        :: else
        fi
    };
        if
        :: atomic { printf("relay: marks %x\n", window); mark(window) }
        /* Crash point relay.after-confirm. */
        :: atomic { faults > 0 -> faults--; mark(0); printf("relay: dies before its mark\n") }
        fi
#else
    :: atomic {
        outbox != 0 -> window = outbox; outbox = 0; part = window;
        printf("relay: marks %x\n", part); mark(part)
    };
        atomic {
            if
            :: queue = queue | part; printf("broker: stores %x\n", part)
            :: faults > 0 -> faults--;
                window = part; choose(window, part, one);
                queue = queue | part; printf("broker: stores %x of %x\n", part, window)
            fi;
            window = 0; part = 0
        }
#endif
#ifndef NO_WATCHDOG
    :: atomic { DUE && ((DUE & ~ON_ITS_WAY) || faults > 0) -> watchdog(part, one) }
#endif
    od
}

/* One recipient's part of a batch: newest of each, gate, copy, receipt of what the gate holds. */
inline apply(r, highest) {
    highest = HIGHEST(batch, r);
    if
#if defined(NO_GATE)
    :: highest > 0 ->
#elif defined(GATE_LETS_EQUAL_PASS)
    :: highest > 0 && highest >= GATE(r) ->
#else
    :: highest > GATE(r) ->
#endif
        printf("consumer: recipient %d, with state %d, applies state %d\n", r, holds[r], highest);
        must(NEVER_OLDER, never_older, highest >= holds[r]);
        must(APPLIED_AT_MOST_ONCE, applied_at_most_once, (KEPT & PAIR(highest, r)) == 0);
        applied = applied | PAIR(highest, r);
        STORE(r, highest);
        receipt_outbox = receipt_outbox | PAIR(highest, r)
    :: else ->
#ifndef NO_ANSWER_TO_REPEATS
        if
        :: highest > 0 && GATE(r) > 0 -> receipt_outbox = receipt_outbox | PAIR(GATE(r), r)
        :: else
        fi
#else
        skip
#endif
    fi;
    highest = 0
}

#define BATCH_IS_COMMITTED (HIGHEST(batch, 0) <= EVER_HELD(0) && HIGHEST(batch, 1) <= EVER_HELD(1))

inline acknowledge() {
    must(ACKNOWLEDGED_IS_COMMITTED, acknowledged_is_committed, BATCH_IS_COMMITTED);
    unacknowledged = false;
    printf("consumer: acknowledges %x\n", batch)
}

/* The consumer dies, or its link: what the broker still remembers comes again. */
inline die() {
    faults > 0 -> faults--;
    queue = queue | (unacknowledged * batch);
    unacknowledged = false; batch = 0
}

active proctype Consumer() {
    byte part, one;
end_idle:
    do
    :: atomic {
        queue != 0 ->
        choose(queue, part, one);
        if
        :: part == 0 -> part = queue    /* a batch is never empty */
        :: else
        fi;
        batch = part; queue = queue & ~part; unacknowledged = true; part = 0;
        printf("consumer: takes %x\n", batch)
    };
#ifdef ACK_BEFORE_COMMIT
    atomic { acknowledge() };
#endif
#ifdef RECEIPT_BEFORE_COMMIT
    atomic { receipt_outbox = receipt_outbox | batch; printf("consumer: receipts %x\n", batch) };
#endif
    /* Crash points consumer.after-receive and consumer.before-commit are one: a transaction
     * that is not committed never was. */
    if
    :: atomic { apply(0, one); apply(1, one) }
    :: atomic { die(); printf("consumer: dies before its commit\n"); goto end_idle }
    fi;
    /* Crash point consumer.before-ack. */
    if
    :: atomic {
#ifndef ACK_BEFORE_COMMIT
        acknowledge();
#endif
        unacknowledged = false; batch = 0
    }
    :: atomic { die(); printf("consumer: dies before its ack\n") }
    fi
    od
}

/* The way back runs the same code of relay and consumer. Its notices are idempotent lists, so
 * that it is told in fewer steps: a process that dies in the middle has sent twice, or takes
 * twice, or has done nothing. */
active proctype Returner() {
    byte part, one;
end_idle:
    do
    :: atomic {
        receipt_outbox != 0 ->
        printf("returner: publishes receipts %x\n", receipt_outbox);
        if
        :: receipt_queue = receipt_queue | receipt_outbox; receipt_outbox = 0
        :: faults > 0 -> faults--;
            choose(receipt_outbox, part, one);
            receipt_queue = receipt_queue | part; part = 0;
            printf("returner: dies before its mark\n")
        fi
    }
    od
}

inline record(r, highest, part) {
    highest = HIGHEST(part, r);
    must(RECEIVED_IS_APPLIED, received_is_applied, highest <= EVER_HELD(r));
    if
    :: highest > 0 ->
        received = received | (pending & PAIR(highest, r));
        pending = pending & ~(OF(r) & UPTO(highest))
    :: else
    fi;
    highest = 0
}

active proctype Collector() {
    byte part, one;
end_idle:
    do
    :: atomic {
        receipt_queue != 0 ->
        choose(receipt_queue, part, one);
        if
        :: part == 0 -> part = receipt_queue
        :: else
        fi;
        printf("collector: records receipts %x\n", part);
        record(0, one, part); record(1, one, part);
        must(RECEIVED_IS_APPLIED, received_is_applied, (received & ~applied) == 0);
        if
        :: receipt_queue = receipt_queue & ~part
        :: faults > 0 -> faults--; printf("collector: dies before its ack\n")
        fi;
        part = 0
    }
    od
}

#ifdef RECONCILIATION
inline lose_copy(r) {
    if
    :: holds[r] = 0
    /* A backup holds what was there once. */
    :: holds[r] > 1 && (applied & PAIR(holds[r] - 1, r)) -> holds[r]--; gate[r] = holds[r]
    fi;
    kept = kept & ~(OF(r) & ~UPTO(holds[r]));
    printf("misfortune: recipient %d is left with state %d, its gate says %d\n", r, holds[r], gate[r])
}

/* The ledger says received, nothing of it is owed any more, and the recipient stores less. */
#define IS_LOST(r)  ((pending & OF(r)) == 0 && holds[r] < HIGHEST(received, r))

#define STILL_OWED_NOTHING(s, r)  ((received & PAIR(s, r)) && (pending & OF(r)) == 0)

/* A round looks at one recipient, has it lower its gate, and owes it the state once more. It is
 * three transactions in two databases, so that everything may come between them. That a finding
 * must be found twice is about what is on its way, and time is not modelled. */
active proctype Reconciler() {
    byte r, lost, seen;
end_idle:
    do
    :: atomic {
        if
        :: IS_LOST(0) -> r = 0
        :: RECIPIENTS > 1 && IS_LOST(1) -> r = 1
        fi;
        lost = HIGHEST(received, r); seen = holds[r];
        printf("reconciler: recipient %d has lost state %d, and holds %d\n", r, lost, seen)
    };
#if defined(LOWER_TO_WHAT_WAS_SEEN)
        atomic { gate[r] = seen; printf("reconciler: the gate of %d says %d now\n", r, gate[r]) };
#elif !defined(REPAIR_WITHOUT_LOWERING)
        /* lower_gate: to what is stored now, its row being locked, and never further. */
        atomic {
            if
            :: gate[r] > holds[r] -> gate[r] = holds[r]
            :: else
            fi;
            printf("reconciler: the gate of %d says %d now\n", r, gate[r])
        };
#endif
        atomic {
            if
            :: STILL_OWED_NOTHING(lost, r) ->
#ifndef LOWER_WITHOUT_REPAIR
                received = received & ~PAIR(lost, r);
                pending = pending | PAIR(lost, r);
                outbox = outbox | PAIR(lost, r);
#endif
                printf("reconciler: owes state %d to %d once more\n", lost, r)
            :: !STILL_OWED_NOTHING(lost, r)
            /* Crash point reconcile.after-lower: the next round begins again. At
             * reconcile.after-check nothing has changed yet. */
            :: faults > 0 -> faults--; printf("reconciler: dies before its repair\n")
            fi;
            r = 0; lost = 0; seen = 0
        }
    od
}
#endif

/* What the broker does wrong beside disorder. */
active proctype Misfortune() {
    byte part, one;
end_idle:
    do
#ifndef NO_LOSS
    :: atomic {
        faults > 0 && ((queue | receipt_queue) || unacknowledged) -> faults--;
        queue = 0; receipt_queue = 0; unacknowledged = false;
        printf("broker: loses everything\n")
    }
#endif
    :: atomic {
        faults > 0 && unacknowledged -> faults--;
        choose(batch, part, one);
        queue = queue | part;
        printf("broker: repeats %x\n", part);
        part = 0
    }
#ifdef RECONCILIATION
    /* Somebody deletes a copy, and the gate knows nothing of it; or the recipient is restored
     * from an older backup, its gate with it. */
    :: atomic {
        faults > 0 && (holds[0] | holds[1]) -> faults--;
        if
        :: holds[0] -> lose_copy(0)
        :: holds[1] -> lose_copy(1)
        fi
    }
#endif
    /* The faults that are left need not come. */
    :: true -> break
    od
}

#define EVERYWHERE (holds[0] == SEQUENCES && (RECIPIENTS == 1 || holds[1] == SEQUENCES) && \
                    (received & ROW(SEQUENCES)) == ROW(SEQUENCES))

/* When the faults are over, every recipient holds the newest state, and the ledger says so. */
ltl convergence { <> [] EVERYWHERE }
