"""The checks, against services that are right and services with one fault each."""

import json
import sys

import httpx
import pytest

from infra.constructs.private_api.routes import PAGES, SIGNED_ROUTES, STAGE, SUMMARIES
from infra.deployment.smoke import list_base_urls, main, smoke
from infra.deployment.smoke_api import create_signer
from infra.deployment.smoke_checks import list_checks

SERVICE = "http://service.test"
GATEWAY = "https://gateway.test/v1"
USER = "user"
READS = {
    "/health": {"status": "ok"},
    "/health/ready": {"status": "ready"},
    "/openapi.json": {},
    "/docs": {},
    "/docs/page.css": {},
}
PART = "/console/0123/parts/list.js"
STYLE = "/console/0123/style.css"
PAGE = f"""<link rel="stylesheet" href="{STYLE[1:]}"><script src="{PART[1:]}"></script>"""
KEPT = "public, max-age=31536000, immutable"
LEGACY = {
    "/query/failure": "fail",
    "/query/failures": "fail",
    "/query/failed": "fail",
    "/failed": "query/fail",
}


def respond(status, content, **headers):
    return httpx.Response(
        status,
        headers={"content-type": "application/json"} | headers,
        content=json.dumps(content).encode(),
    )


def respond_part(text="/* 推播 */", media_type="text/javascript", cache_control=KEPT, status=200):
    headers = {"content-type": f"{media_type}; charset=utf-8", "cache-control": cache_control}
    return httpx.Response(status, headers=headers, content=text.encode())


CONSOLE = {
    "/console": respond_part(PAGE, "text/html", "no-cache"),
    PART: respond_part(),
    STYLE: respond_part(media_type="text/css"),
}


def respond_problem(name, request_id="1"):
    content = {"type": f"/problems/{name}", "title": "", "status": 400, "request_id": request_id}
    return respond(400, content, **{"content-type": "application/problem+json"})


def make_row(number, **others):
    return {"user_id": USER, "transaction_id": str(number), "created_at": number, **others}


def make_page(*rows, next_cursor=None):
    counted = {"total_count": len(rows), "next_cursor": next_cursor}
    return respond(200, {"success": True, "data": rows, "message": "", **counted})


def make_count(count):
    times = {"first_created_at": None, "last_created_at": None}
    counts = {"success": True, "data": [], "message": "", "counted": count, **times}
    return respond(200, {**counts, "next_cursor": None})


class Service:
    """A service that is right except for `overrides`: responses by path."""

    def __init__(self, overrides=(), prefixes=("", "/v1")):
        self.overrides = dict(overrides)
        self.prefixes = prefixes
        self.rows = [make_row(number) for number in (3, 2)]

    def __call__(self, request):
        prefix, path = self._split(request.url.path)
        if prefix not in self.prefixes:
            return respond(404, {})
        if path in self.overrides:
            return self.overrides[path]
        if path in CONSOLE:
            return CONSOLE[path]
        body = json.loads(request.content) if request.content else {}
        if request.method in {"GET", "HEAD"}:
            return respond(200, READS[path])
        if path in LEGACY:
            return httpx.Response(308, headers={"location": LEGACY[path], "deprecation": "@1"})
        return make_count(0) if path.endswith("/summary") else self._query(body)

    @staticmethod
    def _split(path):
        return ("/v1", path.removeprefix("/v1")) if path.startswith("/v1/") else ("", path)

    def _query(self, body):
        if "no_such_field" in body:
            return respond_problem("invalid-request")
        if body.get("cursor") == "made-up":
            return respond_problem("invalid-cursor")
        first = int(body.get("cursor", "0"))
        page = self.rows[first : first + 1] if body.get("user_id") == USER else []
        return make_page(*page, next_cursor=str(first + 1) if page else None)


class Signer(httpx.Auth):
    """Marks requests as signed."""

    def auth_flow(self, request):
        request.headers["authorization"] = "signed"
        yield request


def require_signatures(service):
    """A gateway with IAM authorization before the service."""

    def respond_to(request):
        if "authorization" in request.headers:
            return service(request)
        problem = {"type": "/problems/forbidden", "status": 403}
        return respond(403, problem, **{"content-type": "application/problem+json"})

    return respond_to


def run(service, url=SERVICE, user_id=None, signer=None):
    """Smoke a service; returns whether it passed, and the lines."""
    lines = []
    return smoke(url, user_id, lines.append, signer, httpx.MockTransport(service)), lines


