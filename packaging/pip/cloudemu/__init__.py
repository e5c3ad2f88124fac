"""CloudEmu from Python: start(), and what a test wants of a daemon that runs."""
import atexit
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
import urllib.request
from pathlib import Path

__all__ = ["CloudEmu", "Account", "start", "program"]

_START_S = 10


def program(name="cloudemu"):
    """Path of a program of CloudEmu: in CLOUDEMU_BIN, beside this Python, or on the PATH."""
    folders = [os.environ.get("CLOUDEMU_BIN"), sysconfig.get_path("scripts"), Path(sys.executable).parent,
               sysconfig.get_path("scripts", f"{os.name}_user")]
    for folder in filter(None, folders):
        if (Path(folder) / name).exists():
            return str(Path(folder) / name)
    found = shutil.which(name)
    if not found:
        raise FileNotFoundError(f"the program {name} is not there; CLOUDEMU_BIN can name a folder with one that you built")
    return found


class Clock:
    """The daemon's clock, which all its rules go by."""

    def __init__(self, url):
        self._url = url

    def advance(self, duration):
        """By such as "15m", "30d". What falls due happens before this returns."""
        return _control(self._url, "POST", "/_cloudemu/clock", {"advance": duration})

    def set(self, **body):
        return _control(self._url, "POST", "/_cloudemu/clock", body)

    def now(self):
        return _control(self._url, "GET", "/_cloudemu/clock")


class Account:
    """One account of a daemon: what a test works in. Its buckets, tables and queues are apart from all others'; bucket names are not."""

    def __init__(self, url, account="test", region="us-east-1"):
        self.url, self.account, self.region = url, account, region
        self.clock = Clock(url)

    @property
    def env(self):
        """For os.environ, or for a child process."""
        return {"AWS_ENDPOINT_URL": self.url, "AWS_ACCESS_KEY_ID": self.account, "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_DEFAULT_REGION": self.region, "AWS_REGION": self.region}

    def client(self, service, **more):
        """A client of boto3, which must be installed."""
        import boto3
        return boto3.session.Session().client(service, **(self._connection() | more))

    def resource(self, service, **more):
        import boto3
        return boto3.session.Session().resource(service, **(self._connection() | more))

    def _connection(self):
        return {"endpoint_url": self.url, "region_name": self.region, "aws_access_key_id": self.account, "aws_secret_access_key": "test"}


class CloudEmu(Account):
    """A daemon that this process started."""

    def __init__(self, process, url):
        super().__init__(url)
        self.process = process

    def reset(self):
        """Empties every account."""
        return _control(self.url, "POST", "/_cloudemu/reset")

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def accounts(first=1):
    """Account ids that nobody used yet: "000000000001" and on."""
    return (f"{number:012d}" for number in itertools.count(first))


def start(port=0, data_dir=None, args=()):
    """Starts a daemon, in memory unless `data_dir` is given; returns when it serves. It ends with this process."""
    kept = ["--data-dir", str(data_dir)] if data_dir else ["--ephemeral"]
    process = subprocess.Popen([program(), *kept, "--port", str(port), *args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    late = threading.Timer(_START_S, process.kill)
    late.start()
    said = ""
    for line in process.stdout:
        said += line
        if line.strip() == "Ready.":
            break
    late.cancel()
    url = re.search(r"at (http://\S+?),", said)
    if not url or "Ready." not in said:
        process.kill()
        process.wait()
        process.stdout.close()
        raise RuntimeError("CloudEmu did not start:\n" + said)
    threading.Thread(target=_drain, args=(process.stdout,), daemon=True).start()
    atexit.register(process.terminate)
    return CloudEmu(process, url.group(1))


def _drain(stream):
    try:
        for _ in stream:
            pass
    except ValueError:
        pass  # closed by stop()


def _control(url, method, path, body=None):
    request = urllib.request.Request(url + path, method=method, data=json.dumps(body).encode() if body else None)
    with urllib.request.urlopen(request, timeout=60) as reply:
        text = reply.read()
    return json.loads(text) if text else None
