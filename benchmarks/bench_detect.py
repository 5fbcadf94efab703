"""How exact, honest and fast is detection? Prints Markdown rows; nothing fails here.

python -m benchmarks.bench_detect [--figures 1 5 6] [--seeds 20] [--first_seed 0] [--quick] [--full] [--peers]
"""

import argparse
import datetime
import os
import platform
import sys
import time

from benchmarks.bench import Bench
from benchmarks.figures import FIGURES
from benchmarks.peers import HEADER as PEERS_HEADER
from benchmarks.peers import compare
from benchmarks.rows import HEADER, print_failed, print_rows


def main() -> None:
    options = parse_options()
    bench = Bench(
        n_seeds=2 if options.quick else options.seeds,
        first_seed=options.first_seed,
        is_quick=options.quick,
        is_full=options.full,
    )
    print(f"{machine()}\n\n{HEADER}", flush=True)
    rows = []
    for number in options.figures:
        start, cpu_start = time.perf_counter(), time.process_time()
        rows += print_rows(FIGURES[number].measure(bench))
        took, cpu = time.perf_counter() - start, time.process_time() - cpu_start
        print(f"figure {number}: {took:.0f} s, {cpu:.0f} s CPU in this process", file=sys.stderr, flush=True)
    print_failed(rows)
    if options.peers:
        print(f"\n{PEERS_HEADER}", flush=True)
        for row in compare(bench):
            print(row, flush=True)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"figure {number}: {figure.what}" for number, figure in FIGURES.items()),
    )
    parser.add_argument("--figures", nargs="*", type=int, choices=FIGURES, default=list(FIGURES))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first_seed", type=int, default=0, help="for draws that nobody has looked at")
    parser.add_argument("--quick", action="store_true", help="2 seeds, nothing large")
    parser.add_argument("--peers", action="store_true", help="other methods on the same corpora; needs the extra")
    parser.add_argument("--full", action="store_true", help="1.18 million utterances as well")
    return parser.parse_args()


def machine() -> str:
    threads = os.environ.get("OMP_NUM_THREADS", "as many as cores")
    return f"{platform.machine()}, {os.cpu_count()} cores, threads: {threads}, {datetime.date.today()}"


if __name__ == "__main__":
    main()
