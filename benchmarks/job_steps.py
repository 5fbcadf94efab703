"""Steps that the workers of `bench_jobs` run: they sleep, or do nothing at all."""

import time


def make_sleeper(config):
    """A task is how many seconds to sleep: what an encoder does that needs no processor."""

    def step(task):
        time.sleep(task["seconds"])
        return {}

    return step


def make_idler(config):
    """A task is a batch of paths, as extraction hands them out; nothing is done with them."""
    return lambda task: {"n": len(task["paths"]), "failed": 0}
