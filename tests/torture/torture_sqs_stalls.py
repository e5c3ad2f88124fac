#!/usr/bin/python3
"""Whether what is done to large queues, or to many, keeps others waiting.

While one client purges, deletes, resets or changes a queue of hundreds of thousands of messages, another asks for the address of a small
queue again and again. A fault is a turn of the loop of more than 20 ms; or queues that get dearer the
more there are.
usage: torture_sqs_stalls.py [MESSAGES] [QUEUES]"""
import multiprocessing
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
from stalls import Stalls  # noqa: E402
from support import Api, Daemon, temporary_directory  # noqa: E402

MESSAGES = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
QUEUES = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
stalls = Stalls()


def fill(port, queue, count, part, fifo):
    api = Api(port)
    for first in range(0, count, 10):
        entries = [{"Id": str(i), "MessageBody": "a message of some length, number %d" % i} for i in range(first, min(first + 10, count))]
        if fifo:
            for entry in entries:
                entry["MessageGroupId"] = "g%s" % entry["Id"]
                entry["MessageDeduplicationId"] = "%d-%s" % (part, entry["Id"])
        status, _ = api.sqs("SendMessageBatch", {"QueueUrl": queue, "Entries": entries})
        assert status == 200


def fill_all(port, queue, count, fifo=False):
    parts = [multiprocessing.Process(target=fill, args=(port, queue, count // 4, part, fifo)) for part in range(4)]
    for part in parts:
        part.start()
    for part in parts:
        part.join()
        assert part.exitcode == 0


def ask(api):
    """What the other client asks for. After a reset the queue is gone; it is told so, at once."""
    api.sqs("GetQueueUrl", {"QueueName": "small"})


def measure(port, what, act):
    stalls.measure(port, what, act, ask)


def ok(reply):
    assert reply[0] == 200, reply
    return reply[1]


def large_queues(daemon):
    api, port = Api(daemon.port), daemon.port
    for name in ("small", "large"):
        ok(api.sqs("CreateQueue", {"QueueName": name}))
    ok(api.sqs("CreateQueue", {"QueueName": "slow.fifo", "Attributes": {
        "FifoQueue": "true", "DelaySeconds": "900", "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}}))
    fill_all(port, "large", MESSAGES)
    measure(port, "PurgeQueue of %d" % MESSAGES, lambda: ok(Api(port).sqs("PurgeQueue", {"QueueUrl": "large"})))
    fill_all(port, "large", MESSAGES)
    measure(port, "DeleteQueue of %d" % MESSAGES, lambda: ok(Api(port).sqs("DeleteQueue", {"QueueUrl": "large"})))
    fill_all(port, "slow.fifo", MESSAGES // 2, fifo=True)
    measure(port, "DelaySeconds of a FIFO queue of %d delayed" % (MESSAGES // 2),
            lambda: ok(Api(port).sqs("SetQueueAttributes", {"QueueUrl": "slow.fifo", "Attributes": {"DelaySeconds": "800"}})))
    measure(port, "DelaySeconds 0: %d become visible" % (MESSAGES // 2),
            lambda: ok(Api(port).sqs("SetQueueAttributes", {"QueueUrl": "slow.fifo", "Attributes": {"DelaySeconds": "0"}})))
    measure(port, "PurgeQueue of that", lambda: ok(Api(port).sqs("PurgeQueue", {"QueueUrl": "slow.fifo"})))
    ok(Api(port).sqs("CreateQueue", {"QueueName": "large"}))
    fill_all(port, "large", MESSAGES)
    measure(port, "reset with %d messages" % MESSAGES, lambda: ok((Api(daemon.port).call("POST", "/_cloudemu/reset")[0], None)))


def many_queues(daemon):
    api = Api(daemon.port)

    def timed(act):
        start = time.monotonic()
        act()
        return (time.monotonic() - start) * 1000

    ok(api.sqs("CreateQueue", {"QueueName": "small"}))
    creates = [timed(lambda: ok(api.sqs("CreateQueue", {"QueueName": "q%d" % i}))) for i in range(QUEUES)]
    deletes = [timed(lambda: ok(api.sqs("DeleteQueue", {"QueueUrl": "q%d" % i}))) for i in range(QUEUES // 2)]
    for name, times in (("CreateQueue", creates), ("DeleteQueue", deletes)):
        stalls.tries += 1
        tenth = len(times) // 10
        first, last = sorted(times[:tenth])[tenth // 2], sorted(times[-tenth:])[tenth // 2]
        dearer = last > 3 * first + 1
        stalls.faults += dearer
        print("%-46s %8.2f ms for the first of %d, %.2f ms for the last%s" % (name, first, len(times), last, "  FAULT" if dearer else ""),
              flush=True)
    measure(daemon.port, "reset of %d queues" % (QUEUES - QUEUES // 2), lambda: ok((Api(daemon.port).call("POST", "/_cloudemu/reset")[0], None)))


def large_queue_on_disk(daemon):
    api = Api(daemon.port)
    for name in ("small", "large"):
        ok(api.sqs("CreateQueue", {"QueueName": name}))
    fill_all(daemon.port, "large", MESSAGES)
    measure(daemon.port, "on disk: reset with %d messages" % MESSAGES, lambda: ok((Api(daemon.port).call("POST", "/_cloudemu/reset")[0], None)))


for story in (large_queues, many_queues):
    with Daemon(meter=stalls.meter) as daemon:
        story(daemon)
with temporary_directory() as data_dir, Daemon(data_dir, ["--sync", "everysec"], stalls.meter) as daemon:
    large_queue_on_disk(daemon)
stalls.end()
