"""Every command of developers and CI. `nox -l` lists them; arguments after `--` go to the tool.

Packages are found, not listed: each folder under `packages/` with a `pyproject.toml`.
"""

import argparse
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import nox

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv"
nox.options.reuse_venv = "yes"  # `uv sync` removes what a session does not select
nox.options.sessions = ["test", "lint", "typing", "imports"]

ROOT = Path(__file__).parent
PACKAGES = {
    path.parent.name: path.parent for path in sorted(ROOT.glob("packages/*/pyproject.toml"))
}
_PYPROJECTS = {
    name: nox.project.load_toml(folder / "pyproject.toml") for name, folder in PACKAGES.items()
}
DISTRIBUTIONS = {name: pyproject["project"]["name"] for name, pyproject in _PYPROJECTS.items()}
DEPENDENCY_GROUPS = {
    name: pyproject.get("dependency-groups", {}) for name, pyproject in _PYPROJECTS.items()
}


# `nox -s bench -- <name>` runs this folder of benchmarks/ in this package's environment, with the
# references in its dependency group `bench`, if it has one.
BENCHMARKS = {
    "processor": "stream-processor",
    "api": "query-api",
    "tools": "stream-processor",
    "clients": "aws-client",
    "console": "local-stack",
}


def _sync(session: nox.Session, *selection: str) -> None:
    """Sync the session's environment to the selection, as locked, and nothing else."""
    session.run_install(
        "uv",
        "sync",
        "--locked",
        "--quiet",
        *selection,
        env={"UV_PROJECT_ENVIRONMENT": session.virtualenv.location},
    )


def _sync_package(session: nox.Session, name: str, group: str) -> None:
    _sync(session, f"--package={DISTRIBUTIONS[name]}", f"--group={group}")


@nox.session(venv_backend="none")
def test(session: nox.Session) -> None:
    """Test packages, tools/ and trials/, each in its own environment, and the whole stack.

    The longest sessions first, beside each other.
    """
    packages = sorted(PACKAGES, key=_count_test_modules, reverse=True)
    names = ["end_to_end", *(f"test-{name}" for name in packages), "test_tools", "test_trials"]
    _run_sessions(session, names)


def _count_test_modules(package: str) -> int:
    return len(list(PACKAGES[package].glob("tests/**/*.py")))


def _run_sessions(session: nox.Session, names: list[str]) -> None:
    """Run sessions, one more at a time than there are cores, and print the output of each.

    A session waits for a fifth of its time, for processes that it starts and for timeouts.
    What a failed session printed comes after all others: it ends the log that somebody reads.
    """
    failed = {}
    with ThreadPoolExecutor((os.cpu_count() or 1) + 1) as pool:
        running = {pool.submit(_run_session, name, session.posargs): name for name in names}
        for ended in as_completed(running):
            done = ended.result()
            if done.returncode == 0:
                _print(done.stdout)
            else:
                failed[running[ended]] = done.stdout
    if failed:
        _print("".join(failed.values()))
        session.error(f"failed: {', '.join(failed)}")


def _print(output: str) -> None:
    sys.stdout.write(output)
    sys.stdout.flush()


