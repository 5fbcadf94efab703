"""Launch the review app: `python app.py [PROJECT]`, or `python app.py --demo [PROJECT]`."""

import sys

from spkbound.cli import main_of_page

if __name__ == "__main__":
    sys.exit(main_of_page())
