"""`python -m twenty_opportunity`: the command line."""

from __future__ import annotations

import sys

from twenty_opportunity.cli import main

if __name__ == "__main__":
    sys.exit(main())
