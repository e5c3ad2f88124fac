"""What the programs share that measure whether one client's call keeps others waiting."""
import multiprocessing
import sys
import time

from support import Api
from turns import TurnMeter


class Other:
    """Another client, with its waiting times. `call(api)` is what it asks for again and again. A process of its own: in a thread it would
    wait while the first client makes its JSON."""

    def __init__(self, port, call):
        self.done = multiprocessing.Event()
        self.reader, writer = multiprocessing.Pipe(duplex=False)
        self.process = multiprocessing.Process(target=self.run, args=(port, call, writer))
        self.process.start()
        writer.close()

    def run(self, port, call, writer):
        api, times = Api(port), []
        while not self.done.is_set():
            start = time.monotonic()
            call(api)
            times.append((time.monotonic() - start) * 1000)
            time.sleep(0.0005)
        writer.send(times)

    def finish(self):
        """p99, longest (milliseconds), and how many calls."""
        self.done.set()
        times = sorted(self.reader.recv())
        self.process.join()
        return times[len(times) * 99 // 100], times[-1], len(times)


class Stalls:
    """Counts tries and faults: a fault is a turn of the daemon's loop that took longer than 20 ms, be it work or be it waiting for a disk or a
    lock. What another client waited is shown beside it: that depends on the disk (with `--sync always`) and on who else is on the machine."""

    def __init__(self):
        self.tries = self.faults = 0
        self.meter = TurnMeter()

    def measure(self, port, what, act, call, quiet_s=2.0, after_s=2.0):
        """The longest turn, and the waiting times of the other client, before and while `act` runs and what it left behind is worked off."""
        self.tries += 1
        if self.meter.has_turns():  # what led up to this, filling a table, say, must not keep others waiting either
            self.judge("    until then:")
        before = Other(port, call)
        time.sleep(quiet_s)
        quiet_p99, quiet_max, _ = before.finish()
        other = Other(port, call)
        time.sleep(0.1)
        self.meter.begin()
        start = time.monotonic()
        act()
        took = (time.monotonic() - start) * 1000
        time.sleep(after_s)
        p99, longest, calls = other.finish()
        self.judge("%-46s took %8.1f ms; another client waited p99 %6.2f, at most %7.2f ms in %d calls (before: %.2f, %.2f);"
                   % (what, took, p99, longest, calls, quiet_p99, quiet_max))

    def judge(self, what):
        """Looks at the longest turn since this was asked last."""
        self.faults += self.meter.judge(what)

    def end(self):
        """The last line, and the exit code."""
        print("%d tries, %d faults" % (self.tries, self.faults))
        sys.exit(1 if self.faults else 0)
