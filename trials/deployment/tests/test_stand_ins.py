"""The emulator with its stand-ins, as its CloudFormation uses them."""

import json

import pytest

from local_stack.emulator.aws_access import create_client, create_session
from local_stack.emulator.emulator import run_emulator
from local_stack.ports import find_port
from trials.deployment.refused import REFUSED

PROGRAM = "trials.deployment.emulator_process"


@pytest.fixture
def cloudformation():
    port = find_port(0, option="none")
    with run_emulator(port, services=(), program=PROGRAM) as emulator:
        client = create_client(create_session(), "cloudformation", emulator.url)
        yield client
        client.close()


def test_a_stack_of_refused_kinds_is_created_and_deleted(cloudformation):
    resources = {
        f"Thing{number}": {"Type": kind, "Properties": {"Metrics": [{}]}}
        for number, kind in enumerate(REFUSED)
    }

    cloudformation.create_stack(
        StackName="things", TemplateBody=json.dumps({"Resources": resources})
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="things", WaiterConfig={"Delay": 1}
    )
    created = cloudformation.describe_stack_resources(StackName="things")["StackResources"]
    cloudformation.delete_stack(StackName="things")
    cloudformation.get_waiter("stack_delete_complete").wait(
        StackName="things", WaiterConfig={"Delay": 1}
    )

    assert len(created) == len(REFUSED)
