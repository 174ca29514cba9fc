import pytest

from query_api.dynamodb.errors import map_error
from query_api.exceptions import RefusedError, ThrottledError, UnavailableError


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("ProvisionedThroughputExceededException", 400, ThrottledError),
        ("ThrottlingException", 400, ThrottledError),
        ("RequestLimitExceeded", 400, ThrottledError),
        ("InternalServerError", 500, UnavailableError),
        ("ServiceUnavailable", 503, UnavailableError),
        ("ResourceNotFoundException", 400, RefusedError),
        ("AccessDeniedException", 400, RefusedError),
        ("ValidationException", 400, RefusedError),
        ("ExpiredTokenException", 400, RefusedError),
    ],
)
def test_a_code_maps_to_an_error_of_the_port(code, status, kind):
    error = map_error(code, status)

    assert type(error) is kind
    assert code in str(error)
