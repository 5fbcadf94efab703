"""What does a call take by itself? Runs a function of the benchmarks in a fresh process: its answer, and its memory.

The peak is the largest resident set, mapped pages included, as the kernel saw it in that process alone.
"""

import importlib
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TIMEOUT_S = 600


class TooSlow(Exception):
    """It did not end in time."""


def call(function: str, *arguments: str | float, timeout_s: float | None = None) -> dict:
    """Call ``module:name`` with these arguments elsewhere; it answers with a dict for JSON.

    Raises
    ------
    TooSlow : it took longer than `timeout_s`
    subprocess.CalledProcessError : it failed
    """
    command = [sys.executable, "-m", "benchmarks.own_process", function, json.dumps(arguments)]
    try:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=timeout_s)
    except subprocess.TimeoutExpired:
        raise TooSlow(f"{function} took longer than {timeout_s} s") from None
    return json.loads(done.stdout.splitlines()[-1])


def resident_gb() -> float:
    """Resident set of this process now."""
    return _kernel_says("VmRSS")


def peak_gb() -> float:
    """Largest resident set of this process so far; `getrusage` would count that of the parent as well."""
    return _kernel_says("VmHWM")


def forget_peak() -> None:
    """Begin anew to look for the peak (Linux, proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")


def _kernel_says(what: str) -> float:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) * 1024 / 1e9


if __name__ == "__main__":
    module, name = sys.argv[1].split(":")
    answer = getattr(importlib.import_module(module), name)(*json.loads(sys.argv[2]))
    print(json.dumps(answer))
