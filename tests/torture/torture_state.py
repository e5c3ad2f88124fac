"""A daemon under load is killed again and again, and bits of its state file flip in between, and while it runs. It may be slow to start; it
may not be wrong. At the end a large state is damaged below a running daemon: while it is made anew calls are refused, not kept waiting."""
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
from support import Api, Daemon, create_table, run_log, temporary_directory  # noqa: E402

ROUNDS = int(os.environ.get("CLOUDEMU_STATE_ROUNDS", "60"))
KEYS = 400
LARGE = int(os.environ.get("CLOUDEMU_STATE_ITEMS", "200000"))


class Writer(threading.Thread):
    """Overwrites a few hundred items and objects, and remembers the last value of each that was acknowledged."""

    def __init__(self, port, number, known):
        super().__init__()
        self.port, self.number, self.known = port, number, known

    def run(self):
        try:
            api = Api(self.port)
            turn = 0
            while True:
                turn += 1
                key = "%d-%d" % (self.number, random.randrange(KEYS))
                value = "%s:%d:%s" % (key, turn, "v" * random.choice([10, 300, 5000]))
                self.known.setdefault(key, {None}).add(value)  # from now on it may be there
                if self.number % 2:
                    status, _ = api.dynamodb("PutItem", {"TableName": "load", "Item": {"pk": {"S": key}, "v": {"S": value}}})
                else:
                    status, _ = api.call("PUT", "/load/" + key, value.encode())
                if status == 200:
                    self.known[key] = {value}
        except (OSError, ConnectionError):
            pass  # the daemon was killed


def flip(path, count):
    if not os.path.exists(path) or os.path.getsize(path) == 0:
        return 0
    with open(path, "r+b") as file:
        for _ in range(count):
            at = random.randrange(os.path.getsize(path))
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ (1 << random.randrange(8))]))
    return count


def patiently(call):
    """A state that is being made anew is worth waiting for."""
    for _ in range(300):
        status, reply = call()
        if status != 503:
            break
        time.sleep(0.1)
    return status, reply


def wrong(port, known):
    api, out = Api(port), []
    for key, values in known.items():
        if int(key.split("-")[0]) % 2:
            _, reply = patiently(lambda: api.dynamodb("GetItem", {"TableName": "load", "Key": {"pk": {"S": key}}}))
            value = reply.get("Item", {}).get("v", {}).get("S")
        else:
            status, body = patiently(lambda: api.call("GET", "/load/" + key))
            value = body.decode() if status == 200 else None
        if value not in values:
            out.append("%s: %s" % (key, str(value)[:40]))
    api.close()
    return out


def large_state():
    """Faults: a call that waited, a wrong answer, a state that does not come back."""
    faults = 0
    with temporary_directory() as data_dir, Daemon(data_dir, ["--sync", "no"]) as daemon:
        api = Api(daemon.port)
        create_table(api)
        for first in range(0, LARGE, 25):
            api.dynamodb("BatchWriteItem", {"RequestItems": {"load": [
                {"PutRequest": {"Item": {"pk": {"S": "item-%d" % n}, "v": {"S": "v" * 500}}}} for n in range(first, first + 25)]}})
        assert daemon.stop() == 0
        daemon.start()  # nothing is in its memory
        with open(data_dir + "/state.db", "r+b") as file:
            for page in range(20, os.path.getsize(data_dir + "/state.db") // 4096, 3):
                file.seek(page * 4096 + 1000)
                file.write(b"damaged")
        api = Api(daemon.port)
        longest, refused, began = 0.0, 0, time.monotonic()
        right = 0
        while right < 300 and time.monotonic() - began < 120:
            key = "item-%d" % random.randrange(LARGE)
            start = time.monotonic()
            status, reply = api.dynamodb("GetItem", {"TableName": "load", "Key": {"pk": {"S": key}}})
            longest = max(longest, (time.monotonic() - start) * 1000)
            if status == 200:
                right += 1
                faults += reply.get("Item", {}).get("v", {}).get("S") != "v" * 500
            elif status == 503:
                refused += 1
                time.sleep(0.01)
            else:
                faults += 1
        faults += right < 300 or longest > 1000
        print("a state of %d items, damaged below a running daemon: the longest call took %.0f ms, %d were refused, sound again after %.1f s"
              % (LARGE, longest, refused, time.monotonic() - began))
    return faults


def main():
    bits = ended = faults = 0
    with temporary_directory() as data_dir:
        known = {}
        daemon = Daemon(data_dir, ["--sync", "no"])
        api = Api(daemon.port)
        assert create_table(api)[0] == 200
        assert api.call("PUT", "/load")[0] == 200
        api.close()
        for turn in range(ROUNDS):
            writers = [Writer(daemon.port, number, known) for number in range(4)]
            for writer in writers:
                writer.start()
            time.sleep(random.uniform(0.2, 2.5))
            if turn % 4 == 3:  # below a daemon that runs
                bits += flip(data_dir + "/state.db", 20)
                time.sleep(1)
            ended += daemon.process.poll() is not None
            daemon.kill()
            for writer in writers:
                writer.join()
            if turn % 2:
                bits += flip(data_dir + random.choice(["/state.db", "/state.db-wal"]), random.choice([1, 1, 5]))
            daemon.start()
            found = wrong(daemon.port, known)
            if daemon.process.poll() is not None:  # it found out, and ended; the next one knows
                ended += 1
                daemon.start()
                found = wrong(daemon.port, known)
            faults += len(found)
            for line in found[:5]:
                print("WRONG in round %d: %s" % (turn, line))
        daemon.process.terminate()
        daemon.process.wait()
        # Pages that nobody has read since their bits flipped may still be damaged; the check says so, and a rebuild mends it.
        for arguments, allowed in ((["rebuild", "--check"], (0, 1)), (["rebuild"], (0,)), (["rebuild", "--check"], (0,))):
            code, out, error = run_log(data_dir, *arguments)
            if code not in allowed:
                faults += 1
                print(arguments, code, out + error)
    faults += large_state()
    print("state: %d rounds, %d flipped bits, the daemon ended %d times, %d faults" % (ROUNDS, bits, ended, faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
