"""The services to compare."""

from typing import Final

from benchmarks.api.load.workload import ROWS
from benchmarks.api.service_process import Service

# As the query API runs: one worker, uvloop, httptools. It logs every request, they log none.
_UVICORN: Final = (
    *("-m", "uvicorn", "--loop=uvloop", "--http=httptools"),
    *("--no-access-log", "--log-level=warning"),
)

OURS: Final = Service("query-api", ("-m", "query_api"), rows=ROWS, reads=1)
FASTAPI: Final = Service(
    "FastAPI+boto3",
    (*_UVICORN, "benchmarks.api.references.fastapi_boto3:app"),
    rows=ROWS,
    reads=1,
)
LITESTAR: Final = Service(
    "Litestar+boto3",
    (*_UVICORN, "benchmarks.api.references.litestar_boto3:app"),
    rows=ROWS,
    reads=1,
)
CONSTANT: Final = Service(
    "constant", (*_UVICORN, "benchmarks.api.references.litestar_constant:app"), rows=0, reads=0
)
SERVICES: Final = (OURS, FASTAPI, LITESTAR, CONSTANT)
