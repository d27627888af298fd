"""A container of the image as Kubernetes would start it, by runc: what a pod's manifest says of a process, as OCI.

On the network of this machine, so that a copy's engines are reached; seccomp is left to the cluster's runtime.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.image.build import buildah

RUN = "/run/rollcall"  # the folder that the containers of a pod share
CODE = "/srv/rollcall"


@dataclass(frozen=True, slots=True)
class Runtime:
    """state: runc's, for the containers of one copy. root: of the image's files. own: the settings that it brings.

    context: security context of the manifest.
    """

    state: Path
    root: Path
    own: Mapping[str, str]
    context: Mapping[str, Any]

    def words(self, name: str, command: Sequence[str], environment: Mapping[str, str], run: Path) -> list[str]:
        """The command that runs a container in the foreground. run: the folder of this machine behind RUN."""
        bundle = self.state / "bundles" / name
        bundle.mkdir(mode=0o700, parents=True, exist_ok=True)
        (bundle / "config.json").unlink(missing_ok=True)
        subprocess.run(["runc", "spec", "--bundle", str(bundle)], check=True)
        config = json.loads((bundle / "config.json").read_text())
        self._process(config["process"], command, environment)
        config["root"] = {"path": str(self.root), "readonly": bool(self.context["readOnlyRootFilesystem"])}
        config["mounts"] += [
            {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev", "mode=1777"]},  # noqa: S108
            {"destination": RUN, "type": "bind", "source": str(run), "options": ["bind", "nosuid", "nodev"]},
        ]
        linux = config["linux"]
        linux["namespaces"] = [each for each in linux["namespaces"] if each["type"] != "network"]
        (bundle / "config.json").write_text(json.dumps(config))
        return ["runc", "--root", str(self.state), "run", "--bundle", str(bundle), self._id(name)]

    def _process(self, process: dict[str, Any], command: Sequence[str], environment: Mapping[str, str]) -> None:
        process["args"], process["cwd"], process["terminal"] = list(command), CODE, False
        process["env"] = [f"{name}={value}" for name, value in {**self.own, **environment}.items()]
        process["user"] = {"uid": self.context["runAsUser"], "gid": self.context["runAsGroup"], "umask": 0o077}
        process["noNewPrivileges"] = not self.context["allowPrivilegeEscalation"]
        del process["rlimits"]
        if self.context["capabilities"]["drop"] == ["ALL"]:
            process["capabilities"] = {kind: [] for kind in process["capabilities"]}

    def delete(self, name: str) -> None:
        """Remove what is left of a container, also of one whose runc was killed."""
        command = ["runc", "--root", str(self.state), "delete", "--force", self._id(name)]
        subprocess.run(command, capture_output=True, check=False)

    def _id(self, name: str) -> str:
        return f"{name}-{self.state.stat().st_ino}"  # cgroups are named after it, and another copy may run


def image_environment() -> dict[str, str]:
    """The settings that the image itself brings."""
    found = json.loads(buildah("inspect", "--type", "image", "rollcall"))["OCIv1"]["config"]["Env"]
    return dict(each.split("=", 1) for each in found)
