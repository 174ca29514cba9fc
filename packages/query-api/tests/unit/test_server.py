from query_api.http1.request import Phase
from query_api.server import create_server
from query_api.settings import Settings


def test_the_server_listens_where_the_settings_say(service):
    config = create_server(service, Settings(host="127.0.0.1", port=9000)).config

    assert (config.host, config.port) == ("127.0.0.1", 9000)


def test_idle_connections_outlive_the_load_balancers_60_seconds():
    assert Phase.REQUEST.value > 60


def test_it_stops_before_ecs_kills_it_after_30_seconds(service):
    assert create_server(service, Settings()).config.timeout_graceful_shutdown < 30


def test_the_server_logs_no_requests_and_sends_no_server_header(service):
    config = create_server(service, Settings()).config

    assert not config.access_log
    assert not config.server_header
