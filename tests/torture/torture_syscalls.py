"""A mixed load of all three services while one system call fails: for each kind of call, each error, and every n, once or from then on.

strace makes the calls fail, so nothing in the program knows of it. While the fault lasts a call may be refused; what is answered with 200
must be right. Afterwards, without faults, all that was acknowledged must be there, nothing that was deleted may come back, the log must
verify, and the state must be what the log says.

usage: torture_syscalls.py [STEP] [SEED]   (every STEP-th n; 1 is every one. Default 3)"""
import contextlib
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
from support import DAEMON, Api, Daemon, create_table, run_log  # noqa: E402

STEP = int(sys.argv[1]) if len(sys.argv) > 1 else 3
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 1
CALLS = 70
# Calls, errors that the kernel may give for them, and up to which n of each thread. Those of SINGLE fail once only: pipes are read by the
# same call, and a program that can never read a pipe again does not hear of signals.
SINGLE = {"read,readv"}
KINDS = [("write,writev", ("EIO", "ENOSPC"), 40), ("pwrite64,pwritev", ("EIO", "ENOSPC"), 120), ("fsync,fdatasync", ("EIO",), 30),
         ("ftruncate", ("EIO",), 12), ("openat", ("EMFILE", "EIO", "ENOSPC"), 45), ("rename", ("EIO", "ENOSPC"), 12), ("unlink", ("EIO",), 12),
         ("read,readv", ("EIO",), 25), ("pread64,preadv", ("EIO",), 120), ("mmap", ("ENOMEM",), 20), ("mprotect,madvise", ("ENOMEM",), 40), ("fallocate", ("ENOSPC",), 8), ("clone3,clone", ("EAGAIN",), 14),
         ("fstat,newfstatat", ("EIO",), 30), ("fcntl", ("EIO",), 20), ("link,linkat", ("EIO",), 6), ("mkdir", ("ENOSPC",), 6)]
tries = injected = refused = 0
faults = []


class Strained(Daemon):
    """A daemon under strace, some of whose system calls fail, perhaps those that print where it is. `ready`: whether it came so far as to
    serve."""

    def __init__(self, data_dir, inject):
        self.data_dir, self.ready = data_dir, False
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.trace = data_dir + ".trace"
        command = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", self.trace, "-e", "trace=" + inject.split(":")[0], "-e", "inject=" + inject, DAEMON, "--port", str(self.port),
                   "--data-dir", data_dir, "--sync", "always"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not self.ready and self.process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                self.ready = True
            except OSError:
                time.sleep(0.02)

    def stop(self):
        """Ends it in order or, if it does not end, the hard way: that is a fault."""
        hung = False
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            children = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True).stdout.split()
            for child in children:
                with contextlib.suppress(ProcessLookupError):  # libuv ends the program where it cannot start its threads
                    os.kill(int(child), signal_number)
            try:
                self.process.wait(20)
                break
            except subprocess.TimeoutExpired:
                hung = True
        return not hung

    def crashed(self):
        """Whether it ended as no program should, instead of with a sentence."""
        with open(self.trace, errors="replace") as trace:
            return any("--- SIG%s " % name in line for line in trace for name in ("ABRT", "SEGV", "BUS", "FPE", "ILL"))

    def was_hit(self):
        with open(self.trace, errors="replace") as trace:
            return "(INJECTED)" in trace.read()


