import pytest

from infra.config.model import list_variables
from infra.config.source import load_config
from infra.scanners.configurations import CONFIGURATIONS


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_every_configuration_can_be_deployed(name):
    load_config({}, CONFIGURATIONS[name])


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_every_variable_of_a_configuration_is_known(name):
    assert CONFIGURATIONS[name].keys() <= {variable for variable, _ in list_variables()}
