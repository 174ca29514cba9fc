"""What the emulator's CloudFormation refuses: by itself, and for the rehearsal."""

from typing import Final

MISSING_IMAGE: Final = f"sha256:{'f' * 64}"
"""Digest of an image that does not exist, so that its tasks do not start."""

# `emulator_process` adds stand-ins. What their templates say is tested in packages/infra.
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
