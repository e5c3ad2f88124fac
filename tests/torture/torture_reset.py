"""POST /_cloudemu/reset of a state that is full: of messages, items, objects; in memory and on disk.

While it runs, another client reads and writes: nobody may wait for long. Then rounds of a daemon that is killed around a reset: what was
acknowledged before it is gone, what was acknowledged after it is there, the state is what the log says.
usage: torture_reset.py [THINGS] [KILLS]"""
import multiprocessing
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
from stalls import Stalls  # noqa: E402
from support import Api, Daemon, create_table, run_log, temporary_directory  # noqa: E402

THINGS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
KILLS = int(sys.argv[2]) if len(sys.argv) > 2 else 40
PROCESSES = 4
stalls = Stalls()


def ok(reply, status=200):
    assert reply[0] == status, reply
    return reply[1]


def send_messages(api, numbers):
    for first in numbers[::10]:
        entries = [{"Id": str(i), "MessageBody": "a message of some length, number %d" % i} for i in range(first, first + 10)]
        ok(api.sqs("SendMessageBatch", {"QueueUrl": "large", "Entries": entries}))


def put_items(api, numbers):
    for first in numbers[::25]:
        puts = [{"PutRequest": {"Item": {"pk": {"S": "item-%d" % n}, "text": {"S": "x" * 100}}}} for n in range(first, first + 25)]
        ok(api.dynamodb("BatchWriteItem", {"RequestItems": {"large": puts}}))


def put_objects(api, numbers):
    for n in numbers:
        ok(api.call("PUT", "/large/key-%d" % n, b"o" * 200))


def put_blobs(api, numbers):
    for n in numbers[::20]:  # kept outside of the state, each in a file of its own on a disk
        ok(api.call("PUT", "/large/blob-%d" % n, b"%09d" % n + b"b" * 17_000))


def fill(port, work, numbers):
    work(Api(port), numbers)


def fill_all(port, work):
    share = THINGS // PROCESSES // 50 * 50
    parts = [multiprocessing.Process(target=fill, args=(port, work, range(n * share, (n + 1) * share))) for n in range(PROCESSES)]
    for part in parts:
        part.start()
    for part in parts:
        part.join()
        assert part.exitcode == 0


def make_containers(api):
    ok(api.sqs("CreateQueue", {"QueueName": "large"}))
    create_table(api, "large")
    ok(api.call("PUT", "/large"))


def read_and_write(api):
    assert api.sqs("ListQueues", {})[0] == 200
    assert api.sqs("CreateQueue", {"QueueName": "small"})[0] == 200


def reset(api):
    ok(api.call("POST", "/_cloudemu/reset"))


def full_states(name, daemon):
    """Connections are made anew each time: the daemon closes those that were idle for a minute, and filling may take longer."""
    # What the daemon warns of must not wait for somebody to read it.
    threading.Thread(target=lambda: sys.stderr.write(daemon.process.stderr.read()), daemon=True).start()
    for what, work in (("messages", send_messages), ("items", put_items), ("objects", put_objects), ("blobs, a twentieth,", put_blobs)):
        make_containers(Api(daemon.port))
        fill_all(daemon.port, work)
        stalls.measure(daemon.port, "%s: reset of %d %s" % (name, THINGS, what), lambda: reset(Api(daemon.port)), read_and_write)


def write_and_reset(port, seen):
    """Until the daemon is gone: objects, and now and then a reset. `seen`: what was acknowledged since the last one, and what is open."""
    api = Api(port)
    try:
        while True:
            if random.random() < 0.02:
                seen["open"] = "reset"
                reset(api)
                seen["keys"] = set()
                seen["open"] = "bucket"
                ok(api.call("PUT", "/bkt"))
            key = "%d" % random.randrange(10_000)
            seen["open"] = key
            ok(api.call("PUT", "/bkt/" + key, b"v" * 300))
            seen["keys"].add(key)
    except (OSError, ConnectionError):
        pass  # the daemon was killed


def killed_around_resets():
    for _ in range(KILLS):
        stalls.tries += 1
        with temporary_directory() as data_dir, Daemon(data_dir, ["--sync", "no"]) as daemon:
            ok(Api(daemon.port).call("PUT", "/bkt"))
            seen = {"keys": set(), "open": ""}
            writer = threading.Thread(target=write_and_reset, args=(daemon.port, seen))
            writer.start()
            time.sleep(random.uniform(0.02, 0.6))
            daemon.kill()
            writer.join()
            daemon.start()
            api = Api(daemon.port)
            missing = [key for key in seen["keys"] if api.call("GET", "/bkt/" + key)[0] != 200]
            if missing and not (seen["open"] == "reset" and len(missing) == len(seen["keys"])):
                stalls.faults += 1
                print("FAULT: %d of %d acknowledged objects are missing" % (len(missing), len(seen["keys"])))
            api.close()
            daemon.stop()
            code, out, error = run_log(data_dir, "rebuild", "--check")
            if code != 0:
                stalls.faults += 1
                print("FAULT: rebuild --check: %s%s" % (out, error))


def main():
    with Daemon(meter=stalls.meter) as daemon:
        full_states("in memory", daemon)
    with temporary_directory() as data_dir, Daemon(data_dir, ["--sync", "everysec"], stalls.meter) as daemon:
        full_states("on disk", daemon)
    killed_around_resets()
    stalls.end()


if __name__ == "__main__":
    main()
