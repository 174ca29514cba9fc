"""The mapping templates, run by a Velocity engine."""

import json
import string

import airspeed
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.constructs.private_api.cached_queries import encode_request_template
from infra.constructs.private_api.routes import PAGES, QUERIES, SUMMARIES

ESCAPED = {"\b": "b", "\n": "n", "\t": "t", "\f": "f", "\r": "r"}
USER, MARKETING, FAIL, TRANSACTION = PAGES
USER_SUMMARY, MARKETING_SUMMARY, FAIL_SUMMARY = SUMMARIES


class QueryString(dict):
    """Java's map, as far as the template uses it."""

    def containsKey(self, name):  # noqa: N802 - Java's
        return name in self


class Values(list):
    """Java's list, as far as the template uses it."""

    def size(self):
        return len(self)


class Input:
    def __init__(self, parameters):
        self._parameters = parameters

    def params(self):
        return {"querystring": QueryString(self._parameters)}


class Util:
    """API Gateway's `$util`, which is `escapeJavaScript` of Apache commons-lang 2.

    Source: https://commons.apache.org/proper/commons-lang/javadocs/api-2.6/org/apache/commons/lang/StringEscapeUtils.html
    """

    def escapeJavaScript(self, text):  # noqa: N802 - Java's
        return "".join(self._escape(each) for each in text)

    def _escape(self, character):
        if character in "'\"\\/":
            return f"\\{character}"
        if character in ESCAPED:
            return f"\\{ESCAPED[character]}"
        if " " <= character <= "\x7f":
            return character
        units = character.encode("utf-16-be").hex().upper()
        return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


@pytest.fixture(scope="module")
def render():
    """Render a route's template with a query string; returns the body for the service."""
    templates = {each: airspeed.Template(encode_request_template(each)) for each in QUERIES}

    def run(route, **parameters):
        given = {
            name: each[-1] if isinstance(each, Values) else each
            for name, each in parameters.items()
        }
        values = {
            name: each if isinstance(each, Values) else Values([each])
            for name, each in parameters.items()
        }
        method = {"request": {"multivaluequerystring": QueryString(values)}}
        body = templates[route].merge({"input": Input(given), "util": Util(), "method": method})
        return json.loads(body)

    return run


@pytest.mark.parametrize("route", QUERIES, ids=lambda route: route.path)
def test_every_field_is_passed_on_under_its_name(render, route):
    texts = {name: f"a-{name}" for name in (route.id_field, *route.text_fields)}
    numbers = {name: 7 + at for at, name in enumerate(route.number_fields)}
    lists = {name: [f"a-{name}", f"b-{name}"] for name in route.list_fields}

    body = render(
        route,
        **texts,
        **{name: str(number) for name, number in numbers.items()},
        **{name: ",".join(names) for name, names in lists.items()},
    )

    assert body == texts | numbers | lists
    assert set(body) == set(route.fields)


@pytest.mark.parametrize(
    "value",
    [
        "it's",
        'a "quoted" word',
        "back\\slash",
        "back\\'slash and apostrophe",
        "\\",
        "新年快樂 🎉",
        "</script>",
        "line\nbreak\ttab\x00nul\x7f",
        '", "limit": 100, "x": "',
        "$util #if($x) ${user_id} #end",
    ],
)
def test_any_text_is_passed_on_unchanged(render, value):
    assert render(USER, user_id=value) == {"user_id": value}


@given(value=st.text(st.characters(exclude_categories=["Cs"])))
def test_generated_texts_are_passed_on_unchanged(render, value):
    assert render(MARKETING, marketing_id=value, status=value) == {
        "marketing_id": value,
        "status": value,
    }


@given(value=st.text(alphabet=string.printable, max_size=8))
def test_a_number_is_passed_on_as_number_or_unchanged_as_text(render, value):
    number = render(FAIL, transaction_id="tx", limit=value)["limit"]

    assert number == value or (type(number) is int and str(number) == value)


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("10", 10), ("-5", -5)])
def test_whole_numbers_are_numbers(render, text, value):
    assert render(TRANSACTION, transaction_id="tx", limit=text)["limit"] == value


@pytest.mark.parametrize("text", ["", "010", "1e3", "1.5", "+1", "\u0661\u0660", "9" * 17, "10 "])
def test_an_invalid_number_is_passed_on_as_text(render, text):
    assert render(USER, user_id="u", limit=text)["limit"] == text


def test_an_id_of_digits_stays_text(render):
    assert render(USER, user_id="12") == {"user_id": "12"}


def test_an_empty_filter_is_passed_on(render):
    assert render(USER, user_id="u", status="") == {"user_id": "u", "status": ""}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("status", ["status"]),
        ("ap_id,error_msg,minute", ["ap_id", "error_msg", "minute"]),
        ("", [""]),
        ('it\'s,"b"', ["it's", '"b"']),
    ],
)
def test_names_are_split_at_commas(render, text, names):
    assert render(FAIL_SUMMARY, by=text) == {"by": names}


def test_a_filter_is_one_value_even_with_a_comma(render):
    body = render(USER, user_id="u", ap_id="a,b", status="FAILED,SENT", marketing_id="c,d")

    assert body == {"user_id": "u", "ap_id": "a,b", "status": "FAILED,SENT", "marketing_id": "c,d"}


@pytest.mark.parametrize("time", ["2026-11-24T18:00:00+08:00", "2026-11-24T10:00:00Z"])
def test_a_time_may_be_a_text(render, time):
    body = render(
        MARKETING_SUMMARY, marketing_id="c", created_from=time, created_to="1764000000000"
    )

    assert body == {"marketing_id": "c", "created_from": time, "created_to": 1764000000000}


def test_a_time_zone_is_passed_on(render):
    body = render(USER_SUMMARY, user_id="u", time_zone="Asia/Taipei")

    assert body == {"user_id": "u", "time_zone": "Asia/Taipei"}


@pytest.mark.parametrize("route", [FAIL, FAIL_SUMMARY], ids=lambda route: route.path)
def test_all_failures_are_queried_without_a_parameter(render, route):
    assert render(route) == {}


@pytest.mark.parametrize("route", QUERIES, ids=lambda route: route.path)
def test_a_repeated_parameter_is_replaced_by_a_field_that_the_service_refuses(render, route):
    for name in route.fields:
        body = render(route, **{name: Values(["one", "other"])})

        assert body == {f"repeated_{name}": True}
        assert f"repeated_{name}" not in route.fields


def test_other_parameters_beside_a_repeated_one_are_passed_on(render):
    body = render(USER, user_id=Values(["u_1", "u_2"]), status="FAILED", limit="5")

    assert body == {"repeated_user_id": True, "status": "FAILED", "limit": 5}


@pytest.mark.parametrize("route", QUERIES, ids=lambda route: route.path)
def test_without_the_list_of_values_no_parameter_is_passed_on(route):
    template = airspeed.Template(encode_request_template(route))
    given = dict.fromkeys(route.fields, "7")

    body = template.merge({"input": Input(given), "util": Util()})

    assert json.loads(body) == {f"repeated_{name}": True for name in route.fields}


def test_an_unknown_parameter_is_not_passed_on(render):
    assert render(USER, user_id="u", state="FAILED") == {"user_id": "u"}


def test_query_fail_has_no_status_filter():
    assert "status" not in FAIL.fields
