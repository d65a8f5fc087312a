"""``python -m explainer`` is ``explainer``."""

import sys

from explainer.command_line import main

if __name__ == "__main__":
    sys.exit(main())
