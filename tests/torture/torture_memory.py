"""An ephemeral daemon under very long churn of content that does not grow: its memory must not grow either.

usage: torture_memory.py [SCALE]   (1: 100,000 small and 1,000 large overwrites, a million messages, a million items; 0.1: a tenth)"""
import os
import random
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
from support import Api, Daemon, create_table  # noqa: E402

SCALE = float(sys.argv[1]) if len(sys.argv) > 1 else 1
MIB = 1 << 20
calls = 0
faults = 0


def resident(daemon):
    time.sleep(0.5)
    with open("/proc/%d/status" % daemon.process.pid) as status:
        return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1)) * 1024


def attack(name, daemon, rounds, allowed, work):
    """A twentieth to warm up, then the rest: memory at its end against memory at its beginning."""
    global calls, faults
    rounds = int(rounds * SCALE)
    start = time.monotonic()
    for i in range(rounds // 20):
        work(i)
    before = resident(daemon)
    for i in range(rounds // 20, rounds):
        work(i)
    after = resident(daemon)
    calls += rounds
    grown = after - before
    good = grown <= allowed
    faults += not good
    print("%-34s %8d rounds %6.1f s   %6.1f -> %6.1f MiB %s" % (
        name, rounds, time.monotonic() - start, before / MIB, after / MIB, "" if good else "GROWS"), flush=True)


def main():
    with Daemon() as daemon:
        empty = resident(daemon)
        api = Api(daemon.port)
        api.call("PUT", "/bkt")
        small, large = random.randbytes(10_000), random.randbytes(MIB)
        attack("one object of 10 KB overwritten", daemon, 100_000, 4 * MIB, lambda i: api.call("PUT", "/bkt/small", b"%09d" % i + small))
        attack("one object of 1 MiB overwritten", daemon, 1_000, 24 * MIB, lambda i: api.call("PUT", "/bkt/large", b"%09d" % i + large))
        create_table(api, "orders")
        value = {"S": "v" * 300}
        items = [{"PutRequest": {"Item": {"pk": {"S": str(k)}, "v": value}}} for k in range(1000)]

        def write(i):
            at = i * 25 % 1000
            api.dynamodb("BatchWriteItem", {"RequestItems": {"orders": items[at:at + 25]}})

        attack("25 of 1,000 items put", daemon, 40_000, 8 * MIB, write)
        queue = api.sqs("CreateQueue", {"QueueName": "jobs"})[1]["QueueUrl"]
        entries = [{"Id": str(n), "MessageBody": "m" * 300} for n in range(10)]

        def pass_on(i):
            api.sqs("SendMessageBatch", {"QueueUrl": queue, "Entries": entries})
            got = api.sqs("ReceiveMessage", {"QueueUrl": queue, "MaxNumberOfMessages": 10})[1]["Messages"]
            api.sqs("DeleteMessageBatch", {"QueueUrl": queue, "Entries": [
                {"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(got)]})

        attack("10 messages sent, received, deleted", daemon, 100_000, 8 * MIB, pass_on)
        api.call("POST", "/_cloudemu/reset")
        after = resident(daemon)
        print("after reset %.1f MiB, empty at the start %.1f MiB" % (after / MIB, empty / MIB))
        global faults
        faults += after > empty + 24 * MIB
        api.close()
    print("memory: %d rounds, %d faults" % (calls, faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
