"""How fast is the page, and what does it bear? In headless Chromium, over a small project or the full size.

python -m benchmarks.bench_page [--full FOLDER] [--only start,keys,…] [--seconds 120] [--chromium PROGRAM]

FOLDER is made if it is not there: 1,180,000 utterances and 200,000 decisions, five minutes and 2 GB.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks import page_endurance, page_timings
from benchmarks.page_setting import QUIET, Setting
from benchmarks.rows import HEADER, print_rows

MEASURES = {
    "start": page_timings.start,
    "keys": page_timings.keys,
    "sound": page_timings.sound,
    "closeup": page_timings.closeup,
    "timeline": page_timings.timeline,
    "burst": page_endurance.burst,
    "kill": page_endurance.kill,
    "clients": page_endurance.clients,
    "memory": page_endurance.memory,
}


def main() -> None:
    options = read_options()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as scratch:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=[*QUIET, "--no-sandbox"])
        setting = Setting(
            browser=browser,
            chromium=options.chromium,
            scratch=Path(scratch),
            full=options.full,
            seconds=options.seconds,
        )
        print(f"{setting.size}\n\n{HEADER}", flush=True)
        for name in options.only:
            print_rows(MEASURES[name](setting))
        browser.close()


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", type=Path)
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(MEASURES))
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
