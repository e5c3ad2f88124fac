"""What stands in fences in a page of docs/, and how its parts are run."""
import os
import re
import subprocess
from dataclasses import dataclass

from support import TOP

# The ports that guides use: those of CloudEmu and of what people come from. Here they are all the daemon's.
PORTS = r"\b(4566|8000|9324|9000|5000)\b"


@dataclass
class Fence:
    page: str
    line: int
    info: str  # "sh", "python pytest"
    text: str

    def __str__(self):
        return "%s:%d" % (self.page, self.line)


def fences(page):
    """Those of a page, by its path below the top."""
    with open(os.path.join(TOP, page)) as file:
        text = file.read()
    return [Fence(page, text[:found.start()].count("\n") + 1, found.group(1).strip(), found.group(2))
            for found in re.finditer(r"^```([^\n`]*)\n(.*?)^```$", text, re.S | re.M)]


def find_aws():
    """An AWS CLI of this machine; None if there is none."""
    for folder in os.environ["PATH"].split(os.pathsep) + ["/usr/bin", "/usr/local/bin"]:
        path = os.path.join(folder, "aws")
        if os.access(path, os.X_OK) and subprocess.run([path, "--version"], capture_output=True).returncode == 0:
            return path
    return None


def environment(url, place):
    """What somebody has who follows a guide: the endpoint, and `aws` and `awslocal`, which heed it in every version here."""
    folder = os.path.join(place, "bin")
    os.makedirs(folder, exist_ok=True)
    for name in ("aws", "awslocal"):
        path = os.path.join(folder, name)
        with open(path, "w") as file:
            file.write('#!/bin/sh\nexec "%s" --endpoint-url "$AWS_ENDPOINT_URL" "$@"\n' % find_aws())
        os.chmod(path, 0o755)
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CLOUDEMU_", "XDG_"))}
    own.update(HOME=place, PATH=folder + ":" + os.environ["PATH"], AWS_ENDPOINT_URL=url, AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test",
               AWS_DEFAULT_REGION="us-east-1", AWS_PAGER="", AWS_EC2_METADATA_DISABLED="true", HTTPS_PROXY="http://127.0.0.1:9",
               NO_PROXY="localhost,127.0.0.1")
    return own


def run_shell(script, port, place, own):
    """Runs it with the daemon's port in place of its own. Returns exit code and all that was said."""
    done = subprocess.run(["sh", "-euc", re.sub(PORTS, str(port), script)], cwd=place, env=own, capture_output=True, text=True, timeout=180)
    return done.returncode, done.stdout + done.stderr
