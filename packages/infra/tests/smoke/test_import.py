from infra.config.model import Config


def test_the_default_configuration_is_valid():
    assert Config().aws_region == "ap-southeast-1"