class Model:
    """What may be seen: of each object and item the values it may have (None: it is not there); of messages which must, and which may, be there."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.values = {("s3", n): {None} for n in range(5)}
        self.values.update({("item", n): {None} for n in range(5)})
        self.sent, self.perhaps = set(), set()
        self.serial = 0

    def wrote(self, name, value, acknowledged):
        self.values[name] = {value} if acknowledged else self.values[name] | {value}

    def allows(self, name, value):
        return value in self.values[name]


def call(api, what):
    """The reply of a call, or none if the connection broke."""
    try:
        return what(api)
    except (OSError, http.client.HTTPException, json.JSONDecodeError):
        api.close()
        return None


def good(reply):
    return reply is not None and 200 <= reply[0] < 300


def body_of(model):
    size = model.random.choice((10, 800, 40_000, 150_000))
    model.serial += 1
    return (b"%06d-" % model.serial) * (size // 7 + 1)


def write_object(api, model, n):
    body = None if model.random.random() < 0.25 else body_of(model)
    method = "PUT" if body else "DELETE"
    reply = call(api, lambda a: a.call(method, "/bucket/key%d" % n, body or b""))
    model.wrote(("s3", n), body, good(reply))
    return reply


def write_item(api, model, n):
    key = {"pk": {"S": "item%d" % n}}
    if model.random.random() < 0.25:
        value, reply = None, call(api, lambda a: a.dynamodb("DeleteItem", {"TableName": "load", "Key": key}))
    else:
        value = body_of(model).decode()[:30_000]
        reply = call(api, lambda a: a.dynamodb("PutItem", {"TableName": "load", "Item": {**key, "v": {"S": value}}}))
    model.wrote(("item", n), value, good(reply))
    return reply


def write_message(api, model, _):
    text = body_of(model).decode()[:5_000]
    reply = call(api, lambda a: a.sqs("SendMessage", {"QueueUrl": "http://localhost/000000000000/jobs", "MessageBody": text}))
    (model.sent if good(reply) else model.perhaps).add(text)
    return reply


def take_message(api, model, _):
    reply = call(api, lambda a: a.sqs("ReceiveMessage", {"QueueUrl": "http://localhost/000000000000/jobs", "VisibilityTimeout": 0}))
    for message in reply[1].get("Messages", []) if good(reply) else []:
        text = message["Body"]
        if text not in model.sent | model.perhaps:
            faults.append("a message was received that is deleted or was never sent")
        done = call(api, lambda a: a.sqs("DeleteMessage", {"QueueUrl": "http://localhost/000000000000/jobs", "ReceiptHandle": message["ReceiptHandle"]}))
        model.sent.discard(text)
        (model.perhaps.discard if good(done) else model.perhaps.add)(text)
        return done
    return reply


def read(api, model, name, label):
    """One thing as the daemon tells it; a fault if it may not be so. Returns whether there was an answer."""
    service, n = name
    if service == "s3":
        reply = call(api, lambda a: a.call("GET", "/bucket/key%d" % n))
        if reply is None or reply[0] not in (200, 404):
            return False
        value = reply[1] if reply[0] == 200 else None
    else:
        reply = call(api, lambda a: a.dynamodb("GetItem", {"TableName": "load", "Key": {"pk": {"S": "item%d" % n}}, "ConsistentRead": True}))
        if not good(reply):
            return False
        value = reply[1].get("Item", {}).get("v", {}).get("S")
    if not model.allows(name, value):
        shown = "nothing" if value is None else repr(value[:16])
        faults.append("%s: %s %d is %s, may be %s" % (label, service, n, shown, [v and v[:16] for v in model.values[name]]))
    return True


def attack(base, inject):
    """One run: a copy of a directory with a bucket, a table and a queue, a load with the fault, then the check without it."""
    global tries, injected, refused
    tries += 1
    model, directory = Model(SEED * 1_000_003 + tries), tempfile.mkdtemp(prefix="cloudemu-sys-")
    shutil.rmtree(directory)
    shutil.copytree(base, directory)
    known = len(faults)
    try:
        daemon = Strained(directory, inject)
        if daemon.ready:
            api = Api(daemon.port)
            for _ in range(CALLS):
                write = model.random.choice((write_object, write_item, write_message, take_message))
                reply = write(api, model, model.random.randrange(5))
                refused += not good(reply)
                if model.random.random() < 0.3:
                    read(api, model, model.random.choice(list(model.values)), "while it lasted")
            api.close()
        if not daemon.stop():
            faults.append("it did not end")
        # Before it serves, libuv may end it where a thread is refused that was to be had a moment before.
        if daemon.ready and daemon.crashed():
            faults.append("it crashed")
        injected += daemon.was_hit()
        check_afterwards(directory, model)
    except Exception as error:  # noqa: BLE001  whatever goes wrong is a finding, with its place
        faults.append("%s: %s" % (type(error).__name__, str(error)[:300]))
    finally:
        for fault in faults[known:]:
            print("FAULT %s: %s" % (inject, fault), flush=True)
        if len(faults) > known:
            print("  kept: " + directory)
        else:
            shutil.rmtree(directory, ignore_errors=True)
        if os.path.exists(directory + ".trace"):
            os.remove(directory + ".trace")


def check_afterwards(directory, model):
    with Daemon(directory) as daemon:
        api = Api(daemon.port)
        for name in model.values:
            if not read(api, model, name, "after a start"):
                faults.append("after a start: %s %d gives no answer" % name)
        found = set()
        for _ in range(4 * CALLS):
            reply = api.sqs("ReceiveMessage", {"QueueUrl": "http://localhost/000000000000/jobs", "MaxNumberOfMessages": 10, "VisibilityTimeout": 3600})
            messages = reply[1].get("Messages", [])
            if not messages:
                break
            found.update(message["Body"] for message in messages)
        if lost := model.sent - found:
            faults.append("%d acknowledged messages are lost" % len(lost))
        if found - model.sent - model.perhaps:
            faults.append("deleted messages came back")
        api.close()
        if daemon.stop() != 0:
            faults.append("it did not end in order")
    code, out, err = run_log(directory, "verify")
    if code != 0:
        faults.append("verify: %d %s%s" % (code, out[-200:], err[-200:]))
    code, out, err = run_log(directory, "rebuild", "--check")
    if code != 0:
        faults.append("rebuild --check: %d %s%s" % (code, out[-200:], err[-200:]))


def main():
    if not shutil.which("strace"):
        print("skipped: there is no strace")
        return 0
    base = tempfile.mkdtemp(prefix="cloudemu-sys-base-") + "/data"
    with Daemon(base) as daemon:
        api = Api(daemon.port)
        assert api.call("PUT", "/bucket")[0] == 200 and create_table(api)[0] == 200 and api.sqs("CreateQueue", {"QueueName": "jobs"})[0] == 200
        api.close()
        daemon.stop()
    began = time.monotonic()
    for calls, errors, most in KINDS:
        before, hit = tries, injected
        for error in errors:
            for n in range(1 + random.Random(SEED).randrange(STEP), most + 1, STEP):
                for lasting in ("",) if calls in SINGLE else ("", "+"):
                    attack(base, "%s:error=%s:when=%d%s" % (calls, error, n, lasting))
        print("%-18s %4d runs, %4d with a failing call" % (calls, tries - before, injected - hit), flush=True)
    shutil.rmtree(os.path.dirname(base))
    print("%d runs, %d with a failing call, %d calls refused, %.0f s: %d faults" % (tries, injected, refused, time.monotonic() - began, len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
