"""`python -m hub`: the same as `telecare-hub`."""

import sys

from hub.cli import main

sys.exit(main())
