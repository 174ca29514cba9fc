"""The console with sign-in: its listener, rules, and who connects to whom."""

import json

import pytest

GATEWAY_PORT = 80
CONSOLE_PORT = 8443
REFERENCE = (
    "{{resolve:secretsmanager:"
    "arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:console-AbCdEf"
    ":SecretString:::01234567-89ab-cdef-0123-456789abcdef}}"
)


@pytest.fixture
def listener(with_console):
    return with_console.find_named("ElasticLoadBalancingV2::Listener", Port=CONSOLE_PORT)


@pytest.fixture
def rules(with_console):
    """The rules of the listener by their paths."""
    listener_id = with_console.find_id("ElasticLoadBalancingV2::Listener", Port=CONSOLE_PORT)
    found = with_console.find("ElasticLoadBalancingV2::ListenerRule").values()
    assert {each["ListenerArn"] for each in found} == {f"${{{listener_id}}}"}
    return {
        tuple(condition["PathPatternConfig"]["Values"]): each["Actions"]
        for each in found
        for condition in each["Conditions"]
    }


@pytest.fixture
def sign_ins(rules):
    """How the rules sign people in."""
    return [
        action["AuthenticateOidcConfig"]
        for actions in rules.values()
        for action in actions
        if action["Type"] == "authenticate-oidc"
    ]


@pytest.fixture
def group(with_console):
    """The security group of the load balancer."""
    (found,) = with_console.get("ElasticLoadBalancingV2::LoadBalancer")["SecurityGroups"]
    return found


def list_sources(deployed, group, port):
    """Who may connect to a port of a security group: other groups, and address ranges."""
    (inline,) = (
        each.get("SecurityGroupIngress", [])
        for name, each in deployed.find("EC2::SecurityGroup").items()
        if f"${{{name}.GroupId}}" == group
    )
    rules = [
        each
        for each in deployed.find("EC2::SecurityGroupIngress").values()
        if each["GroupId"] == group
    ]
    return {
        each.get("SourceSecurityGroupId", each.get("CidrIp"))
        for each in (*inline, *rules)
        if each["FromPort"] <= port <= each["ToPort"]
    }


def test_without_sign_in_there_is_no_listener_for_people(either):
    assert len(either.find("ElasticLoadBalancingV2::Listener")) == 1
    assert not either.find("ElasticLoadBalancingV2::ListenerRule")


def test_sign_in_changes_nothing_but_what_its_security_groups_allow(default, with_console):
    changed = {
        each["Type"]
        for name, each in default.resources.items()
        if with_console.resources[name].get("Properties") != each.get("Properties")
    }

    assert changed == {"AWS::EC2::SecurityGroup"}


def test_the_gateway_has_its_listener_without_a_rule(with_console):
    listener = with_console.find_named("ElasticLoadBalancingV2::Listener", Port=GATEWAY_PORT)

    assert [each["Type"] for each in listener["DefaultActions"]] == ["forward"]


def test_people_use_tls_1_2_or_later(listener):
    assert listener["Protocol"] == "HTTPS"
    assert listener["SslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2")
    assert len(listener["Certificates"]) == 1


def test_any_other_path_is_not_found(listener, rules):
    assert [each["Type"] for each in listener["DefaultActions"]] == ["fixed-response"]
    assert listener["DefaultActions"][0]["FixedResponseConfig"]["StatusCode"] == "404"
    assert set(rules) == {
        ("/console", "/oauth2/idpresponse"),
        ("/console/*", "/query/*"),
        ("/",),
    }


def test_nothing_is_forwarded_without_a_session(rules):
    forwarded = [
        actions for actions in rules.values() if any(each["Type"] == "forward" for each in actions)
    ]

    assert len(forwarded) == 2
    for actions in forwarded:
        first, second = sorted(actions, key=lambda each: each["Order"])
        assert (first["Type"], second["Type"]) == ("authenticate-oidc", "forward")
        assert first["AuthenticateOidcConfig"]["OnUnauthenticatedRequest"] != "allow"


def test_only_the_page_leads_to_the_sign_in(rules):
    def get_otherwise(*paths):
        (action,) = (each for each in rules[paths] if each["Type"] == "authenticate-oidc")
        return action["AuthenticateOidcConfig"]["OnUnauthenticatedRequest"]

    assert get_otherwise("/console", "/oauth2/idpresponse") == "authenticate"
    assert get_otherwise("/console/*", "/query/*") == "deny"


def test_page_and_queries_share_the_session(sign_ins):
    first, second = ({**each, "OnUnauthenticatedRequest": None} for each in sign_ins)

    assert first == second
    assert first["SessionTimeout"] == 8 * 60 * 60
    assert first["Scope"] == "openid"


def test_the_secret_is_a_reference_to_its_version(with_console, sign_ins):
    assert [each["ClientSecret"] for each in sign_ins] == [REFERENCE, REFERENCE]
    assert json.dumps(with_console.resources).count(REFERENCE) == 2


def test_the_root_leads_to_the_page_on_the_same_host(rules):
    (action,) = rules[("/",)]

    assert action["RedirectConfig"]["Host"] == "notifications.example.com"
    assert action["RedirectConfig"]["Path"] == "/console"
    assert action["RedirectConfig"]["StatusCode"] == "HTTP_302"


def test_people_reach_only_their_port_and_the_gateway_only_its_own(with_console, group):
    (link_group,) = with_console.get("ApiGatewayV2::VpcLink")["SecurityGroupIds"]

    assert list_sources(with_console, group, GATEWAY_PORT) == {link_group}
    assert list_sources(with_console, group, CONSOLE_PORT) == {
        "10.8.0.0/16",
        "100.64.0.0/16",
    }


def test_the_load_balancer_reaches_tasks_and_the_provider_and_nobody_else(with_console, group):
    (tasks,) = with_console.get("ECS::Service")["NetworkConfiguration"]["AwsvpcConfiguration"][
        "SecurityGroups"
    ]
    (inline,) = (
        each.get("SecurityGroupEgress", [])
        for name, each in with_console.find("EC2::SecurityGroup").items()
        if f"${{{name}.GroupId}}" == group
    )
    rules = [
        each
        for each in with_console.find("EC2::SecurityGroupEgress").values()
        if each["GroupId"] == group
    ]

    reached = {
        (
            each.get("DestinationSecurityGroupId", each.get("DestinationPrefixListId")),
            each["ToPort"],
        )
        for each in (*inline, *rules)
        if each.get("CidrIp") != "255.255.255.255/32"  # the CDK's way to allow nothing
    }

    assert reached == {(tasks, 8000), ("pl-0123456789abcdef0", 443)}
