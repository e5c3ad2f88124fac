#!/usr/bin/python3
"""Whether a request's body keeps others waiting while it is taken apart.

One client sends the dearest requests (dear_requests.py), another reads a small item again and again. A fault is a turn of the loop of more
than 20 ms.
usage: torture_bodies.py [SERVICE ...]   (dynamodb, s3, sqs)"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
from dear_requests import SERVICES  # noqa: E402
from stalls import Stalls  # noqa: E402
from support import Api, Daemon, create_table, run_log, temporary_directory  # noqa: E402

TIMES = 4
stalls = Stalls()


def measure(port, what, send):
    ask = {"TableName": "small", "Key": {"pk": {"S": "a"}}}
    stalls.measure(port, what, lambda: [send() for _ in range(TIMES)], lambda api: api.dynamodb("GetItem", ask), quiet_s=1, after_s=1)


def main():
    for name in sys.argv[1:] or SERVICES:
        with temporary_directory() as data_dir:
            with Daemon(data_dir, ["--sync", "everysec"], stalls.meter) as daemon:
                api = Api(daemon.port)
                create_table(api, "small")
                api.dynamodb("PutItem", {"TableName": "small", "Item": {"pk": {"S": "a"}}})
                api.close()
                for what, send in SERVICES[name](daemon.port):
                    measure(daemon.port, what, send)
                assert daemon.stop() == 0
            code, out, error = run_log(data_dir, "rebuild", "--check")
            assert code == 0, out + error
    stalls.end()


if __name__ == "__main__":
    main()
