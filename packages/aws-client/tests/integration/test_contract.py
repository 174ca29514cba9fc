"""What botocore's client, which is boto3's, returns, this client returns."""

import json
import subprocess
import sys

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session as BotocoreSession

from aws_client import (
    AwsError,
    ConditionFailedError,
    Credentials,
    InvalidRequestError,
    RefusedError,
    Session,
)
from aws_client.configuration import find_endpoint
from aws_client.operations import (
    BATCH_GET_ITEM,
    BATCH_WRITE_ITEM,
    DELETE_ITEM,
    DESCRIBE_TABLE,
    PUT_ITEM,
    QUERY,
    SCAN,
    SEND_MESSAGE,
    create_invoke,
    decode_object,
)
from testing.emulator import REGION

ITEMS = [
    {"pk": {"S": "a"}, "sk": {"N": str(number)}, "title": {"S": "新年快樂 🎉"}, "n": {"NULL": True}}
    for number in range(3)
]
KEY = {"pk": {"S": "a"}, "sk": {"N": "1"}}
QUERY_A = {
    "TableName": "rows",
    "KeyConditionExpression": "pk = :pk",
    "ExpressionAttributeValues": {":pk": {"S": "a"}},
}
IF_ABSENT = {"ConditionExpression": "attribute_not_exists(pk)"}


@pytest.fixture(scope="session")
def botocore_session():
    return BotocoreSession()


@pytest.fixture
def make_botocore(botocore_session, emulator_url, account_id):
    def make(service):
        return botocore_session.create_client(
            service,
            REGION,
            endpoint_url=emulator_url,
            aws_access_key_id=account_id,
            aws_secret_access_key="unchecked",  # noqa: S106 - the emulator checks no signature
            config=Config(proxies={}, retries={"total_max_attempts": 1}),
        )

    return make


@pytest.fixture
def table(make_botocore):
    client = make_botocore("dynamodb")
    client.create_table(
        TableName="rows",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for item in ITEMS:
        client.put_item(TableName="rows", Item=item)
    return client


@pytest.fixture
def call(make_client, emulator_url, account_id, runner):
    session = Session(REGION, Credentials(account_id, "unchecked"))

    def call_operation(operation, request):
        client = make_client(
            emulator_url, session=session, service=operation.service, attempt_timeout_s=30
        )
        return runner.run(client.call(operation, json.dumps(request).encode(), decode_object))

    return call_operation


def drop_metadata(response):
    return {name: value for name, value in response.items() if name != "ResponseMetadata"}


@pytest.mark.parametrize(
    ("operation", "method", "request_"),
    [
        (QUERY, "query", QUERY_A),
        (QUERY, "query", QUERY_A | {"Limit": 1, "ScanIndexForward": False}),
        (QUERY, "query", QUERY_A | {"FilterExpression": "sk > :pk"}),
        (SCAN, "scan", {"TableName": "rows"}),
        (SCAN, "scan", {"TableName": "rows", "Limit": 2}),
        (
            BATCH_GET_ITEM,
            "batch_get_item",
            {"RequestItems": {"rows": {"Keys": [KEY], "ConsistentRead": True}}},
        ),
        (
            BATCH_WRITE_ITEM,
            "batch_write_item",
            {"RequestItems": {"rows": [{"PutRequest": {"Item": ITEMS[0]}}]}},
        ),
        (PUT_ITEM, "put_item", {"TableName": "rows", "Item": ITEMS[0]}),
        (DELETE_ITEM, "delete_item", {"TableName": "rows", "Key": KEY}),
    ],
)
def test_responses_are_the_same(table, call, operation, method, request_):
    expected = drop_metadata(getattr(table, method)(**request_))

    assert call(operation, request_) == expected


def test_a_described_table_has_the_same_fields(table, call):
    expected = table.describe_table(TableName="rows")["Table"]

    described = call(DESCRIBE_TABLE, {"TableName": "rows"})["Table"]

    assert described.keys() == expected.keys()
    assert described["KeySchema"] == expected["KeySchema"]


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("operation", "method", "request_", "error"),
    [
        (
            PUT_ITEM,
            "put_item",
            {"TableName": "rows", "Item": ITEMS[0]} | IF_ABSENT,
            ConditionFailedError,
        ),
        (
            DELETE_ITEM,
            "delete_item",
            {"TableName": "rows", "Key": KEY} | IF_ABSENT,
            ConditionFailedError,
        ),
        (QUERY, "query", QUERY_A | {"TableName": "missing"}, RefusedError),
        (SCAN, "scan", {"TableName": "missing"}, RefusedError),
        (DESCRIBE_TABLE, "describe_table", {"TableName": "missing"}, RefusedError),
        (QUERY, "query", QUERY_A | {"KeyConditionExpression": "("}, InvalidRequestError),
        (
            PUT_ITEM,
            "put_item",
            {"TableName": "rows", "Item": {"pk": {"S": "a"}}},
            InvalidRequestError,
        ),
    ],
)
def test_dynamodbs_error_codes_are_the_same(
    make_botocore, call, operation, method, request_, error
):
    with pytest.raises(ClientError) as expected:
        getattr(make_botocore("dynamodb"), method)(**request_)

    with pytest.raises(AwsError) as caught:
        call(operation, request_)

    assert type(caught.value) is error
    assert caught.value.code == expected.value.response["Error"]["Code"]