def _run_session(name: str, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - nox itself
        [sys.executable, "-m", "nox", "-s", name, "--", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _add_package_session(name: str) -> None:
    @nox.session(name=f"test-{name}")
    def test_package(session: nox.Session) -> None:
        _sync_package(session, name, "test")
        depths = ("smoke", "unit", "integration")
        folders = [PACKAGES[name] / "tests" / depth for depth in depths]
        session.run("pytest", *(str(each) for each in folders if each.exists()), *session.posargs)

    test_package.__doc__ = f"Test packages/{name} with only its declared dependencies."


for _name in PACKAGES:
    _add_package_session(_name)


@nox.session
def test_tools(session: nox.Session) -> None:
    """Test the tools that build and release the packages."""
    _sync(session, "--only-group=release-test")
    folders = sorted(ROOT.glob("tools/*/tests"))
    session.run("python", "-m", "pytest", *map(str, folders), *session.posargs)


@nox.session
def test_trials(session: nox.Session) -> None:
    """Test the programs in trials/."""
    _sync(session, "--group=trials")
    folders = sorted(ROOT.glob("trials/*/tests"))
    session.run("python", "-m", "pytest", *map(str, folders), *session.posargs)


@nox.session
def end_to_end(session: nox.Session) -> None:
    """Test the whole stack as a user starts it."""
    _sync_package(session, "local-stack", "test")
    session.run("pytest", "packages/local-stack/tests/end_to_end", *session.posargs)


@nox.session(venv_backend="none")
def proofs(session: nox.Session) -> None:
    """Run the tests that take long, which `test` leaves out; a session for each package."""
    _run_sessions(session, [f"proofs-{name}" for name in PACKAGES])


def _add_proofs_session(name: str) -> None:
    @nox.session(name=f"proofs-{name}")
    def prove_package(session: nox.Session) -> None:
        no_tests = 5  # pytest's status if a package has none
        _sync_package(session, name, "test")
        selected = ("-m", "proof", str(PACKAGES[name] / "tests"), *session.posargs)
        session.run("pytest", *selected, success_codes=[0, no_tests])

    prove_package.__doc__ = f"Run the tests of packages/{name} that take long."


for _name in PACKAGES:
    _add_proofs_session(_name)


@nox.session
def convergence(session: nox.Session) -> None:
    """Project more histories than `test`: `-- --examples N`."""
    parser = argparse.ArgumentParser(prog="nox -s convergence --")
    parser.add_argument("--examples", type=int, default=2000)
    options, pytest_options = parser.parse_known_args(session.posargs)
    _sync_package(session, "stream-processor", "test")
    session.run(
        "pytest",
        "packages/stream-processor/tests/unit/stream/test_convergence.py",
        *pytest_options,
        env={"CONVERGENCE_EXAMPLES": str(options.examples)},
    )


@nox.session
def checker(session: nox.Session) -> None:
    """Check random histories and damaged events: `-- --steps N --seed N --damaged N`."""
    _sync_package(session, "stream-processor", "test")
    session.run("python", "-m", "trials.checker", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Send the query API more odd requests than `test`: `-- --cases N` for each route."""
    parser = argparse.ArgumentParser(prog="nox -s fuzz --")
    parser.add_argument("--cases", type=int, default=5000)
    options, pytest_options = parser.parse_known_args(session.posargs)
    _sync_package(session, "query-api", "test")
    session.run(
        "pytest",
        "packages/query-api/tests/integration/test_fuzz.py",
        "-rP",
        "--durations=0",
        *pytest_options,
        env={"FUZZ_CASES": str(options.cases)},
    )


@nox.session
def mutants(session: nox.Session) -> None:
    """Check that the stream processor's tests notice faults: `-- [--one-in N] [NAME]`."""
    _sync_package(session, "stream-processor", "test")
    session.run("python", "-m", "trials.mutants", *session.posargs)


@nox.session
def soak(session: nox.Session) -> None:
    """Run the pipeline with duplicates, faults, poison records and kills: `-- --records N`."""
    _sync_package(session, "local-stack", "test")
    session.run("python", "-m", "trials.soak", *session.posargs)


@nox.session
def seeded(session: nox.Session) -> None:
    """Find an incident among seeded records and check every count: `-- --records N`."""
    _sync_package(session, "local-stack", "test")
    session.run("python", "-m", "trials.seeded", *session.posargs)


@nox.session
def availability(session: nox.Session) -> None:
    """Restart and kill two services behind HAProxy, under load: `-- --restarts N`."""
    _sync_package(session, "query-api", "test")
    session.run("python", "-m", "trials.availability", *session.posargs)


@nox.session
def container(session: nox.Session) -> None:
    """Build the image and test its container; needs root, buildah and debootstrap."""
    _sync_package(session, "query-api", "test")
    session.run("pytest", "trials/container/container_proof.py", "-s", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Run the hooks of .pre-commit-config.yaml on every file."""
    _sync(session, "--only-group=lint")
    session.run("pre-commit", "run", "--all-files", "--show-diff-on-failure", *session.posargs)


@nox.session
def typing(session: nox.Session) -> None:
    """Check the types of all packages and programs, together: libraries are read once."""
    _sync(session, "--all-packages", "--all-extras", "--all-groups")
    sources = [str(folder / "src") for folder in PACKAGES.values()]
    session.run(
        "mypy",
        "--explicit-package-bases",
        *sources,
        *_find_programs(),
        *session.posargs,
        env={"MYPYPATH": os.pathsep.join(sources)},
    )


def _find_programs() -> list[str]:
    """Find the modules outside of packages that are typed."""
    folders = ("benchmarks", "testing", "tools", "trials")
    found = [path for folder in folders for path in sorted(ROOT.glob(f"{folder}/**/*.py"))]
    typed = [path for path in found if "tests" not in path.parts]
    return [*map(str, typed), "conftest.py", "noxfile.py"]


@nox.session
def imports(session: nox.Session) -> None:
    """Check that packages import only what they may."""
    _sync(session, "--all-packages", "--group=imports")
    session.run("lint-imports", *session.posargs)


@nox.session
def audit(session: nox.Session) -> None:
    """Look up known vulnerabilities of every locked package: `-- [--ignore ID]`."""
    _sync(session, "--only-group=uv")
    session.run("python", "-m", "tools.audit", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Compare performance with references: `-- [NAME] [--quick] [--json FILE]`."""
    named = session.posargs[:1] if session.posargs[:1] and session.posargs[0] in BENCHMARKS else []
    for name in named or BENCHMARKS:
        package = BENCHMARKS[name]
        groups = ["--group=bench"] if "bench" in DEPENDENCY_GROUPS[package] else []
        _sync(session, f"--package={DISTRIBUTIONS[package]}", *groups)
        session.run("python", "-m", "benchmarks", name, *session.posargs[len(named) :])


def _synthesize(session: nox.Session, options: list[str]) -> None:
    """Synthesize the templates in packages/infra; the session stays in that folder."""
    _sync_package(session, "infra", "deploy")
    session.chdir(PACKAGES["infra"])
    session.run("cdk", "synth", "--quiet", "--strict", "--no-lookups", *options)


@nox.session
def synth(session: nox.Session) -> None:
    """Check the templates of every kind of deployment, or of yours: `-- [-c NAME=value …]`.

    Needs no account. Synthesizes them into packages/infra/cdk.out.
    """
    checkov = Path(f"{session.virtualenv.location}-checkov")
    session.run_install(
        "uv",
        "sync",
        "--locked",
        "--quiet",
        "--project=tools/checkov",
        env={"UV_PROJECT_ENVIRONMENT": str(checkov)},
    )
    variables, options = _split_context(session.posargs)
    if variables:
        _synthesize(session, [*variables, *options])
    else:
        _sync_package(session, "infra", "deploy")
        session.chdir(PACKAGES["infra"])
    program = f"--checkov={checkov / 'bin' / 'checkov'}"
    session.run("python", "-m", "infra.scanners", "cdk.out", program, *variables)


def _split_context(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Split the variables (`-c NAME=value`), for synthesis, from all other options."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-c", "--context", action="append", default=[])
    variables, others = parser.parse_known_args(arguments)
    return [f"--context={each}" for each in variables.context], others


@nox.session
def diff(session: nox.Session) -> None:
    """Show what a deployment to AWS would change: `-- [-c NAME=value …]`."""
    variables, options = _split_context(session.posargs)
    _synthesize(session, variables)
    session.run("cdk", "diff", "--app=cdk.out", *options)


@nox.session
def deploy(session: nox.Session) -> None:
    """Show the changes and deploy to AWS: `-- [-c NAME=value …] [cdk's options]`."""
    _sync_package(session, "infra", "deploy")
    session.chdir(PACKAGES["infra"])
    session.run("python", "-m", "infra.deployment.deploy", *session.posargs)


@nox.session
def cdk(session: nox.Session) -> None:
    """Run the CDK's command line in packages/infra: `-- bootstrap`, `-- destroy …`."""
    _sync_package(session, "infra", "deploy")
    session.chdir(PACKAGES["infra"])
    session.run("cdk", *session.posargs)


@nox.session
def rollback(session: nox.Session) -> None:
    """Return the service to the previous task definition, or a given one: `-- [REVISION]`."""
    _sync_package(session, "infra", "deploy")
    session.run("python", "-m", "infra.deployment.rollback", *session.posargs)


@nox.session
def smoke(session: nox.Session) -> None:
    """Check a deployment, read-only: `-- URL [--user-id ID] [--sign]`."""
    _sync_package(session, "infra", "deploy")
    session.run("python", "-m", "infra.deployment.smoke", *session.posargs)


@nox.session
def trial(session: nox.Session) -> None:
    """Write, query and delete a record in a deployed system: `-- URL [--sign] [--table NAME]`."""
    _sync_package(session, "infra", "deploy")
    # On Ctrl-C, nox would kill it after half a second, and the record would stay.
    patience_s = 30
    session.run(
        "python",
        "-m",
        "trials.deployed",
        *session.posargs,
        interrupt_timeout=patience_s,
        terminate_timeout=patience_s,
    )


@nox.session
def deploy_local(session: nox.Session) -> None:
    """Deploy to an emulator of AWS, test the pipeline there, and destroy everything."""
    _sync(session, "--package=local-stack", "--package=infra", "--group=deploy")
    session.run("python", "-m", "trials.deployment", str(PACKAGES["infra"]), *session.posargs)


@nox.session
def console(session: nox.Session) -> None:
    """Test the console: its modules with Node 20, and its pages in a browser on a whole stack."""
    if shutil.which("node"):
        modules = sorted(map(str, ROOT.glob("packages/query-api/tests/console/*.test.js")))
        session.run("node", "--test", *modules, external=True)
    else:
        session.warn("no `node` (20 or later): the modules of the console are not tested")
    _sync_package(session, "local-stack", "test")
    # Two at a time, each with a browser and a stack of its own: one leaves a core unused.
    workers = ("-n2", "--dist=loadfile")
    session.run("pytest", *workers, "packages/local-stack/tests/console", *session.posargs)


@nox.session(venv_backend="none")
def vendor(session: nox.Session) -> None:
    """Vendor the console's npm packages again, or in other versions: `-- [PACKAGE@VERSION …]`."""
    session.run(sys.executable, "-m", "tools.vendor", *session.posargs, external=True)


@nox.session
def screenshots(session: nox.Session) -> None:
    """Take the READMEs' pictures of the console again; needs Chromium."""
    _sync_package(session, "local-stack", "test")
    session.run("python", "-m", "tools.screenshots", "--readme")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation into site/, warnings as errors, and test it in a browser."""
    if shutil.which("chromium-headless-shell") or shutil.which("chromium"):
        shutil.rmtree(ROOT / "docs/images/built", ignore_errors=True)
        _sync_package(session, "local-stack", "test")
        session.run("python", "-m", "tools.screenshots")
    else:
        session.warn("no Chromium: the documentation has no pictures of the console")
    _sync(session, "--group=docs")
    shutil.rmtree(ROOT / "site", ignore_errors=True)  # pages whose sources are gone
    doctrees = session.create_tmp()
    strictly = ("--fresh-env", "--fail-on-warning", "--keep-going", "--quiet")
    session.run("sphinx-build", *strictly, "--conf-dir=docs/sphinx", f"-d{doctrees}", ".", "site")
    session.run("pytest", "docs/sphinx/tests", *session.posargs)


# tools.release works on the current folder: nox runs it at the root.
@nox.session
def build(session: nox.Session) -> None:
    """Build the artefacts of all packages, or of the given ones, into dist/<package>."""
    _sync(session, "--only-group=release", "--only-group=artefacts")
    session.run("python", "-m", "tools.release.build", *session.posargs)


@nox.session
def release(session: nox.Session) -> None:
    """Release one package: `-- PACKAGE <major|minor|patch> [--dry-run]`."""
    _sync(session, "--only-group=release", "--only-group=artefacts")
    session.run("python", "-m", "tools.release.release", *session.posargs)


@nox.session
def changes(session: nox.Session) -> None:
    """List the packages that changed since their last release, and what their next one lacks."""
    _sync(session, "--only-group=release")
    session.run("python", "-m", "tools.release.changes", *session.posargs)
