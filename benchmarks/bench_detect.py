"""How exact, honest and fast is detection? Prints Markdown rows; nothing fails here.

python -m benchmarks.bench_detect [--figures 1 5 6] [--seeds 20] [--first_seed 0] [--quick] [--full] [--peers]
Peers alone: --figures --peers
"""

import argparse
import datetime
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.figures import FIGURES
from benchmarks.peers import HEADER as PEERS_HEADER
from benchmarks.peers import compare
from benchmarks.rows import HEADER, Row, print_failed, print_rows


def main() -> None:
    options = parse_options()
    print(f"{machine()}\n\n{HEADER}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(
            scratch=Path(folder),
            n_seeds=2 if options.quick else options.seeds,
            first_seed=options.first_seed,
            is_quick=options.quick,
            is_full=options.full,
        )
        print_failed([row for number in options.figures for row in measure(number, bench)])
        if options.peers:
            print(f"\n{PEERS_HEADER}", flush=True)
            for row in compare(bench):
                print(row, flush=True)


def measure(number: int, bench: Bench) -> list[Row]:
    """Print a figure's rows, and to the side how long they took."""
    start, cpu_start = time.perf_counter(), time.process_time()
    rows = print_rows(FIGURES[number].measure(bench))
    took, cpu = time.perf_counter() - start, time.process_time() - cpu_start
    print(f"figure {number}: {took:.0f} s, {cpu:.0f} s CPU in this process", file=sys.stderr, flush=True)
    return rows


def parse_options() -> argparse.Namespace:
    lines = [f"  {number:2}  {figure.what} ({figure.takes})" for number, figure in FIGURES.items()]
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(["figures, and about how long 20 seeds take on one idle core:", *lines]),
    )
    parser.add_argument("--figures", nargs="*", type=int, choices=FIGURES, default=list(FIGURES), help="default: all")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first_seed", type=int, default=0, help="for draws that nobody has looked at")
    parser.add_argument("--quick", action="store_true", help="2 seeds, nothing large; 2 min")
    parser.add_argument("--full", action="store_true", help="1.18 million utterances as well")
    parser.add_argument(
        "--peers", action="store_true", help="other methods too; needs the extra `benchmarks`; up to two hours"
    )
    return parser.parse_args()


def machine() -> str:
    threads = os.environ.get("OMP_NUM_THREADS", "as many as cores")
    return f"{platform.machine()}, {os.cpu_count()} cores, threads: {threads}, {datetime.date.today()}"


if __name__ == "__main__":
    main()
