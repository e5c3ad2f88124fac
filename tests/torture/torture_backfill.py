"""An index for a million items, and the end of the table: both go in slices. Meanwhile other calls are measured, items are written before
and behind the place where the job is, and the daemon is killed several times. At the end the index must hold exactly what it should, and
the state must be what the log says.

usage: torture_backfill.py [ITEMS] [KILLS]"""
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
from support import Api, Daemon, create_table, run_log, temporary_directory  # noqa: E402
from turns import TurnMeter  # noqa: E402

ITEMS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
KILLS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
faults = []
meter = TurnMeter()


def check(good, what):
    if not good:
        faults.append(what)
        print("FAULT:", what)


def item(number, color):
    return {"pk": {"S": "item-%d" % number}, "color": {"S": color}, "text": {"S": "x" * 100}}


def load(port, begin, end):
    api = Api(port)
    for at in range(begin, end, 25):
        puts = [{"PutRequest": {"Item": item(n, "old")}} for n in range(at, min(at + 25, end))]
        status, reply = api.dynamodb("BatchWriteItem", {"RequestItems": {"load": puts}})
        assert status == 200 and not reply["UnprocessedItems"], reply
    api.close()


class Prober(threading.Thread):
    """Other calls while a job runs: what they take, in milliseconds, and what they wrote to the table at work."""

    def __init__(self, port, writes):
        super().__init__()
        self.port, self.writes = port, writes
        self.took, self.painted, self.deleted = [], set(), set()
        self.going = True

    def run(self):
        try:
            api = Api(self.port)
            while self.going:
                calls = [("GetItem", {"TableName": "small", "Key": {"pk": {"S": "a"}}}),
                         ("PutItem", {"TableName": "small", "Item": {"pk": {"S": "a"}}})]
                number = random.randrange(ITEMS)
                if self.writes and number % 2:
                    calls.append(("PutItem", {"TableName": "load", "Item": item(number, "new")}))
                elif self.writes:
                    calls.append(("DeleteItem", {"TableName": "load", "Key": {"pk": {"S": "item-%d" % number}}}))
                for operation, document in calls:
                    begin = time.monotonic()
                    status, reply = api.dynamodb(operation, document)
                    self.took.append((time.monotonic() - begin) * 1000)
                    assert status == 200, reply
                    if operation == "DeleteItem":
                        self.deleted.add(number)
                    elif document["TableName"] == "load":
                        self.painted.add(number)
                time.sleep(0.002)
        except (OSError, ConnectionError):
            pass  # the daemon was killed

    def end(self):
        self.going = False
        self.join()


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def memory_mib(daemon):
    with open("/proc/%d/status" % daemon.process.pid) as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))


def index_status(api):
    table = api.dynamodb("DescribeTable", {"TableName": "load"})[1]["Table"]
    return [(i["IndexStatus"], i.get("Backfilling")) for i in table.get("GlobalSecondaryIndexes", [])]


def count(api, color):
    """Items of one partition of the index, by all its pages, and the longest page in milliseconds."""
    total, pages, longest, start = 0, 0, 0.0, None
    while True:
        query = {"TableName": "load", "IndexName": "by-color", "KeyConditionExpression": "color = :c", "Select": "COUNT",
                 "ExpressionAttributeValues": {":c": {"S": color}}}
        if start:
            query["ExclusiveStartKey"] = start
        begin = time.monotonic()
        status, reply = api.dynamodb("Query", query)
        longest = max(longest, (time.monotonic() - begin) * 1000)
        assert status == 200, reply
        total, pages = total + reply["Count"], pages + 1
        start = reply.get("LastEvaluatedKey")
        if not start:
            return total, pages, longest


def control(daemon):
    """What the same calls take while no job runs: what a busy machine keeps them waiting for."""
    prober = Prober(daemon.port, True)
    prober.start()
    time.sleep(5)
    prober.end()
    print("no job: %d other calls: median %.1f ms, p99 %.1f ms, longest %.1f ms"
          % (len(prober.took), percentile(prober.took, 0.5), percentile(prober.took, 0.99), max(prober.took)))
    return prober


