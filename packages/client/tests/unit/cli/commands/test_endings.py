import httpx
import pytest

from ....support.fake_service import page, problem


def test_a_problem_is_described_with_its_faults_as_options(run):
    faults = [
        {"pointer": "/created_from", "detail": "At most 31 days."},
        {"pointer": "", "detail": "Whole \x1b."},
    ]

    result = run(["failures"], problem(400, "invalid-request", errors=faults))

    assert result.stderr == (
        "Error: Invalid request (400).\n"
        "  --since: At most 31 days.\n"
        "  request: Whole \\x1b.\n"
        "Request id: req-1\n"
    )
    assert result.stdout == ""
    assert result.exit_code == 1


def test_a_problem_without_faults_has_its_detail(run):
    result = run(["user", "x"], problem(503, "throttled"))

    assert result.stderr == "Error: Throttled (503). What to do.\nRequest id: req-1\n"
    assert result.exit_code == 1


def test_a_path_that_is_not_found_has_a_hint(run):
    result = run(["summary", "user", "x"], problem(404, "not-found"))

    assert result.stderr == (
        "Error: Not found (404). What to do.\n"
        "Check the path of --url; or the service is older than this command.\n"
        "Request id: req-1\n"
    )


@pytest.mark.parametrize("format_", ["table", "csv", "ndjson", "json"])
def test_a_problem_at_first_writes_nothing(run, format_):
    result = run(["user", "x", "--format", format_], problem(500, "internal-error"))

    assert result.stdout == ""
    assert result.exit_code == 1


def test_a_problem_of_a_later_page_leaves_what_was_written(run):
    pages = [page({"user_id": "x", "transaction_id": "t", "created_at": 1}, next_cursor="a")]

    result = run(["user", "x", "--all", "--format", "ndjson"], *pages, problem(503, "throttled"))

    assert result.stdout.count("\n") == 1
    assert "Throttled" in result.stderr
    assert result.exit_code == 1


def test_another_server_is_named_without_its_password(run):
    url = "http://me:unchecked@example.com/v1"

    result = run(["user", "x", "--url", url], httpx.Response(200, text="<html>"))

    assert result.stderr.startswith("Error: http://example.com is not the notification API: ")
    assert "unchecked" not in result.stderr
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "url"),
    [([], "http://from-variable"), (["--url", "http://from-option"], "http://from-option")],
)
def test_the_address_is_an_option_or_a_variable(run, arguments, url):
    environment = {"NOTIFICATIONS_URL": "http://from-variable"}

    result = run(["user", "x", *arguments], page(), environment=environment)

    assert result.urls == [url]


def test_the_default_address_is_the_local_stack(run):
    assert run(["user", "x"], page()).urls == ["http://127.0.0.1:8000"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["user"], "Missing argument 'ID'"),
        (["user", "x", "--url", "127.0.0.1:8000"], "--url: the URL of the API is http://"),
        (["user", "x", "--since", "ystd"], "'ystd' is not a time. Examples: 2h"),
        (["user", "x", "--since", "1h", "--until", "2h"], "the window ends before it begins"),
        (["user", "x", "--tz", "asia/taipe"], "did you mean Asia/Taipei?"),
        (["user", "x", "--tz", "?"], "an example is Asia/Taipei"),
        (["user", "x", "--limit", "0"], "'--limit'"),
        (["user", "x", "--limit", "1", "--all"], "--limit cannot be used with --all"),
        (["user", "x", "--bom"], "--bom needs --format csv"),
        (["summary", "user", "x", "--bom"], "--bom needs --format csv"),
        (["failures", "--status", "SENT"], "No such option"),
        (["nothing"], "No such command"),
    ],
)
def test_a_wrong_option_has_its_reason_and_status_2(run, arguments, reason):
    result = run(arguments)

    assert reason in " ".join(result.stderr.split())
    assert result.stdout == ""
    assert result.exit_code == 2
