"""What the emulated account has that no stack created."""

from typing import TYPE_CHECKING

from local_stack.emulator.aws_access import create_client
from notification_models.schema import COMMAND_RECORDS, encode_create_table

if TYPE_CHECKING:
    import boto3


class Account:
    """Creates resources as others would have."""

    def __init__(self, session: "boto3.Session", endpoint_url: str) -> None:
        self._dynamodb = create_client(session, "dynamodb", endpoint_url)
        self._ec2 = create_client(session, "ec2", endpoint_url)

    def create_replaced_table(self, name: str) -> None:
        """Create a table with the key of the replaced system's read table."""
        self._dynamodb.create_table(
            TableName=name,
            KeySchema=[
                {"AttributeName": "user_id", "KeyType": "HASH"},
                {"AttributeName": "created_at", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "user_id", "AttributeType": "S"},
                {"AttributeName": "created_at", "AttributeType": "N"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )

    def create_command_table(self, name: str) -> str:
        """Create a command table and return the ARN of its stream."""
        request = encode_create_table(COMMAND_RECORDS) | {"TableName": name}
        arn: str = self._dynamodb.create_table(**request)["TableDescription"]["LatestStreamArn"]
        return arn

    def create_vpc(self) -> str:
        """Create a VPC and return its id."""
        vpc_id: str = self._ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        return vpc_id

    def create_subnets(self, vpc_id: str, *cidrs: str) -> dict[str, str]:
        """Create private subnets, and return the variables that select them."""
        return {
            f"PRIVATE_SUBNET_{number}": self._ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr)[
                "Subnet"
            ]["SubnetId"]
            for number, cidr in enumerate(cidrs, start=1)
        }
