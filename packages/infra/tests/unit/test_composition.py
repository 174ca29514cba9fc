"""The stacks together."""

import json

import pytest

DATA = "query-service-data"
APPLICATION = "query-service-application"
PYTHON = "python3.13"
KEY = "arn:aws:kms:ap-southeast-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"


@pytest.fixture(params=["plain", "elaborate"])
def synthesized(request):
    """Both configurations, one after the other."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def resources(synthesized):
    return {
        name: each
        for template in synthesized.stacks.values()
        for name, each in template["Resources"].items()
    }


def find(resources, kind):
    return [each["Properties"] for each in resources.values() if each["Type"] == f"AWS::{kind}"]


def list_statements(resources):
    return [
        statement
        for policy in find(resources, "IAM::Policy")
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def as_list(value):
    return value if isinstance(value, list) else [value]


def test_the_tables_cannot_be_deleted_with_their_stack(synthesized):
    assert synthesized.termination_protected == {DATA}


def test_without_deletion_protection_a_stack_whose_creation_failed_can_be_deleted(unprotected):
    tables = find(unprotected.stacks[DATA]["Resources"], "DynamoDB::Table")
    (load_balancer,) = find(
        unprotected.stacks[APPLICATION]["Resources"], "ElasticLoadBalancingV2::LoadBalancer"
    )

    assert not unprotected.termination_protected
    assert [each["DeletionProtectionEnabled"] for each in tables] == [False, False]
    assert {"Key": "deletion_protection.enabled", "Value": "false"} in load_balancer[
        "LoadBalancerAttributes"
    ]


def test_protection_changes_only_the_tables_and_the_load_balancer(plain, unprotected):
    changed = {
        each["Type"]
        for stack, template in plain.stacks.items()
        for name, each in template["Resources"].items()
        if each != unprotected.stacks[stack]["Resources"][name]
    }

    assert changed == {"AWS::DynamoDB::Table", "AWS::ElasticLoadBalancingV2::LoadBalancer"}


def test_what_a_failed_creation_leaves_has_a_generated_name(synthesized):
    """A fixed name would be taken when the creation is repeated."""
    kept = [
        each
        for template in synthesized.stacks.values()
        for each in template["Resources"].values()
        if each.get("DeletionPolicy") == "Retain"
    ]
    names = [name for each in kept for name in each.get("Properties", {}) if name.endswith("Name")]

    assert kept
    assert not names


def find_references(value, function):
    """Find the arguments of a CloudFormation function anywhere in a template."""
    if isinstance(value, dict):
        found = [value[function]] if function in value else []
        return found + [each for part in value.values() for each in find_references(part, function)]
    if isinstance(value, list):
        return [each for part in value for each in find_references(part, function)]
    return []


def test_neither_stack_exports_what_the_other_would_keep_in_use(synthesized):
    """CloudFormation deletes and changes no export that a stack imports."""
    outputs = [
        each
        for template in synthesized.stacks.values()
        for each in template.get("Outputs", {}).values()
    ]

    assert outputs
    assert not [each for each in outputs if "Export" in each]
    assert not find_references(synthesized.stacks, "Fn::ImportValue")


def test_the_application_reads_the_stream_of_the_new_command_table(plain):
    (mapping,) = find(plain.stacks[APPLICATION]["Resources"], "Lambda::EventSourceMapping")
    output = mapping["EventSourceArn"]["Fn::GetStackOutput"]

    assert output["StackName"] == DATA
    stream = plain.stacks[DATA]["Outputs"][output["OutputName"]]["Value"]["Fn::GetAtt"]
    assert plain.stacks[DATA]["Resources"][stream[0]]["Properties"]["TableName"] == (
        "command-records"
    )
    assert stream[1] == "StreamArn"


def test_a_failed_operation_on_either_stack_notifies(plain):
    rules = json.dumps(find(plain.stacks[APPLICATION]["Resources"], "Events::Rule"))

    assert all(f":stack/{name}/" in rules for name in (DATA, APPLICATION))


def test_the_event_source_mapping_of_a_deployment_is_not_replaced(synthesized):
    """Lambda refuses the second mapping of a stream that a replacement would create."""
    resources = synthesized.stacks[APPLICATION]["Resources"]

    assert [
        name
        for name, each in resources.items()
        if each["Type"] == "AWS::Lambda::EventSourceMapping"
    ] == [
        "StreamProcessorFunctionDynamoDBEventSourcequeryservicedataCommandRecordsCB5496F6C3B79060"
    ]


def test_with_an_existing_command_table_the_application_reads_no_output(elaborate):
    assert not find_references(elaborate.stacks, "Fn::GetStackOutput")


def test_the_application_leaves_a_command_table_of_the_stack_before_the_stack_does(
    plain, other_stream
):
    """The output that the deployed application reads goes with the table."""
    reference, *_ = find_references(plain.stacks[APPLICATION], "Fn::GetStackOutput")

    assert reference["OutputName"] in plain.stacks[DATA]["Outputs"]
    assert reference["OutputName"] not in other_stream.stacks[DATA].get("Outputs", {})
    assert not find_references(other_stream.stacks[APPLICATION], "Fn::GetStackOutput")


def test_another_stream_of_the_own_command_table_changes_only_what_reads_it(plain, other_stream):
    before, after = (each.stacks[APPLICATION]["Resources"] for each in (plain, other_stream))
    (mapping,) = find(after, "Lambda::EventSourceMapping")

    assert before.keys() == after.keys()
    assert {each["Type"] for name, each in before.items() if each != after[name]} == {
        "AWS::Lambda::EventSourceMapping",
        "AWS::IAM::Policy",
    }
    assert ":table/command-records/stream/" in mapping["EventSourceArn"]


def test_the_own_command_table_stays_when_it_leaves_the_stack(plain, other_stream):
    before, after = (each.stacks[DATA]["Resources"] for each in (plain, other_stream))
    (left,) = (each for name, each in before.items() if name not in after)

    assert left["Properties"]["TableName"] == "command-records"
    assert left["DeletionPolicy"] == "RetainExceptOnCreate"
    assert all(each == before[name] for name, each in after.items())


def test_the_tables_are_deployed_before_the_application(synthesized):
    assert synthesized.dependencies == {DATA: set(), APPLICATION: {DATA}}


def test_the_data_stack_has_only_tables(plain):
    kinds = {each["Type"] for each in plain.stacks[DATA]["Resources"].values()}

    assert kinds == {"AWS::DynamoDB::Table"}


def test_an_existing_command_table_is_not_created(elaborate):
    tables = find(elaborate.stacks[DATA]["Resources"], "DynamoDB::Table")
    (mapping,) = find(elaborate.stacks[APPLICATION]["Resources"], "Lambda::EventSourceMapping")

    assert [each["TableName"] for each in tables] == ["received"]
    assert mapping["EventSourceArn"] == (
        "arn:aws:dynamodb:ap-southeast-1:123456789012:table/sent/stream/2026-11-23T09:00:00.000"
    )


def test_the_read_model_has_its_own_name_by_default(plain):
    tables = find(plain.stacks[DATA]["Resources"], "DynamoDB::Table")

    assert {each["TableName"] for each in tables} == {"command-records", "notification-records"}


@pytest.fixture
def read_table(elaborate):
    """Name and ARN of the read model."""
    (table,) = find(elaborate.stacks[DATA]["Resources"], "DynamoDB::Table")
    name = table["TableName"]
    prefix = "arn:aws:dynamodb:ap-southeast-1:"
    parts = [prefix, {"Ref": "AWS::AccountId"}, f":table/{name}"]
    return name, {"Fn::Join": ["", parts]}


def test_functions_and_service_get_the_name_of_the_read_model(elaborate, read_table):
    resources = elaborate.stacks[APPLICATION]["Resources"]
    functions = {
        each["FunctionName"]: each["Environment"]["Variables"]
        for each in find(resources, "Lambda::Function")
    }
    (task,) = find(resources, "ECS::TaskDefinition")
    (container,) = task["ContainerDefinitions"]

    name, _ = read_table
    query = functions.pop("notification-query")
    assert functions
    assert [each["READ_TABLE_NAME"] for each in functions.values()] == [name] * len(functions)
    assert query["QUERY_TABLE_NAME"] == name
    assert {"Name": "QUERY_TABLE_NAME", "Value": name} in container["Environment"]


def test_alarms_watch_the_read_model_by_its_name(elaborate, read_table):
    alarms = {
        each["AlarmName"]: json.dumps(each)
        for each in find(elaborate.stacks[APPLICATION]["Resources"], "CloudWatch::Alarm")
    }

    name, _ = read_table
    for kind in ("read", "write"):
        alarm = alarms[f"query-service-notification-records-{kind}-throttles"]
        assert json.dumps({"Name": "TableName", "Value": name}) in alarm


def test_permissions_on_rows_are_on_the_read_model_of_that_name(elaborate, read_table):
    application = elaborate.stacks[APPLICATION]
    statements = list_statements(application["Resources"])

    _, arn = read_table
    queried = [
        resource
        for each in statements
        if "dynamodb:Query" in as_list(each["Action"])
        for resource in as_list(each["Resource"])
    ]
    assert arn in queried
    assert "notification-records" not in json.dumps(statements)


def test_four_variables_describe_an_existing_vpc(routed):
    resources = routed.stacks[APPLICATION]["Resources"]
    (service,) = find(resources, "ECS::Service")
    subnets = service["NetworkConfiguration"]["AwsvpcConfiguration"]["Subnets"]

    assert subnets == ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
    assert not find(resources, "EC2::VPC")


def test_no_security_group_rule_allows_the_internet(resources):
    text = json.dumps(
        [each for each in resources.values() if each["Type"].startswith("AWS::EC2::SecurityGroup")]
    )

    assert "0.0.0.0/0" not in text
    assert "::/0" not in text


def test_nothing_is_public(resources):
    schemes = [each["Scheme"] for each in find(resources, "ElasticLoadBalancingV2::LoadBalancer")]
    kinds = [
        each["EndpointConfiguration"]["Types"] for each in find(resources, "ApiGateway::RestApi")
    ]

    assert schemes == ["internal"]
    assert kinds == [["PRIVATE"]]
    assert not find(resources, "Lambda::Url")


def test_no_role_has_an_action_with_a_wildcard(resources):
    actions = [action for each in list_statements(resources) for action in as_list(each["Action"])]

    assert actions
    assert not [action for action in actions if "*" in action]


def test_permissions_on_data_name_their_resource(resources):
    open_actions = {
        action
        for each in list_statements(resources)
        for action in as_list(each["Action"])
        if "*" in as_list(each["Resource"])
        and action.startswith(("dynamodb:", "s3:", "sqs:", "lambda:"))
    }

    # It takes no resource.
    assert open_actions == {"dynamodb:ListStreams"}


def test_only_the_role_for_personal_data_may_delete_command_records(synthesized):
    application = synthesized.stacks[APPLICATION]
    role_arn = application["Outputs"]["PersonalDataRoleArn"]["Value"]["Fn::GetAtt"]
    holders = [
        policy["Roles"]
        for policy in find(application["Resources"], "IAM::Policy")
        if "dynamodb:DeleteItem" in json.dumps(policy)
    ]

    assert holders == [[{"Ref": role_arn[0]}]]


def test_every_log_group_has_a_retention(resources):
    groups = find(resources, "Logs::LogGroup")

    assert groups
    assert [each for each in groups if not each.get("RetentionInDays")] == []


def test_every_function_is_named_and_on_arm64(resources):
    functions = find(resources, "Lambda::Function")
    named = [each for each in functions if each["Runtime"] == PYTHON]

    assert named
    assert [each["Architectures"] for each in functions] == [["arm64"]] * len(functions)
    assert all(each["FunctionName"].startswith("notification-") for each in named)


def test_the_only_other_function_is_the_one_of_the_cdk_that_empties_a_security_group(plain):
    functions = find(plain.stacks[APPLICATION]["Resources"], "Lambda::Function")

    (other,) = (each for each in functions if each["Runtime"] != PYTHON)
    assert "default security group" in other["Description"]


def test_the_operator_functions_share_a_bundle_and_the_stream_function_has_its_own(plain):
    functions = find(plain.stacks[APPLICATION]["Resources"], "Lambda::Function")
    code = {
        each["FunctionName"]: each["Code"]["S3Key"]
        for each in functions
        if each["Runtime"] == PYTHON
    }

    stream = code.pop("notification-stream-processor")
    assert len(code) > 1
    assert len(set(code.values())) == 1
    assert stream not in code.values()


def test_the_outputs_are_what_callers_and_operator_tools_need(plain):
    outputs = plain.stacks[APPLICATION]["Outputs"]
    (endpoint_id,) = (
        name
        for name, each in plain.stacks[APPLICATION]["Resources"].items()
        if each["Type"] == "AWS::EC2::VPCEndpoint"
        and "execute-api" in str(each["Properties"]["ServiceName"])
    )

    assert {"Ref": endpoint_id} in outputs["ApiUrl"]["Value"]["Fn::Join"][1]
    assert outputs.keys() == {
        "ApiUrl",
        "CallerPolicyArn",
        "CallerSecurityGroupId",
        "FailuresBucket",
        "PersonalDataRoleArn",
        "QuarantineQueueUrl",
        "RebuildStateMachineArn",
    }


def test_the_url_and_the_policy_of_the_api_name_an_existing_endpoint(elaborate):
    application = elaborate.stacks[APPLICATION]
    (api,) = find(application["Resources"], "ApiGateway::RestApi")

    url = json.dumps(application["Outputs"]["ApiUrl"]["Value"])
    assert "-vpce-0123456789abcdef0.execute-api." in url
    assert "vpce-0123456789abcdef0" in api["EndpointConfiguration"]["VpcEndpointIds"]
    assert "vpce-0123456789abcdef0" in json.dumps(api["Policy"])


def test_people_find_the_console_and_what_its_name_is_an_alias_of(elaborate, plain):
    template = elaborate.stacks[APPLICATION]
    (load_balancer_id,) = (
        name
        for name, each in template["Resources"].items()
        if each["Type"] == "AWS::ElasticLoadBalancingV2::LoadBalancer"
    )

    outputs = {name: each["Value"] for name, each in template["Outputs"].items()}
    assert outputs["ConsoleUrl"] == "https://notifications.example.com:8443/console"
    assert outputs["ConsoleHostAlias"] == {"Fn::GetAtt": [load_balancer_id, "DNSName"]}
    assert not {"ConsoleUrl", "ConsoleHostAlias"} & plain.stacks[APPLICATION]["Outputs"].keys()


def test_every_resource_with_tags_has_those_of_the_configuration(named):
    tags = [
        {tag["Key"]: tag["Value"] for tag in each["Properties"]["Tags"]}
        for template in named.stacks.values()
        for each in template["Resources"].values()
        if isinstance(each.get("Properties", {}).get("Tags"), list)
    ]

    expected = {
        "application": "query-service",
        "deployment": "dev",
        "cost-center": "1234",
        "owner": "notifications",
    }
    assert tags
    assert [each for each in tags if not expected.items() <= each.items()] == []


def test_a_deployment_without_a_name_and_tags_has_the_tag_of_the_application(plain):
    (cluster,) = find(plain.stacks[APPLICATION]["Resources"], "ECS::Cluster")

    assert cluster["Tags"] == [{"Key": "application", "Value": "query-service"}]


def list_roles(resources, action_prefix, resource):
    """The roles that may do such actions on a resource, by their reference."""
    return {
        json.dumps(policy["Roles"])
        for policy in find(resources, "IAM::Policy")
        for statement in policy["PolicyDocument"]["Statement"]
        if any(each.startswith(action_prefix) for each in as_list(statement["Action"]))
        and resource in json.dumps(statement["Resource"])
    }


def test_who_reads_or_writes_an_imported_table_may_use_its_key(elaborate):
    resources = elaborate.stacks[APPLICATION]["Resources"]

    on_table = list_roles(resources, "dynamodb:", ":table/sent")
    assert len(on_table) == len(
        ["processor", "verify", "redrive", "rebuild", "role for personal data"]
    )
    assert list_roles(resources, "kms:Decrypt", KEY) == on_table


def test_throttled_keys_are_not_shown_by_default_and_on_request_only_these(plain, named):
    by_default, on_request = (
        [
            part.get("ContributorInsightsSpecification")
            for table in find(each.stacks[stack]["Resources"], "DynamoDB::Table")
            for part in (table, *table.get("GlobalSecondaryIndexes", []))
        ]
        for each, stack in ((plain, DATA), (named, f"dev-{DATA}"))
    )

    assert by_default == [None] * 5
    assert on_request == [{"Enabled": True, "Mode": "THROTTLED_KEYS"}] * 5


def test_the_instance_in_cloud_map_has_no_name_of_a_deployment(plain, named):
    """The id that the CDK derives from the stack's name exceeds 64 characters with a name."""
    (instance,) = find(plain.stacks[APPLICATION]["Resources"], "ServiceDiscovery::Instance")
    (other,) = find(named.stacks[f"dev-{APPLICATION}"]["Resources"], "ServiceDiscovery::Instance")

    assert instance["InstanceId"] == "queryserviceapplicationQueryServiceFrontZoneNameAliasA179430D"
    assert other["InstanceId"] == "internal-alb"
