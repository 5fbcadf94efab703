"""Steps that the workers of the pool's tests run; imported by name in fresh interpreters."""

import ctypes
import faulthandler
import os
import signal
import sys
import time
from pathlib import Path


def make_double(config):
    return lambda task: {"value": task * 2, "pid": os.getpid(), "config": config}


def make_noisy(config):
    print("at import: not JSON")

    def step(task):
        print("{not json", flush=True)
        os.write(1, b"raw bytes\n")
        sys.stdout.flush()
        return [task, sys.stdin.read()]

    return step


def make_moody(config):
    """Tasks say what to do: raise, die always, die when the file is not there yet, sleep."""

    def step(task):
        mark = Path(config["folder"]) / str(task["id"])
        if task["do"] == "raise":
            raise ValueError("no good")
        if task["do"] == "unanswerable":
            return object()
        if task["do"] == "die" or (task["do"] == "die once" and not mark.exists()):
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if task["do"] == "exit":
            os._exit(7)
        if task["do"] == "sleep":
            mark.write_text(str(os.getpid()))
            time.sleep(600)
        return task["id"]

    return step


def make_environment(config):
    return lambda task: os.environ.get(task)


def refuse(config):
    raise RuntimeError("no such device")


def die_at_start(config):
    os._exit(9)


def make_choosy(config):
    """A task is a list of items; some kill, hang or raise the whole task, as a decoder does that meets a bad file."""

    def step(task):
        for item in task:
            if item == "segfault":
                faulthandler.disable()
                ctypes.string_at(0)
            if item == "hang":
                time.sleep(600)
            if item == "stop":
                os.kill(os.getpid(), signal.SIGSTOP)
            if item == "raise":
                raise ValueError("no good")
        return task

    return step


def make_sleeper(config):
    def step(task):
        time.sleep(task)

    return step


def make_waiter(config):
    """A task says that it was begun, and takes until the file `go` is there."""
    folder = Path(config["folder"])

    def step(task):
        (folder / f"{task}.begun").touch()
        while not (folder / "go").exists():
            time.sleep(0.01)

    return step


def die_until_the_mark(config):
    """Three starts fail, then all is well."""
    mark = Path(config["file"])
    mark.write_text(mark.read_text() + "x" if mark.exists() else "x")
    if len(mark.read_text()) <= 3:
        os._exit(9)
    return lambda task: task


def refuse_the_second_time(config):
    """As a device that is gone after a crash, and back a little later."""
    mark = Path(config["file"])
    mark.write_text(mark.read_text() + "x" if mark.exists() else "x")
    if len(mark.read_text()) == 2:
        raise RuntimeError("no such device")

    def step(task):
        if task == "die" and len(mark.read_text()) == 1:
            os._exit(7)
        return task

    return step
