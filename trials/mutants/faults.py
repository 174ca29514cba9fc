"""The faults: what each breaks, where, and how."""

from dataclasses import dataclass
from typing import Final

from trials.mutants.syntax import Replacement


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in one module.

    Attributes:
        name: what the faulty program does.
        module: dotted name.
        replacement: how the fault is made.
    """

    name: str
    module: str
    replacement: Replacement


def _fault(module: str, scope: str, name: str, before: str, after: str) -> Fault:
    return Fault(name, f"stream_processor.{module}", Replacement(scope, before, after))


def _fault_of_models(module: str, scope: str, name: str, before: str, after: str) -> Fault:
    return Fault(name, f"notification_models.{module}", Replacement(scope, before, after))


_PROJECTION: Final = (
    _fault(
        "stream.projection",
        "project",
        "a delete writes nothing",
        "() if is_kept else _bury(removed, record)",
        "()",
    ),
    _fault(
        "stream.projection",
        "project",
        "a move leaves the old row",
        "(*_bury(moved_from, record), row)",
        "(row,)",
    ),
    _fault(
        "stream.projection",
        "project",
        "a move forgets the new row",
        "(*_bury(moved_from, record), row)",
        "_bury(moved_from, record) or (row,)",
    ),
    _fault(
        "stream.projection",
        "project",
        "a modify writes the old image",
        '_require_image(record.new_image, "NewImage")',
        "record.old_image or record.new_image",
    ),
    _fault(
        "stream.projection",
        "find_row_key",
        "a poison old image poisons the change",
        """
        try:
            return decode_row_key(item)
        except InvalidRecordError:
            return None
        """,
        "return decode_row_key(item)",
    ),
    _fault(
        "stream.projection",
        "project",
        "a record that becomes poison keeps its row",
        "Projection(_bury(moved_from, record), poison)",
        "Projection((), poison)",
    ),
    _fault(
        "stream.projection",
        "project",
        "a record that becomes poison is not quarantined",
        "Projection(_bury(moved_from, record), poison)",
        "Projection(_bury(moved_from, record))",
    ),
    _fault(
        "stream.projection",
        "project",
        "the removal of a poison record is quarantined",
        "removed = find_row_key(image)",
        "removed = decode_row_key(image)",
    ),
    _fault(
        "stream.projection",
        "project",
        "the removal of what is no item is acknowledged",
        "_check_form(image)",
        "None",
    ),
    _fault(
        "stream.projection",
        "",
        "a tombstone lives a day",
        "8 * 24 * 60 * 60",
        "24 * 60 * 60",
    ),
    _fault(
        "stream.projection",
        "_make_tombstone",
        "a tombstone expires in milliseconds",
        "record.changed_at_ms // 1000",
        "record.changed_at_ms",
    ),
    _fault(
        "stream.projection",
        "plan_writes",
        "the first change of a row in a batch wins",
        "earlier.row.version < row.version",
        "False",
    ),
    _fault(
        "stream.projection",
        "plan_writes",
        "the last delivered change of a row in a batch wins",
        "earlier.row.version < row.version",
        "True",
    ),
    _fault(
        "stream.projection",
        "plan_writes",
        "a failed row reports the last of its changes",
        "PlannedWrite(row, earlier.position, position, earlier.changes)",
        "PlannedWrite(row, position, position, earlier.changes)",
    ),
    _fault(
        "stream.projection",
        "plan_writes",
        "the first of an invalid row's changes is quarantined",
        "PlannedWrite(row, earlier.position, position, earlier.changes)",
        "PlannedWrite(row, earlier.position, earlier.position, earlier.changes)",
    ),
    _fault(
        "stream.projection",
        "project",
        "a private attribute is served",
        "project_item(image)",
        'project_item({**image, "ap_id": image.get("payload", {})})',
    ),
)

_STREAM_RECORD: Final = (
    _fault(
        "stream.stream_record",
        "decode_version",
        "versions are compared unpadded",
        "encode_version(label, decode_sequence_number(raw))",
        "f'{label}#{decode_sequence_number(raw)}'",
    ),
    _fault(
        "stream.stream_record",
        "decode_version",
        "versions lack the stream's label",
        "encode_version(label, decode_sequence_number(raw))",
        'encode_version("2026-01-01T00:00:00.000", decode_sequence_number(raw))',
    ),
    _fault(
        "stream.stream_record",
        "decode_time_ms",
        "the time of a change is in seconds",
        "int(time_s * 1000)",
        "int(time_s)",
    ),
)

_WRITES: Final = (
    _fault(
        "stream.read_model_writer",
        "DynamoDBReadModelWriter.write",
        "a write has no condition",
        "_IF_ABSENT_OR_OLDER",
        '"attribute_exists(#version) OR :version = :version"',
    ),
    _fault(
        "stream.read_model_writer",
        "",
        "a write applies over its own version",
        '"attribute_not_exists(#version) OR #version < :version"',
        '"attribute_not_exists(#version) OR #version <= :version"',
    ),
    _fault(
        "stream.read_model_writer",
        "",
        "a write applies over a newer version",
        '"attribute_not_exists(#version) OR #version < :version"',
        '"attribute_not_exists(#version) OR #version > :version"',
    ),
    _fault(
        "stream.read_model_writer",
        "",
        "a write needs a row to write over",
        '"attribute_not_exists(#version) OR #version < :version"',
        '"#version < :version"',
    ),
    _fault(
        "stream.read_model_writer",
        "DynamoDBReadModelWriter.write",
        "any refusal of a write counts as already applied",
        """
        raise ReadModelWriteError(error.code, is_retry_safe=error.is_retry_safe) from error
        """,
        "return None",
    ),
    _fault(
        "stream.read_model_writer",
        "DynamoDBReadModelWriter.write",
        "a failed condition counts as a failure",
        "return None",
        "raise ReadModelWriteError('ConditionalCheckFailedException')",
    ),
    _fault(
        "stream.read_model_writer",
        "DynamoDBReadModelWriter.write",
        "an invalid row counts as already applied",
        "raise InvalidRowError(error.code) from error",
        "return None",
    ),
    _fault(
        "stream.read_model_writer",
        "DynamoDBReadModelWriter.write",
        "an invalid row is delivered again",
        "raise InvalidRowError(error.code) from error",
        "raise ReadModelWriteError(error.code) from error",
    ),
    _fault(
        "stream.read_model_writer",
        "DynamoDBReadModelWriter.write",
        "any response of status 200 is a success",
        "_decode_overwritten",
        "lambda _: ''",
    ),
    _fault(
        "stream.change_identity",
        "create_identity",
        "a quarantine message names no user",
        "dict.fromkeys(user_id for user_id in usable if user_id is not None)",
        "()",
    ),
    _fault(
        "stream.change_identity",
        "create_identity",
        "a quarantine message has no version",
        "_find_text(version, MAX_PARTITION_KEY_BYTES)",
        "None",
    ),
    _fault(
        "stream.quarantine",
        "encode_message",
        "a quarantine message holds the images",
        'json.dumps({"attribute": poison.attribute, "reason": poison.reason, **identity})',
        'json.dumps({"attribute": poison.attribute, "reason": poison.reason, **identity, '
        '"record": record})',
    ),
    _fault(
        "stream.quarantine",
        "SQSQuarantine.put",
        "a record that the quarantine refuses is acknowledged",
        "raise QuarantineError(error.code, is_retry_safe=error.is_retry_safe) from error",
        "",
    ),
    _fault(
        "tables.read_model_table",
        "DynamoDBReadModelTable._replace",
        "a repair writes without its condition",
        "_IF_ABSENT if version is None else _IF_UNCHANGED",
        '"attribute_not_exists(#version) OR attribute_exists(#version)" if version is None '
        'else "#version = :found OR attribute_exists(#version)"',
    ),
)

_HANDLER: Final = (
    _fault(
        "stream.batch_response",
        "respond",
        "the last failure of a batch is reported",
        "min(failed)",
        "max(failed)",
    ),
    _fault(
        "stream.handler",
        "StreamHandler._handle",
        "a failed write is acknowledged",
        "failed.add(position)",
        "None",
    ),
    _fault(
        "stream.handler",
        "StreamHandler._start",
        "a record that becomes poison is only quarantined",
        "plan_writes(projections)",
        "plan_writes([each._replace(writes=() if each.poison else each.writes) "
        "for each in projections])",
    ),
    _fault(
        "stream.handler",
        "StreamHandler._project",
        "a record that breaks the projection is acknowledged",
        """Projection((), InvalidRecordError("record", f"raises {type(error).__name__}"))""",
        "Projection(())",
    ),
    _fault(
        "stream.batch_response",
        "respond",
        "a failed record without a number is acknowledged",
        "next(filter(None, numbers), _WHOLE_BATCH)",
        "next(numbers) or 'none'",
    ),
    _fault(
        "stream.handler",
        "StreamHandler._emit",
        "metrics that fail fail the batch",
        "_log_lost_metrics(error)",
        "self._emit_metrics(self._count(records, outcomes, failed).to_metrics())",
    ),
    _fault(
        "stream.handler",
        "StreamHandler._start",
        "poison is dropped",
        "tasks.append((position, asyncio.create_task(call)))",
        "call.close()",
    ),
    _fault(
        "stream.handler",
        "StreamHandler._write",
        "an invalid row is dropped",
        "return await self._quarantine_record(record, poison)",
        "return _Outcome.QUARANTINED",
    ),
    _fault(
        "stream.handler",
        "StreamHandler._write",
        "an invalid row is not quarantined",
        "return await self._quarantine_record(record, poison)",
        "raise",
    ),
    _fault(
        "stream.handler",
        "StreamHandler._start",
        "the record quarantined for an invalid row is the first of its changes",
        "records[write.newest_position]",
        "records[write.position]",
    ),
    _fault(
        "stream.handler",
        "_wait",
        "a call is not cancelled at the deadline",
        "task.cancel()",
        "None",
    ),
    _fault(
        "stream.handler",
        "_wait",
        "the end of cancelled calls is not awaited",
        """
        if left:
            await asyncio.wait(left)
        """,
        "",
    ),
    _fault(
        "stream.handler",
        "_wait",
        "a batch waits without a deadline",
        "asyncio.wait(tasks, timeout=timeout_s)",
        "asyncio.wait(tasks)",
    ),
    _fault(
        "stream.handler",
        "_get_outcome",
        "a cancelled write counts as applied",
        "raise OutOfTimeError",
        "return _Outcome.APPLIED",
    ),
    _fault(
        "stream.handler",
        "StreamHandler._handle",
        "a batch takes the time that Lambda needs",
        "_MARGIN_S",
        "0",
    ),
)

_BOOTSTRAP: Final = (
    _fault(
        "bootstrap",
        "",
        "calls that AWS throttles are not repeated",
        "RetryPolicy(attempts=5, first_delay_s=0.05, longest_delay_s=2, retries_throttled=True)",
        "RetryPolicy(attempts=5, first_delay_s=0.05, longest_delay_s=2, retries_throttled=False)",
    ),
    _fault(
        "bootstrap",
        "",
        "calls that fail are not repeated",
        "RetryPolicy(attempts=5, first_delay_s=0.05, longest_delay_s=2, retries_throttled=True)",
        "RetryPolicy(attempts=1, first_delay_s=0.05, longest_delay_s=2, retries_throttled=True)",
    ),
    _fault(
        "bootstrap",
        "open_ports",
        "the number of connections is not limited as set",
        "settings.concurrency",
        "1000",
    ),
)

_REPAIR: Final = (
    _fault(
        "operations.repair",
        "Repairer._plan",
        "a repair trusts the source it read before the rows",
        """
        found = self._find_rows(key, source, failed.user_ids)
        source = self._commands.find(key)
        """,
        "found = self._find_rows(key, source, failed.user_ids)",
    ),
    _fault(
        "operations.repair",
        "",
        "a repair gives its row a version above the stream's",
        'UNVERSIONED: Final = "0"',
        'UNVERSIONED: Final = "9"',
    ),
    _fault(
        "operations.repair",
        "Repairer._accept",
        "a repair keeps a version that no stream gives",
        "not is_version(version, self._now_s())",
        "False",
    ),
    _fault(
        "operations.repair",
        "Repairer._accept",
        "a repair keeps a version from the future",
        "self._now_s()",
        'float("inf")',
    ),
    _fault(
        "operations.repair",
        "Repairer._plan_replacements",
        "a redrive takes any version of its entry",
        "max(found_version, self._accept(failed.version))",
        "max(found_version, failed.version)",
    ),
    _fault(
        "operations.repair",
        "Repairer._accept",
        "a repair forgets the version it found",
        "return version",
        "return UNVERSIONED",
    ),
    _fault(
        "operations.repair",
        "Repairer._plan_replacements",
        "a repair leaves the row of a deleted record",
        "_is_row(item) or version != found_version",
        "(record and _is_row(item)) or version != found_version",
    ),
    _fault(
        "operations.repair",
        "Repairer._find_rows",
        "a repair leaves the row of a moved record",
        "self._read_model.find_keys(key.transaction_id, notification_key)",
        "set()",
    ),
    _fault(
        "operations.repair",
        "Repairer._plan_replacements",
        "a repair takes a tombstone for the row",
        "item != encode_row(row)",
        "item is None or (is_live(item) and item != encode_row(row))",
    ),
    _fault(
        "operations.repair",
        "is_live",
        "a repair replaces tombstones by tombstones",
        '"deleted_at" not in item',
        "bool(item)",
    ),
    _fault(
        "operations.repair",
        "Repairer.repair",
        "a repair takes an overtaken write for done",
        "all(are_applied)",
        "True",
    ),
    _fault(
        "operations.repair",
        "Repairer._plan_replacements",
        "a repair writes though nothing differs",
        "item != encode_row(row)",
        "True",
    ),
    _fault(
        "operations.repair",
        "Repairer.plan_orphan",
        "an orphan is judged before its row is read",
        """
        item = self._read_model.find(row_key)
        if not _is_row(item):
            return None
        key = find_command_key(item)
        source = self._commands.find(key) if key is not None else None
        """,
        """
        key = find_command_key(encode_row_key(row_key))
        source = self._commands.find(key) if key is not None else None
        item = self._read_model.find(row_key)
        if not _is_row(item):
            return None
        """,
    ),
    _fault(
        "operations.repair",
        "Repairer.is_orphan",
        "the row of a poison record is no orphan",
        "find_row_key(source) != row_key",
        "find_row_key(source) not in (None, row_key)",
    ),
    _fault(
        "operations.repair",
        "Repairer._plan",
        "the repair of a poison record leaves its rows",
        "list(self._plan_replacements(found, record, failed))",
        "[] if poison else list(self._plan_replacements(found, record, failed))",
    ),
    _fault(
        "operations.repair",
        "Repairer._find_rows",
        "a repair buries the row of another record",
        "not is_of_other_record(item, key)",
        "True",
    ),
    _fault(
        "tables.key_mapping",
        "find_command_key",
        "the record of a row in seconds is not found",
        'find_integer(row, "source_created_at")',
        "None",
    ),
    _fault(
        "tables.key_mapping",
        "find_command_key",
        "a row of 1970 belongs to a record in seconds",
        "to_milliseconds(source) != created_at",
        "False",
    ),
    _fault(
        "tables.key_mapping",
        "find_notification_key",
        "the row of a record in seconds is not found",
        'find_time(key.to_item(), "created_at")',
        'find_integer(key.to_item(), "created_at")',
    ),
    _fault(
        "tables.read_model_table",
        "",
        "a scan of rows leaves out the time in seconds",
        '("user_id", "notification_key", "source_created_at", "deleted_at")',
        '("user_id", "notification_key", "deleted_at")',
    ),
    _fault(
        "operations.rebuild",
        "_command_key_of",
        "rebuild repairs another record than one in seconds",
        "record.command_created_at",
        "record.created_at",
    ),
    _fault(
        "operations.repair",
        "Repairer.repair",
        "the redrive of a poison record deletes its entry",
        "plan.raise_if_poison()",
        "None",
    ),
    _fault(
        "operations.repair",
        "Repairer._plan_replacements",
        "the redrive of a change leaves no mark of it",
        "_is_row(item) or version != found_version",
        "_is_row(item)",
    ),
    _fault(
        "operations.repair",
        "Repairer._plan_replacements",
        "the redrive of a change lets older ones through",
        "max(found_version, self._accept(failed.version))",
        "found_version",
    ),
    _fault(
        "operations.repair",
        "Repairer.is_orphan",
        "verify overlooks a row that a move left behind",
        "find_row_key(source) != row_key",
        "False",
    ),
)

_STATUSES_BY_AP: Final = (
    _fault(
        "stream.projection",
        "PlannedWrite.find_status_before",
        "a redelivery counts a status again",
        "change.version > overwritten",
        "True",
    ),
    _fault(
        "stream.projection",
        "PlannedWrite.find_status_before",
        "a status that a batch reaches before its last change is not counted",
        "next(change for change in self.changes if change.version > overwritten)",
        "self.changes[-1]",
    ),
    _fault(
        "stream.projection",
        "project",
        "a moved row counts as a new notification",
        "moved_from is not None and record.old_image is not None",
        "moved_from == row.key and record.old_image is not None",
    ),
    _fault(
        "stream.projection",
        "project",
        "a change of another attribute counts as a status",
        "find_status(record.old_image)",
        "NO_ROW",
    ),
    _fault(
        "stream.handler",
        "StreamHandler._write",
        "a row that is already applied counts as a status",
        """
        if overwritten is None:
            return _Outcome.ALREADY_APPLIED
        """,
        "overwritten = overwritten or ''",
    ),
    _fault(
        "stream.read_model_writer",
        "_decode_overwritten",
        "the version that was overwritten is not known",
        "decode_json(response.body, _decode).Attributes.version.S",
        "decode_json(response.body, _decode) and ''",
    ),
    _fault(
        "observability.notifications_by_ap",
        "NotificationsByAp._name",
        "senders may name any number of metrics",
        "max(0, MAX_APS - len(self._named))",
        "None",
    ),
)

_FAILURE_INDEX: Final = (
    _fault_of_models(
        "values",
        "encode_failure_shard",
        "a failure is in a shard of another day",
        "created_at_ms // _DAY_MS",
        "(created_at_ms - 1) // _DAY_MS",
    ),
    _fault_of_models(
        "values",
        "encode_failure_shard",
        "a failure is in another shard of its day",
        "FAILURE_SHARDS",
        "MARKETING_SHARDS",
    ),
    _fault_of_models(
        "records",
        "NotificationRecord.failure_shard",
        "a row whose status is no longer FAILED keeps its failure shard",
        "self.status != Status.FAILED",
        "self.status is None",
    ),
    _fault_of_models(
        "records",
        "NotificationRecord.failure_shard",
        "only a failure with a reason is in the index of failures",
        "self.status != Status.FAILED",
        "self.status != Status.FAILED or self.error_msg is None",
    ),
    _fault(
        "stream.read_model_writer",
        "DynamoDBReadModelWriter.write",
        "the stream writes no failure shard",
        "encode_row(row)",
        "{name: value for name, value in encode_row(row).items() if name != 'failure_shard'}",
    ),
    _fault(
        "tables.read_model_table",
        "DynamoDBReadModelTable._replace",
        "a repair writes no failure shard",
        "encode_row(row)",
        "{name: value for name, value in encode_row(row).items() if name != 'failure_shard'}",
    ),
    _fault(
        "operations.repair",
        "Repairer._plan_replacements",
        "a repair leaves a failed row out of the index of failures",
        "item != encode_row(row)",
        "item is None or {**item, 'failure_shard': 0} != {**encode_row(row), 'failure_shard': 0}",
    ),
    _fault(
        "tables.stored_row",
        "_create_comparison",
        "verify and rebuild overlook a row without its failure shard",
        "_ATTRIBUTES.items()",
        "[each for each in _ATTRIBUTES.items() if each[0] != 'failure_shard']",
    ),
)

_OPERATOR_TOOLS: Final = (
    _fault(
        "operations.redrive",
        "redrive",
        "redrive deletes what it could not repair",
        "remaining or is_dry_run",
        "is_dry_run",
    ),
    _fault(
        "operations.redrive",
        "redrive",
        "a dry run of redrive deletes",
        "remaining or is_dry_run",
        "remaining",
    ),
    _fault(
        "operations.redrive",
        "_repair_all",
        "one record that cannot be repaired ends a redrive",
        "(RecordGoneError, *UNREPAIRABLE)",
        "RecordGoneError",
    ),
    _fault(
        "operations.redrive",
        "redrive",
        "an outage hides the entry that a redrive was at",
        """
        store.release(entry)
        raise
        """,
        "raise",
    ),
    _fault(
        "operations.rebuild",
        "Rebuilder._repair",
        "one record that cannot be repaired ends a rebuild",
        "return RebuildCounts(failed=1)",
        "raise",
    ),
    _fault(
        "operations.rebuild",
        "Rebuilder.rebuild",
        "rebuild leaves the rows of poison records",
        "sum(self._executor.map(self._repair, poison), counts)",
        "counts + RebuildCounts(poison=len(poison))",
    ),
    _fault(
        "operations.verify",
        "Verifier._repair",
        "one row that cannot be repaired ends a verification",
        "return VerifyCounts(failed=1)",
        "raise",
    ),
    _fault(
        "operations.rebuild",
        "Rebuilder.rebuild",
        "rebuild overwrites existing rows",
        "different.append(record)",
        "self._read_model.replace(row.item, Row(record=record, version=row.version)) "
        "or absent.append(record)",
    ),
    _fault(
        "operations.rebuild",
        "Rebuilder._write_absent",
        "rebuild leaves rows that were written meanwhile",
        "not is_written",
        "is_written is None",
    ),
    _fault(
        "operations.rebuild",
        "rebuild_segment",
        "rebuild resumes behind a page that it has not finished",
        "page.next_key if is_last else command_key_of(items[-1]).to_item()",
        "page.next_key",
    ),
    _fault(
        "tables.table_reader",
        "TableReader._read_batch",
        "unprocessed keys are not read again",
        "not keys",
        "True",
    ),
    _fault(
        "operations.verify",
        "Verifier._judge",
        "verify takes what is in flight for lost",
        "snapshot.difference is None or snapshot.row != suspect.snapshot.row",
        "snapshot.difference is None",
    ),
    _fault(
        "operations.verify",
        "Verifier._judge",
        "verify takes what is lost for in flight",
        "snapshot.difference is None or snapshot.row != suspect.snapshot.row",
        "True",
    ),
    _fault(
        "operations.comparison",
        "SourceComparison._compare",
        "verify overlooks a tombstone where a row should be",
        "_take_snapshot(difference, source, item)",
        "_take_snapshot(difference, source, item) if is_live(item) else _AGREED",
    ),
    _fault(
        "tables.stored_row",
        "StoredRow.holds",
        "verify overlooks a version that no stream gives",
        "self.version == row.version",
        "True",
    ),
)

_PERSONAL_DATA: Final = (
    _fault(
        "personal_data.person_tables",
        "",
        "erase deletes a record that is another user's by now",
        '"attribute_not_exists(transaction_id) OR #user = :user"',
        '"attribute_not_exists(transaction_id) OR #user = :user OR #user <> :user"',
    ),
    _fault(
        "personal_data.person_tables",
        "",
        "erase counts a repeated delete as a record that moved",
        '"attribute_not_exists(transaction_id) OR #user = :user"',
        '"#user = :user"',
    ),
    _fault(
        "personal_data.person_tables",
        "DynamoDBPersonTables._list_values",
        "erase overlooks an id that is stored as a number",
        "_WHOLE_NUMBER.fullmatch(self.user_id)",
        "None",
    ),
    _fault(
        "personal_data.person_tables",
        "DynamoDBPersonTables.read_rows",
        "only the first page of the rows is read",
        "start_key is None",
        "True",
    ),
    _fault(
        "personal_data.erase",
        "Eraser._delete_records",
        "erase scans once",
        "receipt.records == deleted_before",
        "True",
    ),
    _fault(
        "personal_data.erase",
        "Eraser.erase",
        "erase does not wait for the stream",
        "self._wait_for_stream()",
        "None",
    ),
    _fault(
        "personal_data.erase",
        "Eraser.erase",
        "erase leaves the rows that the stream leaves",
        "self._bury_rows(receipt)",
        "None",
    ),
    _fault(
        "personal_data.erase",
        "Eraser._bury",
        "erase leaves a record that only its row shows",
        "record and is_theirs",
        "False",
    ),
    _fault(
        "personal_data.export",
        "export_person",
        "an export takes tombstones for rows",
        "is_live(item)",
        "True",
    ),
)

FAULTS: Final = (
    *_PROJECTION,
    *_STREAM_RECORD,
    *_WRITES,
    *_HANDLER,
    *_BOOTSTRAP,
    *_REPAIR,
    *_STATUSES_BY_AP,
    *_FAILURE_INDEX,
    *_OPERATOR_TOOLS,
    *_PERSONAL_DATA,
)
