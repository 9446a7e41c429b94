"""Left alone unless asked for (`make machine`): this needs root, and makes a Debian of its own the first time."""

import os

collect_ignore_glob = [] if os.environ.get("TELECARE_MACHINE") else ["test_*.py"]
