"""`./dev scale [--port P]`: what docker-compose.yml names, as plain processes, until Ctrl-C. Keeps nothing."""

import argparse
import signal
import sys
import threading

from tests.support.composed import Composed


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev scale", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="the proxy's port (default 8000)")
    arguments = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with Composed(arguments.port) as composed:
        for each in composed.services.values():
            print(f"{each.name}, process {each.running.pid}: {' '.join(each.command)}")
        print(f"Wordtide is open at {composed.url}\nCtrl-C ends all of it.", flush=True)
        while not stop.wait(timeout=0.5):
            for each in composed.services.values():
                if each.running.poll() is not None:  # restart: unless-stopped
                    print(f"{each.name} ended with {each.running.returncode}, and starts again", flush=True)
                    each.start()
    return 0


if __name__ == "__main__":
    sys.exit(main())
