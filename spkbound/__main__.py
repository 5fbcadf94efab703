"""`python -m spkbound COMMAND`."""

import sys

from spkbound.cli import main

if __name__ == "__main__":
    sys.exit(main())
