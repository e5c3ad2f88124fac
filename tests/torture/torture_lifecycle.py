#!/usr/bin/python3
"""Whether what time does to a large bucket keeps others waiting, and is done when the clock's reply comes.

Hundreds of thousands of objects get lifecycle rules, fall due at one midnight and go, while another client reads a small object again and
again. A fault is a turn of the loop of more than 20 ms, or an object that is still there.
usage: torture_lifecycle.py [OBJECTS]"""
import multiprocessing
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
from stalls import Stalls  # noqa: E402
from support import Api, Daemon, content_md5, temporary_directory  # noqa: E402

OBJECTS = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
RULES = (b"<LifecycleConfiguration><Rule><ID>r</ID><Filter/><Status>Enabled</Status><Expiration><Days>%d</Days></Expiration></Rule>"
         b"</LifecycleConfiguration>")
stalls = Stalls()


def fill(port, first, end):
    api = Api(port)
    for number in range(first, end):
        assert api.call("PUT", "/large/%07d" % number, b"x")[0] == 200
    api.close()


def fill_all(port):
    parts = [multiprocessing.Process(target=fill, args=(port, OBJECTS * part // 4, OBJECTS * (part + 1) // 4)) for part in range(4)]
    for part in parts:
        part.start()
    for part in parts:
        part.join()
        assert part.exitcode == 0


def main():
    with temporary_directory() as directory, Daemon(directory, meter=stalls.meter) as daemon:
        api = Api(daemon.port)
        api.connection.timeout = 600
        api.call("POST", "/_cloudemu/clock", b'{"freeze": "2030-01-01T12:00:00Z"}')
        for path in ("/large", "/small", "/small/key"):
            assert api.call("PUT", path, b"x" if path.endswith("key") else b"")[0] == 200
        fill_all(daemon.port)
        api.close()  # the daemon may have done so: filling takes minutes
        api = Api(daemon.port)
        api.connection.timeout = 600

        def measure(what, act):
            stalls.measure(daemon.port, "%s, %d objects" % (what, OBJECTS), act, lambda other: other.call("GET", "/small/key"))

        def rules(days):
            assert api.call("PUT", "/large?lifecycle", RULES % days, content_md5(RULES % days))[0] == 200
            assert api.call("POST", "/_cloudemu/clock", b'{"advance": 1}')[0] == 200  # answered when the walk is done

        def advance(by):
            assert api.call("POST", "/_cloudemu/clock", b'{"advance": "%s"}' % by)[0] == 200

        measure("rules", lambda: rules(400))
        measure("other rules", lambda: rules(30))
        measure("29 days", lambda: advance(b"29d"))
        measure("the day of expiry", lambda: advance(b"2d"))
        left = api.call("GET", "/large?list-type=2")[1].count(b"<Key>")
        stalls.tries += 1
        stalls.faults += left > 0
        print("objects left on the first page: %d" % left)
        measure("ten years", lambda: advance(b"3650d"))
        api.close()
    stalls.end()


if __name__ == "__main__":
    main()