def test_a_sent_message_is_received(make_botocore, call):
    sqs = make_botocore("sqs")
    url = sqs.create_queue(QueueName="quarantine")["QueueUrl"]
    body = json.dumps({"title": "新年快樂"}, ensure_ascii=False)

    sent = call(SEND_MESSAGE, {"QueueUrl": url, "MessageBody": body})

    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert (message["MessageId"], message["Body"]) == (sent["MessageId"], body)


def test_a_missing_queue_is_refused(make_botocore, call, emulator_url):
    request = {"QueueUrl": f"{emulator_url}/000000000000/missing", "MessageBody": "{}"}
    with pytest.raises(ClientError, match="NonExistentQueue"):  # by SQS's older protocol
        make_botocore("sqs").send_message(**request)

    with pytest.raises(RefusedError, match="QueueDoesNotExist"):
        call(SEND_MESSAGE, request)


def test_a_missing_function_is_refused(make_botocore, call):
    with pytest.raises(ClientError) as expected:
        make_botocore("lambda").invoke(FunctionName="missing", Payload=b"{}")

    with pytest.raises(RefusedError) as caught:
        call(create_invoke("missing"), {})

    assert caught.value.code == expected.value.response["Error"]["Code"]


SERVICES = ["dynamodb", "lambda", "sqs"]
REGIONS = [
    "ap-southeast-1",
    "us-east-1",
    "us-gov-west-1",
    "cn-north-1",
    "us-iso-east-1",
    "us-isob-east-1",
    "eu-isoe-west-1",
    "eusc-de-east-1",
]


@pytest.fixture
def _no_aws_configuration(monkeypatch):
    for variable in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(variable, "/dev/null")


def find_botocore_url(session, service, region):
    client = session.create_client(
        service,
        region,
        aws_access_key_id="unchecked",
        aws_secret_access_key="unchecked",  # noqa: S106
    )
    return client.meta.endpoint_url


def find_url(service, region, environment):
    endpoint = find_endpoint(Session(region), service, environment=environment)
    scheme = "https" if endpoint.origin.tls else "http"
    return f"{scheme}://{endpoint.host}{endpoint.path}"


@pytest.mark.usefixtures("_no_aws_configuration")
@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"AWS_USE_FIPS_ENDPOINT": "true"},
        {"AWS_USE_FIPS_ENDPOINT": "false", "AWS_USE_DUALSTACK_ENDPOINT": "false"},
        {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"},
        {"AWS_ENDPOINT_URL": "http://all:1/x", "AWS_ENDPOINT_URL_SQS": "https://sqs.test"},
        {"AWS_ENDPOINT_URL": "http://all:1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
    ],
    ids=str,
)
@pytest.mark.parametrize("in_lambda", [False, True])
@pytest.mark.parametrize("service", SERVICES)
def test_endpoints_are_the_same(monkeypatch, service, in_lambda, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    environment = variables | ({"AWS_LAMBDA_FUNCTION_NAME": "f"} if in_lambda else {})
    regions = REGIONS[: 2 if variables else None]
    reference = BotocoreSession()

    found = {region: find_url(service, region, environment) for region in regions}

    assert found == {region: find_botocore_url(reference, service, region) for region in regions}


WITHOUT_BOTOCORE = """
import sys
sys.modules["botocore"] = None  # any import of it fails

from aws_client import find_session
from aws_client.configuration import find_endpoint

session = find_session()
for service in ("dynamodb", "lambda", "sqs"):
    print(find_endpoint(session, service).host, session.credentials.access_key)
"""


def test_botocore_is_not_needed_in_lambda():
    environment = {
        "AWS_LAMBDA_FUNCTION_NAME": "projection",
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "access",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
    }

    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_BOTOCORE],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == [
        f"{service}.{REGION}.amazonaws.com access" for service in SERVICES
    ]
