"""How a process notices that it missed something of a sprint: by the version of the sprint's hash.

Every change of the hash raises its version by one and travels in a message with it. The messages are applied in any
case; versions only tell whether to read the whole hash again. A hash that was lost begins again in another epoch.
"""

from typing import NamedTuple


class Known(NamedTuple):
    """A hash's epoch and version; None and 0 where there is no hash."""

    epoch: bytes | None = None
    version: int = 0


class Versions:
    """What is known of one hash. Pub/sub and reads come on separate connections, so either may be ahead."""

    def __init__(self) -> None:
        self.known = Known()
        self._read = 0
        """The version of the last whole read: messages up to it may still be on their way."""

    def came(self, epoch: bytes, version: int) -> bool:
        """A message came; False if it does not follow on what is known."""
        if self.known.epoch is None and version == 1:
            self.known, self._read = Known(epoch, 1), 0
            return True
        if epoch != self.known.epoch:
            return False
        if version <= self._read:
            return True
        follows = version == self.known.version + 1
        self.known = Known(epoch, version)
        return follows

    def read(self, before: Known, found: Known) -> None:
        """The whole hash was read; `before` is what was known when the read was sent."""
        epoch, version = found
        stepped_back = epoch == before.epoch and version < before.version
        if epoch == self.known.epoch and not stepped_back:
            version = max(version, self.known.version)
        self.known, self._read = Known(epoch, version), version

    def agrees(self, before: Known, found: Known) -> bool:
        """Whether nothing was missed, given that every message up to `found` must have come by now.

        `before` is what was known when the question was sent, `found` the answer.
        """
        if found == before:
            return True
        stepped_back = found.epoch == before.epoch and found.version < before.version
        return found.epoch == self.known.epoch and found.version <= self.known.version and not stepped_back
