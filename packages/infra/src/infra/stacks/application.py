"""The stack of everything that holds no state of its own and can be made anew."""

from aws_cdk import Environment, Stack
from constructs import Construct

from infra.bundling import bundle
from infra.config import Config
from infra.constructs.failure_stores import FailureStores
from infra.constructs.network import Network
from infra.constructs.operations import Operations
from infra.constructs.stream_processor import StreamProcessor
from infra.stacks.data import DataStack


class ApplicationStack(Stack):
    """The stream processor and its tools, the query service and the API before it."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: Config, data: DataStack
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=Environment(region=config.aws_region),
            description="Query service: the application",
        )
        self.network = Network(self, "Network", config=config)
        self._create_projection(config, data)

    def _create_projection(self, config: Config, data: DataStack) -> None:
        self.failures = FailureStores(self, "FailureStores")
        with bundle("stream-processor", services=("dynamodb", "s3", "sqs")) as code:
            self.stream_processor = StreamProcessor(
                self,
                "StreamProcessor",
                config=config,
                code=code,
                command_table=data.command_table,
                read_table=data.read_table,
                failures=self.failures,
            )
            self.operations = Operations(
                self,
                "Operations",
                config=config,
                code=code,
                command_table=data.command_table,
                read_table=data.read_table,
                failures=self.failures,
            )
