import socket

import pytest

from local_stack.exceptions import PortTakenError
from local_stack.ports import find_port, listen


@pytest.fixture
def taken_port():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_named_with_the_option_that_changes_it(taken_port):
    with pytest.raises(PortTakenError) as caught:
        listen(taken_port, option="--api-port")

    assert str(taken_port) in str(caught.value)
    assert "--api-port" in str(caught.value)


def test_a_claimed_port_accepts_connections_before_anyone_serves_it():
    with listen(0, option="--api-port") as listener:
        socket.create_connection(listener.getsockname(), timeout=5).close()


def test_nothing_outside_this_machine_can_connect_to_a_claimed_port():
    with listen(0, option="--api-port") as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_a_found_port_is_free():
    port = find_port(0, option="--dynamodb-port")

    assert find_port(port, option="--dynamodb-port") == port
