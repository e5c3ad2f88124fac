"""How long the turns of a daemon's loop are: what one request, or a slice of long work, keeps all others waiting for.

Measured inside the daemon (tests/preload/turn_meter.cc), on the processor's clock, so that a busy machine changes little."""
import collections
import os
import struct
import subprocess
import tempfile

from support import BIN, DAEMON

LIMIT_MS = 20
METER = os.path.join(BIN, "libturn_meter.so")

Turn = collections.namedtuple("Turn", "cpu_ms blocked_ms")


class TurnMeter:
    """Give it to a Daemon; it measures the one that was started last."""

    def __init__(self, limit_ms=LIMIT_MS):
        self.directory = tempfile.TemporaryDirectory(prefix="cloudemu-turns-")
        self.path = os.path.join(self.directory.name, "turns")
        self.environment = {"LD_PRELOAD": METER, "TURN_METER": self.path, "TURN_METER_LIMIT_MS": str(limit_ms / 2)}

    def begin(self):
        """Forgets what was measured before."""
        with open(self.path, "r+b") as report:
            report.write(bytes(24))
        with open(self.path + ".stacks", "w"):
            pass

    def has_turns(self):
        """Whether there was a turn since begin()."""
        return self.read()[0] > 0

    def longest(self):
        """The longest turn since begin(), in which there must have been one."""
        turns, cpu, blocked = self.read()
        assert turns > 0, "nothing was measured"
        return Turn(cpu / 1e6, blocked / 1e6)

    def read(self):
        with open(self.path, "rb") as report:
            return struct.unpack("3Q", report.read(24))

    def judge(self, what):
        """Prints the longest turn since begin(), and where it was if that is a fault; begins anew. True: it is one."""
        turn = self.longest()
        is_fault = sum(turn) > LIMIT_MS
        print("%s longest turn %.1f ms, and %.1f blocked%s" % (what, *turn, "  FAULT" if is_fault else ""), flush=True)
        for functions in self.where() if is_fault else []:
            print("    in " + functions, flush=True)
        self.begin()
        return is_fault

    def where(self):
        """The functions of the daemon that turns longer than half of the limit were in, a text for each turn, innermost first."""
        with open(self.path + ".stacks") as stacks:
            lines = stacks.read().splitlines()[:5]
        return [" < ".join(names(place.partition("+")[2] for place in line.split() if place.startswith(DAEMON))) for line in lines]


def names(addresses):
    done = subprocess.run(["addr2line", "-sfC", "-e", DAEMON, *addresses], capture_output=True, text=True, check=False)
    return [name.partition("(")[0] for name in done.stdout.splitlines()[::2]]
