"""What the query API is compared with, each served by uvicorn as the query API is."""
