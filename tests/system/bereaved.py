"""`telecare-hub`, whose threads die when they are named on stdin, one a line: the hub is not told, as with a bug.

The first, which decides, freezes at SIGUSR1: it waits for ever, as in a dead lock.

    python -m tests.system.bereaved run --config FILE

SystemExit ends a thread without a word, past every `except Exception`. One that waits in the kernel dies when it
wakes, which is why its heartbeat and its audit come every second here. Where it strikes inside a finalizer or a
callback of C, Python prints it and goes on: so it is raised again until the thread is gone.
"""

import ctypes
import signal
import sys
import threading
import time
from datetime import timedelta

from hub import app, watchdog
from hub.cli import main

app.HEARTBEAT_EVERY = timedelta(seconds=1)
watchdog.FEED_EVERY_S = 1.0


def kill_on_request() -> None:
    for line in sys.stdin:
        for thread in threading.enumerate():
            if thread.name == line.strip():
                threading.Thread(target=kill, args=(thread,), name="fate of one", daemon=True).start()


def kill(thread: threading.Thread) -> None:
    while thread.is_alive():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit))
        time.sleep(1.0)


def freeze(*_: object) -> None:
    # Handlers of signals run on the main thread, between two steps of whatever it does.
    threading.Event().wait()


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, freeze)
    threading.Thread(target=kill_on_request, name="fate", daemon=True).start()
    sys.exit(main())
