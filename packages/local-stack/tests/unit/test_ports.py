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


def test_the_error_of_a_port_in_use_has_port_and_option(taken_port):
    with pytest.raises(PortTakenError) as caught:
        listen(taken_port, option="--api-port")

    assert str(taken_port) in str(caught.value)
    assert "--api-port" in str(caught.value)


def test_a_claimed_port_accepts_connections_before_a_server_runs():
    with listen(0, option="--api-port") as listener:
        socket.create_connection(listener.getsockname(), timeout=5).close()


def test_a_claimed_port_is_reachable_only_from_this_machine():
    with listen(0, option="--api-port") as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_a_found_port_is_free():
    port = find_port(0, option="--dynamodb-port")

    assert find_port(port, option="--dynamodb-port") == port


def test_a_found_port_is_none_that_connections_take():
    assert max(find_port(0, option="--dynamodb-port") for _ in range(20)) < 32_768


def test_a_port_in_use_is_not_found(taken_port):
    with pytest.raises(PortTakenError, match=str(taken_port)):
        find_port(taken_port, option="--dynamodb-port")
