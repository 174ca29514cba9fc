from contextlib import contextmanager

from local_stack.demo.sample_data import SAMPLE_RECORDS, write_records
from local_stack.stack import StackOptions, run_stack
from notification_client import NotificationClient
from stream_processor.bootstrap import open_handler


def _find_failed(stack):
    with NotificationClient(stack.api_url, trust_env=False) as client:
        return [each.transaction_id for each in client.failures("tx_002")]


def test_a_stack_with_a_data_directory_projects_all_writes_before_it_stops(tmp_path):
    options = StackOptions(data_dir=tmp_path)

    @contextmanager
    def open_slow_starter(*arguments):
        # Three retries of a single record take at least 0.35 s.
        failures = iter(range(3))

        def handle(event, context):
            if next(failures, None) is not None:
                raise ConnectionError
            return handler(event, context)

        with open_handler(*arguments) as handler:
            yield handle

    with run_stack(options, lambda _step: None, open_slow_starter) as first:
        write_records(first.aws.dynamodb, SAMPLE_RECORDS[1:2])

    with run_stack(options, lambda _step: None) as second:
        assert _find_failed(second) == ["tx_002"]
