"""`telecare-hub`, with a heartbeat every second: a test cannot wait five minutes for the first.

python -m tests.system.hasty run --config FILE
"""

import sys
from datetime import timedelta

from hub import app
from hub.cli import main

app.HEARTBEAT_EVERY = timedelta(seconds=1)

if __name__ == "__main__":
    sys.exit(main())