def list_failures(lines):
    return [line for line in lines if line.startswith("FAIL")]


def test_the_service_itself_is_checked_with_and_without_the_stage():
    assert list(list_base_urls(f"{SERVICE}/")) == [SERVICE, f"{SERVICE}/v1"]


def test_the_gateway_is_checked_only_at_its_stage():
    assert list(list_base_urls(f"{GATEWAY}/")) == [GATEWAY]


def test_a_correct_service_passes():
    passed, lines = run(Service(), user_id=USER)

    assert passed
    assert list_failures(lines) == []
    assert lines[-1] == "44 of 44 checks passed"


def test_a_check_that_was_skipped_is_reported():
    passed, lines = run(Service())

    assert passed
    assert lines[-2].startswith("--    paging was not checked")
    assert lines[-1] == "42 of 42 checks passed"


def test_an_api_with_iam_authorization_passes_with_signed_requests():
    passed, lines = run(require_signatures(Service()), GATEWAY, USER, Signer())

    assert list_failures(lines) == []
    assert passed
    assert "ok    /v1/health: refused without a signature" in lines
    assert not any("/docs" in line or "/console" in line for line in lines)
    assert "--    the console and docs were not checked: browsers cannot sign requests" in lines


def test_signed_requests_are_those_that_a_caller_of_every_route_may_send():
    service, sent = require_signatures(Service()), set()

    def respond_to(request):
        sent.add((request.method, request.url.path))
        return service(request)

    run(respond_to, GATEWAY, USER, Signer())

    assert sent == {(method, f"/{STAGE}/{path}") for method, path in SIGNED_ROUTES}


def test_an_api_with_iam_authorization_fails_without_signatures():
    passed, lines = run(require_signatures(Service()), GATEWAY)

    assert not passed
    assert not any(line.startswith("ok") for line in lines)


def test_an_api_that_takes_unsigned_requests_fails_where_signatures_are_expected():
    passed, lines = run(Service(), GATEWAY, signer=Signer())

    (failure,) = list_failures(lines)
    assert not passed
    assert failure == "FAIL  /v1/health: refused without a signature: status 200, not 403"


def test_requests_are_signed_for_the_region_in_the_host_name(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "unchecked")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "unchecked")
    signer = create_signer("https://abc-vpce-1.execute-api.eu-west-1.amazonaws.com/v1")

    request = next(signer.sync_auth_flow(httpx.Request("GET", "https://abc.test/v1/health")))

    assert "/eu-west-1/execute-api/aws4_request" in request.headers["authorization"]


def test_a_host_that_takes_no_signatures_is_refused(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["smoke", "https://query.example.com/v1", "--sign"])

    with pytest.raises(SystemExit) as raised:
        main()

    assert raised.value.code == 2
    assert "the host of https://query.example.com/v1 is none of API Gateway" in (
        capsys.readouterr().err
    )


def test_a_service_without_the_stage_prefix_fails():
    passed, lines = run(Service(prefixes=("",)))

    assert not passed
    assert all(line.startswith("FAIL  /v1/") for line in list_failures(lines))


@pytest.mark.parametrize(
    ("path", "wrong", "reason"),
    [
        ("/health", respond(200, {"services": {}}), "status not as expected"),
        ("/health/ready", respond(503, {}), "status 503, not 200"),
        ("/docs", respond(404, {}), "status 404, not 200"),
        ("/query/marketing", respond(200, {"success": True, "data": []}), "missing"),
        ("/query/marketing", make_page(make_row(1)), "more than one empty page"),
        ("/query/fail", httpx.Response(200, content=b"<html>"), "malformed"),
        ("/query/transaction", respond(200, []), "Expected `object`"),
        ("/query/user/summary", respond(200, {"success": True, "data": []}), "counted"),
        ("/query/fail/summary", make_count(1), "something was counted"),
        ("/query/fail", make_page(make_row(1, status="SENT")), "that did not fail"),
        ("/query/failed", respond(200, {"success": True}), "status 200, not 308"),
        ("/query/failure", httpx.Response(308, headers={"location": "fail"}), "Deprecation"),
        (
            "/query/failure",
            httpx.Response(308, headers={"location": "/query/user", "deprecation": "@1"}),
            "it redirects elsewhere",
        ),
    ],
)
def test_a_wrong_response_fails_with_the_reason(path, wrong, reason):
    passed, lines = run(Service({path: wrong}), GATEWAY)

    assert not passed
    assert any(f"/v1{path}:" in line and reason in line for line in list_failures(lines))


