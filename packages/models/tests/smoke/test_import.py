import subprocess
import sys

import notification_models


def test_every_exported_name_exists():
    missing = [
        name for name in notification_models.__all__ if not hasattr(notification_models, name)
    ]

    assert missing == []


def test_importing_the_models_imports_no_third_party_module():
    code = (
        "import sys, sysconfig, notification_models;"
        "site = sysconfig.get_paths()['purelib'];"
        "print([name for name, module in sys.modules.items()"
        " if (getattr(module, '__file__', None) or '').startswith(site)])"
    )

    result = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(next(iter(notification_models.__path__))) + "/.."},
    )

    assert result.stdout.strip() == "[]"
