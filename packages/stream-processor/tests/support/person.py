"""Both tables limited to one person, over plain dicts; held to the real by tests/integration."""

from notification_models.attribute_value import find_string
from stream_processor.personal_data.person_tables import PersonPage
from stream_processor.tables.command_table import command_key_of

PAGE_SIZE = 2


class InMemoryPersonTables:
    """The port over the fakes of both tables."""

    def __init__(self, commands, read_model, user_id):
        self._commands = commands
        self._read_model = read_model
        self._user_id = user_id

    def scan_records(self):
        keys = sorted(self._commands.items)
        for start in range(0, max(1, len(keys)), PAGE_SIZE):
            read = keys[start : start + PAGE_SIZE]
            items = [self._commands.items[key] for key in read if key in self._commands.items]
            yield PersonPage([item for item in items if self._is_theirs(item)], len(read))

    def delete_records(self, records):
        for record in records:
            key = command_key_of(record)
            self._commands.before_io("delete")
            stored = self._commands.items.get(key)
            is_deleted = stored is None or stored.get("user_id") == record["user_id"]
            if is_deleted:
                self._commands.items.pop(key, None)
            yield is_deleted

    def read_rows(self):
        keys = sorted(key for key in self._read_model.items if key.user_id == self._user_id)
        for start in range(0, max(1, len(keys)), PAGE_SIZE):
            yield [self._read_model.items[key] for key in keys[start : start + PAGE_SIZE]]

    def _is_theirs(self, item):
        number = item.get("user_id", {}).get("N")
        return self._user_id in (find_string(item, "user_id"), number)
