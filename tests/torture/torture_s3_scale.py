"""S3 at scale: pages of a bucket with a million keys, an object of 5 GiB up and down, a thousand uploads at once.

usage: torture_s3_scale.py [SCALE [NAME...]]   (1: a million keys, 5 GiB, 1,000 uploads; 0.1: a tenth. NAME: keys, large, crowd)

Says of each what it measured, and at the end how many tries it made and how many faults it found. A page must take the time of a page, however
many keys the bucket has; memory must not follow the size of an object; small calls must be answered while large ones come in."""
import http.client
import os
import re
import selectors
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
from support import Daemon, temporary_directory  # noqa: E402

SCALE = float(sys.argv[1]) if len(sys.argv) > 1 else 1
WANTED = sys.argv[2:] or ["keys", "large", "crowd"]
MIB = 1 << 20
tries = 0
faults = 0


def fault(text):
    global faults
    faults += 1
    print("FAULT: " + text, flush=True)


def check(good, text):
    global tries
    tries += 1
    if not good:
        fault(text)


def connect(daemon):
    connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=120)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def call(connection, method, target, body=None):
    connection.request(method, target, body=body)
    response = connection.getresponse()
    return response.status, response.read()


def memory(daemon, what="VmRSS"):
    with open("/proc/%d/status" % daemon.process.pid) as status:
        return int(re.search(what + r":\s+(\d+) kB", status.read()).group(1)) / 1024