@pytest.mark.parametrize(
    ("path", "wrong", "reason"),
    [
        ("/console", respond_part("<html>", "text/html"), "the page loads nothing"),
        (PART, respond_part(status=403), "list.js has status 403"),
        (STYLE, respond_part(media_type="text/plain"), "style.css is of type text/plain"),
        (PART, respond_part(media_type="application/json"), "list.js is of type application/json"),
        (PART, respond_part(cache_control="no-cache"), "list.js is not to be kept"),
        (PART, respond_part(""), "list.js is empty"),
        (PART, respond_part("/* \ufffd */"), "list.js has lost characters on its way"),
        (
            STYLE,
            httpx.Response(
                200,
                headers={"content-type": "text/css", "cache-control": KEPT},
                content="é".encode("latin-1"),
            ),
            "style.css is not in UTF-8",
        ),
    ],
)
def test_a_console_that_would_not_work_fails_with_the_reason(path, wrong, reason):
    passed, lines = run(Service({path: wrong}), GATEWAY)

    (failure,) = list_failures(lines)
    assert not passed
    assert failure.startswith("FAIL  /v1/console:")
    assert failure.endswith(reason)


def test_a_page_without_the_fields_of_the_replaced_service_fails():
    page = respond(200, {"data": [], "message": "", "next_cursor": None})

    _, lines = run(Service({"/query/fail": page}), GATEWAY)

    failures = list_failures(lines)
    assert len(failures) == len(LEGACY)
    assert all("success, total_count not as expected" in line for line in failures)


def test_a_service_without_head_fails():
    service = Service()

    def respond_to(request):
        return respond(405, {}) if request.method == "HEAD" else service(request)

    passed, lines = run(respond_to, GATEWAY)

    assert not passed
    assert len(list_failures(lines)) == len(READS) + len({"/console"})


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (respond(400, {"type": "/problems/invalid-cursor", "status": 400}), "problem+json"),
        (respond_problem("something-else"), "type not as expected"),
        (respond_problem("invalid-cursor", request_id=""), "no request_id"),
        (make_page(), "it was accepted"),
    ],
)
def test_an_error_in_another_format_fails(wrong, reason):
    _, lines = run(Service({"/query/user": wrong}), GATEWAY)

    problems = [line for line in list_failures(lines) if "problem:" in line]
    assert len(problems) == 2
    assert any(reason in line for line in problems)


@pytest.mark.parametrize("rows", [[], [make_row(1)]], ids=["none", "the same again"])
def test_a_cursor_that_leads_to_no_new_row_fails(rows):
    stuck = make_page(*rows, next_cursor="1")

    _, lines = run(Service({"/query/user": stuck}), GATEWAY, user_id=USER)

    assert any("the cursor leads to the next page" in line for line in list_failures(lines))


def test_a_newer_next_page_fails():
    service = Service()
    service.rows = [make_row(number) for number in (2, 3)]

    _, lines = run(service, GATEWAY, user_id=USER)

    (failure,) = list_failures(lines)
    assert failure.endswith("the next page is newer")


def test_without_a_response_every_check_fails_with_the_reason():
    def refuse(_request):
        raise httpx.ConnectError("refused")

    passed, lines = run(refuse, GATEWAY)

    assert not passed
    assert len(list_failures(lines)) == 21
    assert all("ConnectError: refused" in line for line in list_failures(lines))


def test_the_output_shows_nothing_of_a_response():
    secret = make_page(make_row("secret", created_at="secret"))

    _, lines = run(Service({"/query/user": secret}), GATEWAY, user_id=USER)

    assert "secret" not in "\n".join(lines)


def test_each_query_and_each_summary_has_a_check():
    paths = {check.path for check in list_checks(user_id=None, is_signed=False)}

    assert {route.path for route in (*PAGES, *SUMMARIES)} <= paths


def test_a_url_of_no_api_is_refused(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["smoke", "api.example.com"])

    with pytest.raises(SystemExit) as raised:
        main()

    assert raised.value.code == 2
    assert "invalid api_url value: 'api.example.com'" in capsys.readouterr().err
