"""Environments of wheels: what an index would give, without one."""

from pathlib import Path

from tools.release.command import run


def build_wheel(tree: Path, distribution: str, target: Path) -> Path:
    """Build a package's wheel from a folder with the whole workspace, into a folder of its own."""
    options = (f"--package={distribution}", f"--out-dir={target}", "--no-create-gitignore")
    run("uv", "build", "--quiet", "--wheel", *options, folder=tree)
    (wheel,) = target.glob("*.whl")
    return wheel


def make_environment(folder: Path, *wheels: Path, pins: str = "") -> Path:
    """Install wheels, which have to agree with each other's constraints; gives the interpreter.

    Args:
        pins: what else there is to be, as a lock has it, a line each. It is complete and agrees by
            what the workspace overrides, so nothing of it is resolved again.
    """
    requirements = folder.with_suffix(".txt")
    requirements.write_text(pins, "utf-8")
    run("uv", "venv", "--quiet", str(folder), folder=folder.parent)
    python = folder / "bin" / "python"
    install = ("uv", "pip", "install", "--quiet", f"--python={python}")
    if pins:
        run(*install, "--no-deps", f"--requirements={requirements}", folder=folder.parent)
    run(*install, *map(str, wheels), folder=folder.parent)
    return python


def export_pins(tree: Path, distribution: str, *selection: str) -> str:
    """Give the versions that a workspace's lock has for a package, with all of its extras."""
    options = (f"--package={distribution}", "--all-extras", "--no-default-groups", *selection)
    form = ("--quiet", "--frozen", "--no-emit-workspace", "--no-hashes", "--no-header")
    return run("uv", "export", *form, *options, folder=tree)
