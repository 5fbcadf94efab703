"""Steps that the workers of the pool's tests run; imported by name in fresh interpreters."""

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
