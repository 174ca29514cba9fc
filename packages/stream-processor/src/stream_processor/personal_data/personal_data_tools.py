"""Composition root of the commands for personal data: wires settings and clients to both tables."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass

from aws_client import Session
from stream_processor.aws.threaded_client import ThreadedClient
from stream_processor.operations.operator_tools import create_threaded_client
from stream_processor.operations.repair import Repairer
from stream_processor.personal_data.erase import Eraser
from stream_processor.personal_data.person_tables import DynamoDBPersonTables, PersonTables
from stream_processor.settings import Settings
from stream_processor.tables.command_table import DynamoDBCommandTable
from stream_processor.tables.read_model_table import DynamoDBReadModelTable
from stream_processor.tables.table_reader import TableDescription


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalDataTools:
    """Both tables, and factories of what works on them."""

    settings: Settings
    client: ThreadedClient
    commands: DynamoDBCommandTable
    read_model: DynamoDBReadModelTable
    executor: Executor

    def describe(self) -> tuple[TableDescription, TableDescription]:
        """Describe the table of the command side and that of the read model.

        Raises:
            TableUnusableError: a table does not exist, or access is denied.
        """
        return self.commands.describe(), self.read_model.describe()

    def find_person(
        self, user_id: str, *, segments: int, wait_for_page: Callable[[], None]
    ) -> DynamoDBPersonTables:
        """Limit both tables to a person; arguments as for `DynamoDBPersonTables`."""
        return DynamoDBPersonTables(
            client=self.client,
            command_table_name=self.settings.command_table_name,
            read_table_name=self.settings.read_table_name,
            user_id=user_id,
            segments=segments,
            wait_for_page=wait_for_page,
        )

    def create_eraser(
        self, person: PersonTables, *, lag_s: float, sleep: Callable[[float], object]
    ) -> Eraser:
        """Create an `Eraser`."""
        return Eraser(
            person,
            self.commands,
            Repairer(self.commands, self.read_model),
            self.executor,
            lag_s=lag_s,
            sleep=sleep,
        )


@contextmanager
def open_personal_data_tools(
    settings: Settings, session: Session, endpoint_url: str | None = None
) -> Iterator[PersonalDataTools]:
    """Wire the tools; arguments and errors as for `open_operator_tools`."""
    with (
        closing(create_threaded_client(settings, session, endpoint_url)) as client,
        ThreadPoolExecutor(settings.concurrency, thread_name_prefix="call") as executor,
    ):
        yield PersonalDataTools(
            settings=settings,
            client=client,
            commands=DynamoDBCommandTable(client, settings.command_table_name),
            read_model=DynamoDBReadModelTable(client, settings.read_table_name),
            executor=executor,
        )
