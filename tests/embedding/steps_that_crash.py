"""A worker step whose decoder takes the process down on some files."""

import os
import signal
import time

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


def open_hanging_step(config):
    step = open_step(config)

    def hang_or_step(task):
        if any("hanging" in path for path in task["paths"]):
            time.sleep(600)
        return step(task)

    return hang_or_step


def open_step_of_a_small_device(config):
    """As a GPU that has room for two files."""
    step = open_step(config)

    def step_or_refuse(task):
        if len(task["paths"]) > 2:
            raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB")
        return step(task)

    return step_or_refuse
