"""The stories are told on one server, each in rooms of its own."""

import pytest

from tests.support.server import ServerProcess


@pytest.fixture
def server(shared_server: ServerProcess) -> ServerProcess:
    return shared_server
