"""A stand-in for Airflow's own image, where that cannot be fetched: Debian, and Airflow 3.3.2 from its packages.

It has what deploy/Dockerfile takes for granted of its base, and no more: the user 50000 of the group 0 with a Python of
its own, `AIRFLOW_VERSION`, and an entrypoint to which `scheduler` is a command. Needs root, and Debian's debootstrap
and buildah. Made once, in some minutes, and kept by buildah.
"""

import subprocess
import tarfile
import tempfile
from pathlib import Path

AIRFLOW = "3.3.2"
BASE = f"localhost/tidegauge-stand-in:{AIRFLOW}"
# psycopg2 and asyncpg are what the official image reaches PostgreSQL by
PACKAGES = (f"apache-airflow=={AIRFLOW}", "apache-airflow-providers-standard", "psycopg2-binary", "asyncpg")
RECIPE = f"""
FROM scratch
ADD root.tar /
RUN useradd --uid 50000 --gid 0 --create-home airflow && mkdir -p /opt/airflow && chown 50000:0 /opt/airflow
COPY --chmod=0755 entrypoint /entrypoint
USER 50000:0
RUN python3 -m venv /home/airflow/.local
ENV PATH=/home/airflow/.local/bin:/usr/bin:/bin AIRFLOW_HOME=/opt/airflow AIRFLOW_VERSION={AIRFLOW} LANG=C.UTF-8
RUN python3 -m pip install --no-cache-dir --no-compile {" ".join(PACKAGES)}
WORKDIR /opt/airflow
ENTRYPOINT ["/entrypoint"]
"""
ENTRYPOINT = """#!/bin/sh
case "$1" in
  scheduler | api-server | dag-processor | triggerer | db | dags | jobs | connections) exec airflow "$@" ;;
  *) exec "$@" ;;
esac
"""


def buildah(*arguments: str) -> str:
    """Run buildah, without a container runtime: in a chroot, with this machine's network."""
    done = subprocess.run(["buildah", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout.strip()


def settings() -> list[str]:
    """How pip is set up here, for pip in there."""
    files = [Path("/etc/pip.conf"), Path("/etc/ssl/certs/ca-certificates.crt")]
    return [f"--volume={file}:{file}:ro" for file in files if file.exists()]


def make() -> str:
    """The stand-in's name; made if it is not there."""
    if BASE.removeprefix("localhost/") in buildah("images", "--format", "{{.Name}}:{{.Tag}}").replace("localhost/", ""):
        return BASE
    with tempfile.TemporaryDirectory(prefix="tidegauge-stand-in-") as name:
        folder = Path(name)
        packages = "python3,python3-venv,ca-certificates,curl,passwd"
        subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={packages}", "bookworm", str(folder / "root")],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        with tarfile.open(folder / "root.tar", "w") as tar:
            tar.add(folder / "root", ".")
        (folder / "entrypoint").write_text(ENTRYPOINT)
        (folder / "Dockerfile").write_text(RECIPE)
        buildah("build", "--isolation=chroot", *settings(), "--tag", BASE, str(folder))
    return BASE


if __name__ == "__main__":
    print(make())
