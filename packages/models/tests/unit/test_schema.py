from notification_models.schema import (
    COMMAND_RECORDS,
    NOTIFICATION_RECORDS,
    encode_create_table,
)


def test_the_command_table_streams_both_images():
    assert encode_create_table(COMMAND_RECORDS) == {
        "TableName": "command-records",
        "KeySchema": [
            {"AttributeName": "transaction_id", "KeyType": "HASH"},
            {"AttributeName": "created_at", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": "transaction_id", "AttributeType": "S"},
            {"AttributeName": "created_at", "AttributeType": "N"},
        ],
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    }


def test_the_read_table_has_the_same_sort_key_everywhere():
    assert encode_create_table(NOTIFICATION_RECORDS) == {
        "TableName": "notification-records",
        "KeySchema": [
            {"AttributeName": "user_id", "KeyType": "HASH"},
            {"AttributeName": "notification_key", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": "user_id", "AttributeType": "S"},
            {"AttributeName": "notification_key", "AttributeType": "S"},
            {"AttributeName": "marketing_shard", "AttributeType": "S"},
            {"AttributeName": "transaction_id", "AttributeType": "S"},
            {"AttributeName": "failure_shard", "AttributeType": "S"},
        ],
        "BillingMode": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "marketing_id-index",
                "KeySchema": [
                    {"AttributeName": "marketing_shard", "KeyType": "HASH"},
                    {"AttributeName": "notification_key", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            },
            {
                "IndexName": "transaction_id-index",
                "KeySchema": [
                    {"AttributeName": "transaction_id", "KeyType": "HASH"},
                    {"AttributeName": "notification_key", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            },
            {
                "IndexName": "failure_shard-index",
                "KeySchema": [
                    {"AttributeName": "failure_shard", "KeyType": "HASH"},
                    {"AttributeName": "notification_key", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            },
        ],
    }
