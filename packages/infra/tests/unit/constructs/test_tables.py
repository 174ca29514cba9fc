"""The tables, compared with their definitions in the models."""

import pytest

from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS, encode_create_table

TABLES = (COMMAND_RECORDS, NOTIFICATION_RECORDS)

# Of the table that is deployed; a release that changes them changes them here.
DEPLOYED_INDEXES = {"marketing_id-index", "transaction_id-index"}


@pytest.fixture(params=TABLES, ids=lambda table: table.name)
def schema(request):
    return request.param


@pytest.fixture
def resource_id(projection, schema):
    return projection.find_id("DynamoDB::Table", TableName=schema.name)


@pytest.fixture
def table(projection, resource_id):
    return projection.find("DynamoDB::Table")[resource_id]


def by_name(attributes):
    return sorted(attributes, key=lambda each: each["AttributeName"])


def test_keys_and_indexes_are_those_of_the_models(schema, table):
    request = encode_create_table(schema)

    assert table["KeySchema"] == request["KeySchema"]
    assert table.get("GlobalSecondaryIndexes") == request.get("GlobalSecondaryIndexes")
    assert by_name(table["AttributeDefinitions"]) == by_name(request["AttributeDefinitions"])


def test_its_billing_is_on_demand(table):
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_it_has_point_in_time_recovery(table):
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_it_has_deletion_protection(table):
    assert table["DeletionProtectionEnabled"] is True


def test_it_outlives_its_stack_except_a_stack_whose_creation_fails(projection, resource_id):
    resource = projection.resources[resource_id]

    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"


def test_it_is_encrypted_with_the_aws_managed_key(table):
    assert table["SSESpecification"] == {"SSEEnabled": True}


def test_the_command_table_streams_both_images(projection):
    table = projection.find_named("DynamoDB::Table", TableName="command-records")

    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_tombstones_of_the_read_model_expire(projection):
    table = projection.find_named("DynamoDB::Table", TableName="notification-records")

    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_an_update_creates_or_deletes_at_most_one_index(projection):
    """DynamoDB refuses more, and CloudFormation sends the change of a table as one update."""
    table = projection.find_named("DynamoDB::Table", TableName="notification-records")

    indexes = {each["IndexName"] for each in table["GlobalSecondaryIndexes"]}

    assert len(indexes ^ DEPLOYED_INDEXES) <= 1
