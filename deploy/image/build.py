"""`python -m deploy.image.build`: the image of all services into .cache/image/, with its SBOM and its size.

Debian's packages are of today; wheels are those of locks/product.lock. Tools: mmdebstrap and buildah.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.image import sbom

HERE = Path(__file__).parent
REPO = HERE.parents[1]
CACHE = REPO / ".cache" / "image"
CONTEXT, ARCHIVE, DIGEST, SBOM = (CACHE / name for name in ("context", "rollcall.tar", "digest", "rollcall.cdx.json"))
LOCK = REPO / "locks" / "product.lock"
CODE = ("shared", "services", "deploy/__init__.py", "deploy/front", "deploy/gunicorn.py")  # beside nothing else
IMAGE, SUITE, PYTHON = "rollcall", "bookworm", "3.11"
INCLUDED = ("ca-certificates", "libstdc++6", "nginx-light", "python3", "python3-pip")
GLIBC = range(17, 37)  # minor versions for which wheels may be built: up to the suite's own


class CannotBuild(RuntimeError):
    """A tool is missing or failed; the message says which."""


@dataclass(frozen=True, slots=True)
class Built:
    """digest: of the manifest in the archive. size: bytes unpacked; archived: bytes of the archive."""

    digest: str
    size: int
    archived: int


def missing() -> str:
    """The reason why no image can be built here, "" if it can."""
    if lacking := [tool for tool in ("mmdebstrap", "buildah") if not shutil.which(tool)]:
        return (
            f"An image needs {' and '.join(lacking)} (Debian: apt install --no-install-recommends mmdebstrap buildah)."
        )
    return "" if os.geteuid() == 0 else "An image is built as root here; a build without it has not been tried."


def build() -> Built:
    """Raises CannotBuild."""
    if reason := missing():
        raise CannotBuild(reason)
    shutil.rmtree(CONTEXT, ignore_errors=True)
    CONTEXT.mkdir(parents=True)
    when = _seconds_of_the_commit()
    say(f"Debian {SUITE} ...")
    _debian(when)
    say("Wheels ...")
    _wheels()
    _code()
    say("Image ...")
    return _image(when)


def buildah(*words: str) -> str:
    """Run buildah on a storage of ours; what it prints. Raises CannotBuild."""
    storage = ("--root", str(CACHE / "storage"), "--runroot", str(CACHE / "storage.run"), "--storage-driver", "overlay")
    return _run(["buildah", *storage, *words])


def _debian(when: str) -> None:
    options = ("--quiet", "--variant=essential", f"--include={','.join(INCLUDED)}")
    _run(["mmdebstrap", *options, SUITE, str(CONTEXT / "debian.tar")], SOURCE_DATE_EPOCH=when, TMPDIR=str(CACHE))


def _wheels() -> None:
    """The locked wheels for the image's Python, whichever runs here; files of another hash are refused."""
    machine = platform.machine()
    kinds = [f"--platform=manylinux_2_{minor}_{machine}" for minor in reversed(GLIBC)]
    chosen = (f"--python-version={PYTHON}", f"--platform=manylinux2014_{machine}", *kinds, "--only-binary=:all:")
    command = ("-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes")
    _run([sys.executable, *command, *chosen, f"--requirement={LOCK}", f"--dest={CONTEXT / 'wheels'}"])
    shutil.copy(LOCK, CONTEXT)


def _code() -> None:
    for name in CODE:
        to = CONTEXT / "source" / name
        to.parent.mkdir(parents=True, exist_ok=True)
        if (REPO / name).is_dir():
            shutil.copytree(REPO / name, to, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(REPO / name, to)
    for name in ("Containerfile", "keep.sh"):
        shutil.copy(HERE / name, CONTEXT)


def _image(when: str) -> Built:
    """Build it, and describe what is in it. Of earlier builds nothing is taken: a cache would not see other wheels."""
    buildah("rmi", "--all", "--force")
    labels = (f"--label=org.opencontainers.image.revision={_git('rev-parse', 'HEAD')}",)
    how = ("--isolation=chroot", "--layers", "--no-cache", f"--timestamp={when}", "--quiet", f"--tag={IMAGE}", *labels)
    buildah("bud", *how, str(CONTEXT))
    ARCHIVE.unlink(missing_ok=True)
    buildah("push", "--quiet", f"--digestfile={DIGEST}", IMAGE, f"oci-archive:{ARCHIVE}:{IMAGE}")
    digest, root = DIGEST.read_text().strip(), root_of_a_container()
    SBOM.write_text(sbom.document(root, digest, int(when)))
    built = Built(digest, _size(root), ARCHIVE.stat().st_size)
    unmount()
    return built


def root_of_a_container() -> Path:
    """The root file system of the image, unpacked. Raises CannotBuild where none has been built."""
    return Path(buildah("mount", buildah("from", "--pull-never", IMAGE).strip()).strip())


def unmount() -> None:
    """Remove the containers, so that nothing is mounted in our folder."""
    buildah("rm", "--all")


def _size(root: Path) -> int:
    return sum(path.lstat().st_size for path in root.rglob("*") if not path.is_symlink() and path.is_file())


def _seconds_of_the_commit() -> str:
    """The time that all files get: the same code and packages make the same image."""
    return _git("log", "-1", "--format=%ct")


def _git(*words: str) -> str:
    return _run(["git", *words]).strip()


def _run(command: Sequence[str], **environment: str) -> str:
    done = subprocess.run(
        command, cwd=REPO, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotBuild(f"{' '.join(command[:3])} failed: {(done.stdout + done.stderr).strip()[-1500:]}")
    return done.stdout


def say(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    try:
        built = build()
    except CannotBuild as error:
        sys.exit(str(error))
    say(f"{ARCHIVE.relative_to(REPO)}: {IMAGE}@{built.digest}")
    say(
        f"{built.size / 1e6:.0f} MB unpacked, {built.archived / 1e6:.0f} MB to transfer. SBOM: {SBOM.relative_to(REPO)}"
    )
