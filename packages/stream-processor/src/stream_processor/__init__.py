"""Projects the command records' DynamoDB stream into the notification read model."""
