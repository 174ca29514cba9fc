"""The hooks that look for secrets, with the arguments that .pre-commit-config.yaml gives them."""

import pytest

# In parts, or the hooks would find them here.
SECRETS = {
    "AWS access key": ("secrets", "AKIA" + "Q3EGRIIJQAVV4XZB"),
    "AWS secret key": (
        "secrets",
        'secret_key = "wJalrXUtn' + "FEMI/K7MDENG/" + 'bPxRfiCYzkq3Gx9TdL"',
    ),
    "GitHub token": ("secrets", "ghp_" + "R5VdJ1yX0sKq" + "2wLm8Tz4Cb7N" + "h3Gf6Pa9Ue1D"),
    "password": ("secrets", 'password = "' + 'tr0ub4dor&3"'),
    "private key": ("private-keys", "-----BEGIN " + "EC PRIVATE KEY-----"),
}


@pytest.mark.parametrize(("hook", "secret"), SECRETS.values(), ids=SECRETS)
def test_a_secret_is_found(run_hook, tmp_path, hook, secret):
    (tmp_path / "settings.txt").write_text(f"first line\n{secret}\n")

    done = run_hook(hook, tmp_path / "settings.txt")

    assert done.returncode == 1, done.stdout + done.stderr
    assert "settings.txt" in done.stdout


@pytest.mark.parametrize(
    "line",
    [
        '"AWS_SECRET_ACCESS_KEY": "unchecked",',
        'device_token="sample-device-token-001"',
        "image: example@sha256:ff89bd48ff32cd8d9be5fee8873b65b8854dc408f1afe881be6eb00247bc0dab",
    ],
)
def test_a_sample_or_a_digest_is_no_secret(run_hook, tmp_path, line):
    (tmp_path / "settings.txt").write_text(f"{line}\n")

    done = run_hook("secrets", tmp_path / "settings.txt")

    assert done.returncode == 0, done.stdout
