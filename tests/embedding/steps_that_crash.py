"""A worker step whose decoder takes the process down on some files."""

import os
import signal

from spkbound.embedding.worker import open_step


def open_crashing_step(config):
    step = open_step(config)

    def crash_or_step(task):
        if any("guilty" in path for path in task["paths"]):
            os.kill(os.getpid(), signal.SIGSEGV)
        if any("puzzling" in path for path in task["paths"]):
            raise ZeroDivisionError("a bug")
        return step(task)

    return crash_or_step


def open_hopeless_step(config):
    def fail(task):
        raise ZeroDivisionError("a bug")

    return fail
