from datetime import UTC, datetime
from unittest.mock import patch

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from hypothesis import given
from hypothesis import strategies as st

from aws_client.credentials import Credentials
from aws_client.signature import Signer, Target

HEADERS = {
    "user-agent": "query-api/1",
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDB_20120810.Query",
}
PRINTABLE = st.characters(min_codepoint=33, max_codepoint=126)
SECRETS = st.text(PRINTABLE, min_size=1, max_size=60)
CREDENTIALS = st.builds(Credentials, SECRETS, SECRETS, st.none() | st.text(PRINTABLE, min_size=1))
PATHS = st.sampled_from(
    ["/", "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu%3A1%3Afunction%3Aquery%24x/invocations"]
)
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2037, 1, 1))  # noqa: DTZ001 - made UTC below


def parse_head(head):
    first, *lines = head.decode().removesuffix("\r\n\r\n").split("\r\n")
    return first, dict(line.split(": ", 1) for line in lines)


def sign_by_botocore(target, body, credentials, now):
    headers = {name: value for name, value in target.headers.items() if name != "user-agent"}
    url = f"https://{target.host}{target.path}"
    request = AWSRequest(method="POST", url=url, headers=headers, data=body)
    signer = SigV4Auth(
        BotocoreCredentials(credentials.access_key, credentials.secret_key, credentials.token),
        target.service,
        target.region,
    )
    with patch("botocore.auth.get_current_datetime", return_value=now.replace(tzinfo=None)):
        signer.add_auth(request)
    return request.headers["Authorization"]


@given(body=st.binary(max_size=200), credentials=CREDENTIALS, path=PATHS, now=TIMES)
def test_it_signs_as_botocore_does(body, credentials, path, now):
    host = "dynamodb.ap-southeast-1.amazonaws.com"
    target = Target(
        service="dynamodb", region="ap-southeast-1", host=host, path=path, headers=HEADERS
    )
    now = now.replace(tzinfo=UTC)

    _, headers = parse_head(Signer(target).encode_head(body, credentials, now.timestamp()))

    assert headers["authorization"] == sign_by_botocore(target, body, credentials, now)


def test_one_signer_follows_changes_of_day_and_credentials():
    target = Target(
        service="dynamodb", region="eu-west-1", host="localhost:8001", path="/", headers=HEADERS
    )
    signer = Signer(target)
    days = [datetime(2026, 11, day, 23, 59, 59, tzinfo=UTC) for day in (23, 24, 23)]
    keys = [Credentials("AKIA", secret, "token") for secret in ("one", "two")]

    for now in days:
        for credentials in keys:
            _, headers = parse_head(signer.encode_head(b"{}", credentials, now.timestamp()))
            assert headers["authorization"] == sign_by_botocore(target, b"{}", credentials, now)


def test_the_head_has_all_headers_of_the_request():
    target = Target(
        service="dynamodb", region="eu-west-1", host="localhost:8001", path="/x", headers=HEADERS
    )
    credentials = Credentials("AKIA", "secret", "token")

    first, headers = parse_head(
        Signer(target).encode_head(
            b"{}", credentials, datetime(2026, 11, 23, 9, tzinfo=UTC).timestamp()
        )
    )

    assert first == "POST /x HTTP/1.1"
    assert headers.items() >= HEADERS.items()
    assert headers["host"] == "localhost:8001"
    assert headers["x-amz-date"] == "20261123T090000Z"
    assert headers["x-amz-security-token"] == "token"
    assert headers["content-length"] == "2"
