"""The ports over plain dicts, held to the real ones by tests/integration."""

import itertools
from bisect import bisect_right
from concurrent.futures import Executor, Future

from msgspec.json import encode

from notification_models import decode_row, encode_row, encode_row_key
from notification_models.attribute_value import find_string
from notification_models.served_attributes import SERVED_ATTRIBUTES
from stream_processor.exceptions import InvalidRowError, QuarantineError, ReadModelWriteError
from stream_processor.operations.redrive import create_entry
from stream_processor.stream.change_identity import identify_change
from stream_processor.stream.quarantine import decode_message, encode_message
from stream_processor.tables.command_table import CommandKey, command_key_of
from stream_processor.tables.read_model_table import SCANNED_ATTRIBUTES
from stream_processor.tables.stored_row import decode_stored_row, row_key_of
from stream_processor.tables.table_reader import ScanPage


def nothing_happens(_name):
    """The default of `before_io`; tests replace it to cause an event before a call."""


class InMemoryTable:
    """The reads that both tables share: one item, many items, a page of `page_size` items."""

    page_size = 100

    def __init__(self, encode_key, decode_key, before_io):
        self.items = {}
        self.before_io = before_io
        self._encode_key = encode_key
        self._decode_key = decode_key

    def find(self, key):
        self.before_io("find")
        return self.items.get(key)

    def find_many(self, keys):
        if not keys:
            return {}
        self.before_io("find_many")
        assert len(set(keys)) == len(keys)
        return {key: self.items[key] for key in keys if key in self.items}

    def scan(self, segment, start_key):
        self.before_io("scan")
        keys = [key for key in sorted(self.items, key=repr) if self._is_in(segment, key)]
        if start_key:
            start = bisect_right(keys, repr(self._decode_key(start_key)), key=repr)
            keys = keys[start:]
        page = keys[: self.page_size]
        return ScanPage(
            tuple(self.items[key] for key in page),
            self._encode_key(page[-1]) if len(keys) > len(page) else None,
        )

    @staticmethod
    def _is_in(segment, key):
        return sum(repr(key).encode()) % segment.total == segment.index


OF_ROW_KEY = ("transaction_id", "created_at", "user_id")


def select(item, names):
    """An item as a read with a projection returns it."""
    return {name: value for name, value in item.items() if name in names}


class InMemoryCommandTable(InMemoryTable):
    """The command side."""

    def __init__(self, before_io=nothing_happens):
        super().__init__(CommandKey.to_item, command_key_of, before_io)

    def find(self, key):
        item = super().find(key)
        return item and select(item, SERVED_ATTRIBUTES)

    def find_many(self, keys):
        found = super().find_many(keys)
        return {key: select(item, OF_ROW_KEY) for key, item in found.items()}

    def scan(self, segment, start_key):
        page = super().scan(segment, start_key)
        items = tuple(select(item, SERVED_ATTRIBUTES) for item in page.items)
        return ScanPage(items, page.next_key)

    def put(self, item):
        """Write a record's item; return the one it replaces."""
        key = command_key_of(item)
        old = self.items.get(key)
        self.items[key] = item
        return old


class WriteOneByOne:
    """Writes absent rows by `replace`, so that each of them can fail or be overtaken."""

    def write_absent(self, rows):
        for row in rows:
            try:
                yield self.replace(None, row)
            except InvalidRowError:
                yield False


class InMemoryReadModel(WriteOneByOne, InMemoryTable):
    """The read model: the writer's port and that of the operator tools."""

    def __init__(self, before_io=nothing_happens):
        super().__init__(encode_row_key, row_key_of, before_io)
        self.failing_writes = 0
        self.failing_users = set()
        self.invalid_users = set()

    @property
    def rows(self):
        return {key: decode_row(item) for key, item in self.items.items()}

    async def write(self, row):
        self.before_io("write")
        self._fail_if_set(row)
        stored = self.items.get(row.key)
        stored_version = (find_string(stored, "version") if stored else None) or ""
        if stored_version >= row.version:
            return None
        self.items[row.key] = encode_row(row)
        return stored_version

    def replace(self, found, row):
        self.before_io("replace")
        self._fail_if_set(row)
        stored = self.items.get(row.key) or {}
        if stored.get("version") != (found or {}).get("version"):
            return False
        self.items[row.key] = encode_row(row)
        return True

    def find_many(self, keys):
        found = super().find_many(keys)
        return {key: decode_stored_row(encode(item)) for key, item in found.items()}

    def scan(self, segment, start_key):
        page = super().scan(segment, start_key)
        items = tuple(select(item, SCANNED_ATTRIBUTES) for item in page.items)
        return ScanPage(items, page.next_key)

    def find_keys(self, transaction_id, notification_key):
        self.before_io("find_keys")
        return {
            key
            for key, item in self.items.items()
            if find_string(item, "transaction_id") == transaction_id
            and key.notification_key == notification_key
        }

    def _fail_if_set(self, row):
        if row.key.user_id in self.failing_users:
            raise ReadModelWriteError("AccessDeniedException")
        if row.key.user_id in self.invalid_users:
            raise InvalidRowError("ValidationException")
        if self.failing_writes > 0:
            self.failing_writes -= 1
            raise ReadModelWriteError("ThrottlingException")


class InMemoryStore:
    """A failure store of whole stream records, such as the on-failure bucket."""

    def __init__(self):
        self._entries = {}
        self._names = map(str, itertools.count())

    @property
    def entries(self):
        return list(self._entries.values())

    def add(self, entry):
        self._entries[next(self._names)] = entry

    def list_entries(self):
        for name, entry in list(self._entries.items()):
            yield create_entry(name, name, [self._identify(entry)])

    @staticmethod
    def _identify(entry):
        return identify_change(entry)

    def delete(self, entry):
        # As in SQS and S3, a second delete is not an error: two redrives may run at once.
        self._entries.pop(entry.handle, None)

    def release(self, entry):
        """Keep the entry: it stays unless it is deleted."""


class InMemoryQuarantine(InMemoryStore):
    """The quarantine's port for the handler; its entries are messages."""

    def __init__(self):
        super().__init__()
        self.is_down = False

    async def put(self, record, poison):
        if self.is_down:
            raise QuarantineError("ServiceUnavailable")
        self.add(encode_message(record, poison))

    @staticmethod
    def _identify(entry):
        return decode_message(entry)


class Context:
    """Lambda's context object: the time that an invocation has left."""

    def __init__(self, remaining_ms=30_000):
        self._remaining_ms = remaining_ms

    def get_remaining_time_in_millis(self):
        return self._remaining_ms


class InlineExecutor(Executor):
    """Runs a task when it is submitted."""

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - as an executor does
            future.set_exception(error)
        return future
