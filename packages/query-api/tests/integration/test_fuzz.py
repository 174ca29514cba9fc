"""The running service against its own description, and against arbitrary bodies."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CASES = int(os.environ.get("FUZZ_CASES", "15"))
# Hypothesis compares each case with all interesting ones of its run, so long runs get slow.
CASES_AT_ONCE = 250
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
)
CONFIGURATION = """
[checks]
negative_data_rejection.expected-statuses = ["400", "413", "415"]
"""
FIELDS = (
    "user_id",
    "marketing_id",
    "transaction_id",
    "limit",
    "cursor",
    "status",
    "ap_id",
    "created_from",
    "created_to",
    "by",
    "time_zone",
)

# NULs and lone surrogates are among the texts, NaN and 1e400 among the numbers.
texts = st.text(st.characters())
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**400), 10**400) | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
requests = st.dictionaries(st.sampled_from(FIELDS), anything, max_size=4) | anything
encodings = st.sampled_from(["utf-8", "utf-16", "utf-32", "latin-1"])
documents = st.builds(
    lambda value, ascii_only, encoding: json.dumps(value, ensure_ascii=ascii_only).encode(
        encoding, "replace"
    ),
    requests,
    st.booleans(),
    encodings,
)
damaged = st.builds(
    lambda document, at, junk: document[:at] + junk + document[at + 1 :],
    documents,
    st.integers(0, 60),
    st.binary(max_size=4),
)
doubled = st.builds(lambda document: document[:-1] + b"," + document[1:], documents)
bodies = st.binary(max_size=300) | documents | damaged | doubled | st.just(b"[" * 16_384)
codings = st.sampled_from([None, b"identity", b"gzip", b"", b"\xff"])
content_types = st.sampled_from(
    [
        b"application/json",
        b"application/json; charset=utf-16",
        b"text/plain",
        b"",
        b";",
        b"\xff/\xff",
    ]
)


@pytest.fixture
def service_rows(make_row):
    return [
        make_row(status="FAILED", error_msg="gone"),
        make_row(transaction_id="tx_002", created_at=1_704_067_200_001, ap_id=None),
        make_row(transaction_id="tx_003", created_at=0, marketing_id=None, status="BOUNCED"),
    ]


@pytest.mark.parametrize("start", range(0, CASES, CASES_AT_ONCE))
def test_every_response_is_as_described_and_no_request_breaks_the_service(
    service_url, tmp_path, start
):
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION)

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "schemathesis.cli",
            "run",
            f"{service_url}/openapi.json",
            f"--url={service_url}",
            f"--checks={','.join(CHECKS)}",
            f"--max-examples={min(CASES - start, CASES_AT_ONCE)}",
            "--mode=all",
            f"--phases={'fuzzing' if start else 'examples,coverage,fuzzing'}",
            "--continue-on-failure",
            "--suppress-health-check=all",
        ],
        cwd=tmp_path,  # of its configuration and its cache
        env={"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    print(done.stdout)
    assert done.returncode == 0, done.stderr


def find_operations(service):
    paths = service.get("/openapi.json").json()["paths"]
    return {path: methods["post"] for path, methods in paths.items() if "post" in methods}


def test_no_body_breaks_the_service(service):
    operations = find_operations(service)

    @settings(max_examples=CASES * len(operations), suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(sorted(operations)), bodies, content_types, codings)
    def check(path, body, content_type, coding):
        headers = [(b"Content-Type", content_type)]
        if coding is not None:
            headers.append((b"Content-Encoding", coding))
        response = service.post(path, content=body, headers=headers)

        assert response.status_code < 500
        assert str(response.status_code) in operations[path]["responses"]
        if response.status_code != 308:
            assert response.json()
            assert response.headers["X-Request-Id"]

    check()
