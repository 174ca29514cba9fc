"""Resource kinds that the emulator's CloudFormation refuses; `emulator_process` adds stand-ins.

What their templates say is tested in packages/infra.
"""

from typing import Final

REFUSED: Final = (
    "AWS::ApiGatewayV2::VpcLink",
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::CloudWatch::Alarm",  # of several metrics; of one metric it creates them
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::EC2::FlowLog",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "Custom::VpcRestrictDefaultSG",  # its function is Node with an SDK that only Lambda brings
)
