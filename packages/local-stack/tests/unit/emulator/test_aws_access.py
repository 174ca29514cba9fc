import os

from local_stack.emulator.aws_access import isolate_environment


def test_the_users_aws_settings_are_removed():
    environment = {
        "AWS_PROFILE": "production",
        "AWS_ENDPOINT_URL_DYNAMODB": "https://dynamodb.example",
        "AWS_CA_BUNDLE": "/ca.pem",
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
        "AWS_SESSION_TOKEN": "token",
        "AWS_REGION": "eu-west-1",
        "PATH": "/bin",
    }

    isolate_environment(environment)

    assert environment == {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": "ap-southeast-1",
        "AWS_DEFAULT_REGION": "ap-southeast-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        "PATH": "/bin",
    }


def test_the_users_proxy_exceptions_are_kept():
    environment = {"NO_PROXY": "intranet.example"}

    isolate_environment(environment)

    assert environment["NO_PROXY"] == "intranet.example,127.0.0.1"
