"""How exact, honest and fast is detection? Prints Markdown rows; nothing fails here.

python -m benchmarks.bench_detect [--figures 1 5 6] [--seeds 20] [--first_seed 0] [--quick] [--full]
"""

import argparse
import datetime
import os
import platform

from benchmarks.bench import Bench
from benchmarks.figures import FIGURES
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
        rows += print_rows(FIGURES[number].measure(bench))
    print_failed(rows)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"figure {number}: {figure.what}" for number, figure in FIGURES.items()),
    )
    parser.add_argument("--figures", nargs="+", type=int, choices=FIGURES, default=list(FIGURES))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first_seed", type=int, default=0, help="for draws that nobody has looked at")
    parser.add_argument("--quick", action="store_true", help="2 seeds, nothing large")
    parser.add_argument("--full", action="store_true", help="1.18 million utterances as well")
    return parser.parse_args()


def machine() -> str:
    threads = os.environ.get("OMP_NUM_THREADS", "as many as cores")
    return f"{platform.machine()}, {os.cpu_count()} cores, threads: {threads}, {datetime.date.today()}"


if __name__ == "__main__":
    main()
