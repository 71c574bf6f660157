"""Publishes the frames of the fan-out through Centrifugo's HTTP API, once all readers have subscribed.

publish.py PORT N FRAMES INTERVAL_MS
"""

import http.client
import json
import sys
import time
from typing import Any

FRAME_BYTES = 200
CHANNEL = "room"


class Api:
    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def call(self, method: str, **arguments: Any) -> Any:
        """What the method answered. Raises RuntimeError if it was refused."""
        self._connection.request("POST", f"/api/{method}", json.dumps(arguments, separators=(",", ":")))
        answer = json.loads(self._connection.getresponse().read())
        if "error" in answer:
            raise RuntimeError(f"Centrifugo refused {method}: {answer['error']}")
        return answer["result"]

    def subscribers(self) -> int:
        channel = self.call("channels", pattern="")["channels"].get(CHANNEL, {})
        return int(channel.get("num_clients", 0))


def main(port: int, readers: int, frames: int, interval_ms: int) -> None:
    api = Api(port)
    while api.subscribers() < readers:
        time.sleep(0.1)
    time.sleep(1)
    for number in range(1, frames + 1):
        bare = len(f'{{"push":{{"channel":"{CHANNEL}","pub":{{"data":{{"q":{number},"pad":""}}}}}}}}')
        api.call("publish", channel=CHANNEL, data={"q": number, "pad": "x" * (FRAME_BYTES - bare)})
        time.sleep(interval_ms / 1_000)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