def fill(daemon, bucket, keys, workers=8):
    """Empty objects, over raw sockets with many requests under way."""
    def work(part):
        sock = socket.create_connection(("127.0.0.1", daemon.port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        window = 64
        for start in range(0, len(part), window):
            some = part[start:start + window]
            sock.sendall(b"".join(b"PUT /%s/%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n" % (bucket, key) for key in some))
            got = b""
            while got.count(b"HTTP/1.1 200") < len(some) or not got.endswith(b"\r\n\r\n"):
                piece = sock.recv(1 << 16)
                if not piece or b"HTTP/1.1 5" in piece:
                    raise RuntimeError("a put failed: %r" % piece[:200])
                got += piece
        sock.close()

    threads = [threading.Thread(target=work, args=(keys[n::workers],)) for n in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


PAGES = [
    ("first page", "list-type=2"),
    ("page in the middle", "list-type=2&start-after=many/5"),
    ("last page", "list-type=2&start-after=many/9999"),
    ("one prefix of all, delimiter", "list-type=2&delimiter=/"),
    ("folders, delimiter", "list-type=2&prefix=folders/&delimiter=/"),
    ("folders in the middle", "list-type=2&prefix=folders/&delimiter=/&start-after=folders/5"),
    ("a page of one", "list-type=2&max-keys=1"),
    ("version 1, marker", "marker=many/5"),
    ("versions", "versions&key-marker=many/5"),
    ("versions, delimiter", "versions&delimiter=/"),
]


def page_times(daemon, bucket):
    connection = connect(daemon)
    times = {}
    for name, query in PAGES:
        best = []
        for _ in range(15):
            start = time.monotonic()
            status, body = call(connection, "GET", "/%s?%s" % (bucket, query))
            best.append((time.monotonic() - start) * 1000)
            check(status == 200 and b"ListBucketResult" in body or b"ListVersionsResult" in body, name + " is no listing")
        times[name] = sorted(best)[len(best) // 2]
    connection.close()
    return times


def keys_of(count):
    """Nine in ten under one prefix, one in ten in folders of ten."""
    many = [b"many/%09d" % (i * 1_000_000_000 // count) for i in range(count * 9 // 10)]
    return many + [b"folders/%06d/%d" % (i * 1_000_000 // (count // 100), k) for i in range(count // 100) for k in range(10)]


def attack_keys(directory):
    with Daemon(directory + "/keys", flags=["--sync", "no"]) as daemon:
        connection = connect(daemon)
        call(connection, "PUT", "/small")
        call(connection, "PUT", "/vast")
        connection.close()
        fill(daemon, b"small", keys_of(20_000))
        small = page_times(daemon, "small")
        count = int(1_000_000 * SCALE)
        start = time.monotonic()
        fill(daemon, b"vast", keys_of(count))
        print("keys: %d put in %.0f s, resident %.0f MiB" % (count, time.monotonic() - start, memory(daemon)), flush=True)
        vast = page_times(daemon, "vast")
        for name, _ in PAGES:
            print("  %-30s %6.1f ms of 20,000 keys, %6.1f ms of %d" % (name, small[name], vast[name], count), flush=True)
            check(vast[name] < 5 * small[name] + 20, name + " takes the time of the bucket, not of the page")


def put_zeros(daemon, target, size, headers=""):
    """A body of zeros, as fast as it is taken. The reply's status and ETag."""
    sock = socket.create_connection(("127.0.0.1", daemon.port))
    sock.sendall(("PUT %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n%s\r\n" % (target, size, headers)).encode())
    piece = bytes(MIB)
    left = size
    while left:
        sock.sendall(piece[:min(left, MIB)])
        left -= min(left, MIB)
    reply = sock.recv(1 << 16).decode()
    sock.close()
    etag = re.search(r'ETag: ("[^"]+")', reply, re.I)
    return reply.split(" ")[1], etag.group(1) if etag else ""


def get_all(daemon, target):
    connection = connect(daemon)
    connection.request("GET", target)
    response = connection.getresponse()
    got = 0
    while True:
        piece = response.read(MIB)
        if not piece:
            break
        got += len(piece)
    connection.close()
    return got


def attack_large(directory):
    size = int(5 * 1024 * SCALE) * MIB
    with Daemon(directory + "/large") as daemon:
        connection = connect(daemon)
        call(connection, "PUT", "/large")
        before = memory(daemon)

        def timed(name, work):
            start = time.monotonic()
            good = work()
            seconds = time.monotonic() - start
            print("large: %-22s %6.0f MiB in %6.1f s, %5.0f MiB/s, peak %.0f MiB (%.0f before)" % (
                name, size / MIB, seconds, size / MIB / seconds, memory(daemon, "VmHWM"), before), flush=True)
            check(good, name + " failed")
            check(memory(daemon, "VmHWM") < before + 160, "memory follows the object: " + name)

        timed("one PUT", lambda: put_zeros(daemon, "/large/one", size)[0] == "200")
        timed("one GET", lambda: get_all(daemon, "/large/one") == size)

        def call_anew(method, target, body=None):  # a connection that was idle for long is closed
            fresh = connect(daemon)
            reply = call(fresh, method, target, body)
            fresh.close()
            return reply

        def multipart():
            _, body = call_anew("POST", "/large/parts?uploads")
            upload = re.search(rb"<UploadId>([^<]+)", body).group(1).decode()
            part_size = 64 * MIB
            numbers = list(range(1, size // part_size + 1))
            etags = {}

            def work(mine):
                for number in mine:
                    etags[number] = put_zeros(daemon, "/large/parts?partNumber=%d&uploadId=%s" % (number, upload), part_size)[1]

            threads = [threading.Thread(target=work, args=(numbers[n::4],)) for n in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            parts = "".join("<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>" % (n, etags[n]) for n in numbers)
            status, _ = call_anew("POST", "/large/parts?uploadId=" + upload,
                                  "<CompleteMultipartUpload>" + parts + "</CompleteMultipartUpload>")
            return status == 200

        timed("multipart of 64 MiB", multipart)
        timed("GET of its parts", lambda: get_all(daemon, "/large/parts") == size // (64 * MIB) * 64 * MIB)
        connection.close()


def attack_crowd(directory):
    """Uploads of 4 MiB each that come in together, piece by piece, while small calls are timed."""
    count = int(1000 * SCALE)
    size = 4 * MIB
    with Daemon(directory + "/crowd") as daemon:
        connection = connect(daemon)
        call(connection, "PUT", "/crowd")
        call(connection, "PUT", "/crowd/small", b"x" * 1024)
        before = memory(daemon)
        done = []

        def uploads():
            selector = selectors.DefaultSelector()
            left = {}
            piece = bytes(64 << 10)
            for n in range(count):
                sock = socket.create_connection(("127.0.0.1", daemon.port))
                sock.sendall(b"PUT /crowd/%d HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % (n, size))
                sock.setblocking(False)
                left[sock] = size
                selector.register(sock, selectors.EVENT_WRITE)
            while left:
                for key, _ in selector.select(1):
                    sock = key.fileobj
                    if left[sock] == 0:
                        done.append((sock.recv(4096).split(b" ") + [b"none"])[1])
                        selector.unregister(sock)
                        sock.close()
                        del left[sock]
                        continue
                    try:
                        left[sock] -= sock.send(piece[:min(left[sock], len(piece))])
                    except (BrokenPipeError, ConnectionResetError):
                        left[sock] = 0  # it was refused
                    if left[sock] == 0:
                        selector.modify(sock, selectors.EVENT_READ)

        thread = threading.Thread(target=uploads)
        start = time.monotonic()
        thread.start()
        times = {"GET": [], "PUT": []}
        while thread.is_alive():
            for method in times:
                began = time.monotonic()
                status, _ = call(connection, method, "/crowd/small", b"x" * 1024 if method == "PUT" else None)
                times[method].append((time.monotonic() - began) * 1000)
                check(status == 200, "a small %s got %d" % (method, status))
            time.sleep(0.002)
        thread.join()
        seconds = time.monotonic() - start
        refused = sum(1 for status in done if status != b"200")
        print("crowd: %d uploads of 4 MiB in %.1f s (%.0f MiB/s), %d refused, peak %.0f MiB (%.0f before)" % (
            count, seconds, count * size / MIB / seconds, refused, memory(daemon, "VmHWM"), before), flush=True)
        check(len(done) == count, "%d uploads got no answer" % (count - len(done)))
        check(refused == 0, "%d uploads were refused" % refused)
        for method, taken in times.items():
            taken.sort()
            print("  small %s meanwhile: %d calls, median %.1f ms, 99 of 100 below %.1f ms, slowest %.1f ms" % (
                method, len(taken), taken[len(taken) // 2], taken[len(taken) * 99 // 100], taken[-1]), flush=True)
            check(taken[len(taken) * 99 // 100] < 1000, "small calls starve")
        connection.close()


def main():
    with temporary_directory() as directory:
        for name, attack in (("keys", attack_keys), ("large", attack_large), ("crowd", attack_crowd)):
            if name in WANTED:
                attack(directory)
    print("s3_scale: %d tries, %d faults" % (tries, faults))
    return 1 if faults else 0


sys.exit(main())
