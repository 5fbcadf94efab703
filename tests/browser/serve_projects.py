"""The page as `app.py` serves it, for one project after the other: each line of stdin is a folder to open."""

import argparse
import sys
import threading

from spkbound.ui.server import build_app, serve


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int)
    app = build_app(None)
    threading.Thread(target=open_each, args=[app.state.workplace], daemon=True).start()
    serve(app, "127.0.0.1", parser.parse_args().port)


def open_each(workplace) -> None:
    for line in sys.stdin:
        workplace.open(line.removesuffix("\n"))
        print(line, end="", flush=True)


if __name__ == "__main__":
    main()
