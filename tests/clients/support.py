"""What the tests with real clients share: a daemon to start, stop and kill, and plain HTTP calls.

Binaries are taken from $CLOUDEMU_BIN (default: build/release beside this folder)."""
import base64
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("CLOUDEMU_BIN", os.path.join(TOP, "build", "release"))
DAEMON = os.path.join(BIN, "cloudemu")
LOG = os.path.join(BIN, "cloudemu-log")


def is_sanitized():
    """Whether the programs are built with sanitizers, which keep memory for themselves."""
    try:
        with open(os.path.join(BIN, "CMakeCache.txt")) as cache:
            return any(line.startswith("CLOUDEMU_SANITIZE:") and line.strip().partition("=")[2] for line in cache)
    except FileNotFoundError:
        return False


class Daemon:
    """A running cloudemu. Without data_dir it is ephemeral; `meter` (turns.py) measures its loop."""

    def __init__(self, data_dir=None, flags=(), meter=None):
        self.data_dir = data_dir
        self.flags = list(flags)
        self.environment = {**os.environ, **(meter.environment if meter else {})}
        self.start()

    def start(self):
        where = ["--data-dir", self.data_dir] if self.data_dir else ["--ephemeral"]
        port = [] if "-port" in self.flags else ["--port", "0"]  # DynamoDB Local's word
        self.process = subprocess.Popen([DAEMON, *port, *where, *self.flags], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, env=self.environment)
        first = self.process.stdout.readline()
        found = re.search(r":(\d+),", first)
        if not found:
            raise RuntimeError("cloudemu did not start: " + first + self.process.stderr.read())
        self.port = int(found.group(1))
        self.greeting = [first]
        while self.greeting[-1] != "Ready.\n":
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError("cloudemu ended before it was ready: " + self.process.stderr.read())
            self.greeting.append(line)
        self.url = "http://127.0.0.1:%d" % self.port

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """Ends it in order; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=30)
        self.stderr = self.process.stderr.read()
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()
        self.process.stdout.close()
        self.process.stderr.close()


def start_refused(*arguments):
    """Starts a daemon that must not come up; returns its exit code and what it says, which must be there within 20 seconds."""
    done = subprocess.run([DAEMON, *arguments], capture_output=True, text=True, timeout=20)
    if done.returncode == 0:
        raise AssertionError("cloudemu came up, and ended: " + done.stdout)
    return done.returncode, done.stderr


def content_md5(body):
    """The header that AWS wants with some documents, and SDKs send."""
    return {"Content-MD5": base64.b64encode(hashlib.md5(body).digest()).decode()}


class Api:
    """Plain HTTP, one connection: quick, and with no client library's retries in between."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def call(self, method, path, body=b"", headers=None):
        self.connection.request(method, path, body, headers or {})
        reply = self.connection.getresponse()
        return reply.status, reply.read()

    def post(self, target, body, headers=()):
        """A call by JSON, with a signature that nobody checks: status and bytes."""
        service = {"Dyn": "dynamodb", "Ama": "sqs"}[target[:3]]
        return self.call("POST", "/", body, {
            "X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0", "X-Amz-Date": "20261123T000000Z",
            "Authorization": "AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/%s/aws4_request, "
                             "SignedHeaders=host, Signature=%s" % (service, "0" * 64), **dict(headers)})

    def json(self, target, document):
        status, body = self.post(target, json.dumps(document))
        return status, json.loads(body or b"{}")

    def dynamodb(self, operation, document):
        return self.json("DynamoDB_20120810." + operation, document)

    def sqs(self, operation, document):
        return self.json("AmazonSQS." + operation, document)

    def close(self):
        self.connection.close()


def run_log(data_dir, *arguments):
    """Runs cloudemu-log; returns exit code, standard output, standard error."""
    done = subprocess.run([LOG, "--data-dir", data_dir, *arguments], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


class temporary_directory:
    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="cloudemu-test-")
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


def create_table(api, name="load"):
    return api.dynamodb("CreateTable", {
        "TableName": name, "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "BillingMode": "PAY_PER_REQUEST"})
