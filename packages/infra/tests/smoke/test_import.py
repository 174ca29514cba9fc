from infra.config.model import Config


def test_a_configuration_of_defaults_is_one():
    assert Config().aws_region == "ap-southeast-1"
