"""HTTP from peers that say half of what they want, or nothing: they are closed after a while."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


def patient_for(headers_ms: int) -> type[H11Protocol]:
    """uvicorn's HTTP protocol, which waits so long for the head of a request and no longer.

    On its own it waits for ever, before the first request and in the middle of any.
    """

    class PatientProtocol(H11Protocol):
        _due: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self.conn.their_state is h11.IDLE:
                self._wait()
            else:
                self._stop_waiting()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_waiting()
            super().connection_lost(exc)

        def _wait(self) -> None:
            """From the first byte on that is waited for; more of them buy no time."""
            if self._due is None:
                self._due = self.loop.call_later(headers_ms / 1_000, self.transport.close)

        def _stop_waiting(self) -> None:
            if self._due is not None:
                self._due.cancel()
                self._due = None

    return PatientProtocol