def backfill(daemon, before):
    api = Api(daemon.port)
    meter.begin()
    begin = time.monotonic()
    status, reply = api.dynamodb("UpdateTable", {
        "TableName": "load", "AttributeDefinitions": [{"AttributeName": "color", "AttributeType": "S"}],
        "GlobalSecondaryIndexUpdates": [{"Create": {
            "IndexName": "by-color", "KeySchema": [{"AttributeName": "color", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"}}}]})
    print("UpdateTable took %.1f ms" % ((time.monotonic() - begin) * 1000))
    check(status == 200, "UpdateTable: %s" % reply)
    took, painted, deleted, kills, peak = [], set(before.painted), set(before.deleted), 0, 0
    while True:
        prober = Prober(daemon.port, True)
        prober.start()
        until = time.monotonic() + (1.5 if kills < KILLS else 3600)
        while time.monotonic() < until and index_status(api) != [("ACTIVE", None)]:
            check(index_status(api) in ([("CREATING", True)], [("ACTIVE", None)]), "status %s" % index_status(api))
            peak = max(peak, memory_mib(daemon))
            time.sleep(0.05)
        active = index_status(api) == [("ACTIVE", None)]
        if not active:
            daemon.kill()
            kills += 1
        prober.end()
        took += prober.took
        painted |= prober.painted
        deleted |= prober.deleted
        if active:
            break
        api.close()
        daemon.start()
        api = Api(daemon.port)
    print("index of %d items: %.1f s, %d kills, %d other calls: median %.1f ms, p99 %.1f ms, longest %.1f ms; at most %d MiB"
          % (ITEMS, time.monotonic() - begin, kills, len(took), percentile(took, 0.5), percentile(took, 0.99), max(took), peak))
    # A write that was under way when the daemon was killed may have happened or not.
    old, pages, longest = count(api, "old")
    new, _, _ = count(api, "new")
    print("the index holds %d old and %d new items; longest of %d pages: %.1f ms" % (old, new, pages, longest))
    check(0 <= ITEMS - len(painted) - len(deleted) - old <= kills, "%d old items, %d were painted, %d deleted" % (old, len(painted), len(deleted)))
    check(0 <= new - len(painted) <= kills, "%d new items, %d were painted" % (new, len(painted)))
    check(not meter.judge("while an index was filled and read:"), "a long turn")
    api.close()


def drop(daemon):
    api = Api(daemon.port)
    meter.begin()
    prober = Prober(daemon.port, False)
    prober.start()
    begin = time.monotonic()
    status, _ = api.dynamodb("DeleteTable", {"TableName": "load"})
    check(status == 200, "DeleteTable")
    while api.dynamodb("DescribeTable", {"TableName": "load"})[0] == 200:
        time.sleep(0.05)
    prober.end()
    print("table of %d items dropped: %.1f s, %d other calls: median %.1f ms, p99 %.1f ms, longest %.1f ms"
          % (ITEMS, time.monotonic() - begin, len(prober.took), percentile(prober.took, 0.5), percentile(prober.took, 0.99), max(prober.took)))
    check(not meter.judge("while a table was dropped:"), "a long turn")
    api.close()


def check_log(data_dir):
    for verb in (["verify"], ["rebuild", "--check"]):
        code, out, error = run_log(data_dir, *verb)
        check(code == 0, "cloudemu-log %s: %s%s" % (" ".join(verb), out, error))


def main():
    with temporary_directory() as data_dir:
        with Daemon(data_dir, ["--sync", "no"], meter) as daemon:
            api = Api(daemon.port)
            create_table(api)
            create_table(api, "small")
            api.close()
            begin = time.monotonic()
            load(daemon.port, 0, ITEMS)
            print("%d items loaded in %.0f s, %d MiB" % (ITEMS, time.monotonic() - begin, memory_mib(daemon)))
            daemon.flags = ["--sync", "always"]
            check(daemon.stop() == 0, "no orderly end")
            daemon.start()
            before = control(daemon)
            backfill(daemon, before)
            check(daemon.stop() == 0, "no orderly end")
            check_log(data_dir)
            daemon.start()
            drop(daemon)
            check(daemon.stop() == 0, "no orderly end")
            check_log(data_dir)
    print("torture_backfill: %d tries (%d items, %d kills), %d faults" % (KILLS + 2, ITEMS, KILLS, len(faults)))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
