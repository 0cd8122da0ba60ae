"""A core for each worker, so that as many workers as cores do not get in each other's way.

MediaPipe has two threads that hand each picture to and fro and want a core and a third between them. On one core they
do the same work in a sixth less of its time; on cores that they share with other workers', they wait for each other.
"""

import os
import socket

CLAIM = "\0chereme-extraction-core-{core}"
"""A name in no folder: it needs no rights, and the system takes it back from a process that dies."""


def keep_to_a_core() -> socket.socket | None:
    """Keep this process, and the threads it will start, to a core that no other worker of this machine has.

    Returns what stands for the core: it is free again when that is closed or the process ends. None where every core is
    taken or the system has no such thing (only Linux does): then the process stays on all of them.
    """
    if not hasattr(os, "sched_setaffinity"):
        return None
    for core in sorted(os.sched_getaffinity(0)):
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(CLAIM.format(core=core))
        except OSError:
            claim.close()
            continue
        os.sched_setaffinity(0, {core})
        return claim
    return None
