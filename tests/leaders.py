# SPDX-License-Identifier: EUPL-1.2
"""Queues that wait for a leader that nobody elects, and answer nothing until then.

RabbitMQ 3.10 may leave one behind: where it finds a queue's name unregistered when it starts, it
makes the queue's server anew, and a new server waits to be told to hold an election.
"""

import re
from collections.abc import Callable

Ctl = Callable[..., str]

TAKE = """
ok = ra:force_delete_server(quorum_queues, {{'schakel_{queue}', node()}}),
{{ok, Queue}} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"schakel">>, queue, <<"{queue}">>)),
rabbit_quorum_queue:recover(<<"schakel">>, [Queue]).
"""
FIND = """
Answers = fun(Server) -> element(1, catch ra:members(Server, 2000)) =:= ok end,
All = [{amqqueue:get_name(Queue), amqqueue:get_pid(Queue)} || Queue <- rabbit_amqqueue:list()],
[element(4, Name) || {Name, {Server, _}} <- All, not Answers({Server, node()})].
"""


def take_leader(ctl: Ctl, queue: str) -> None:
    """Throw away what a queue holds, and have it wait for a leader."""
    ctl("eval", TAKE.format(queue=queue))


def leaderless(ctl: Ctl) -> list[str]:
    """Name the queues that nothing leads: those that a full disk stopped, too."""
    return re.findall(r'<<"([^"]+)">>', ctl("eval", FIND))
