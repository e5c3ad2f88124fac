"""Damages blobs of a data directory in every way that a disk can, and asks the daemon for them: it may refuse, cut the connection or
answer with the right bytes. It must never answer with wrong ones, never copy them, and a PUT of the same bytes must heal.

usage: torture_blobs.py [FLIPS]   (bits flipped per blob; 40)"""
import glob
import hashlib
import http.client
import os
import random
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
from support import LOG, Daemon, temporary_directory  # noqa: E402

FLIPS = int(sys.argv[1]) if len(sys.argv) > 1 else 40
random.seed(4)
SIZES = [16 * 1024 + 1, 65536, 65537, 200_000, 262_144, 1_000_003]
tries = 0
faults = []


def call(port, method, path, body=b"", headers=None):
    """Status and body; status 0 for a connection that was cut."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        reply = connection.getresponse()
        return reply.status, reply.read()
    except (http.client.HTTPException, ConnectionError):
        return 0, b""
    finally:
        connection.close()


def check(what, good):
    global tries
    tries += 1
    if not good:
        faults.append(what)


def blob_file(data_dir, content):
    found = glob.glob("%s/blobs/??/%s*" % (data_dir, hashlib.sha256(content).hexdigest()))
    assert len(found) == 1, found
    return found[0]


def attack(port, data_dir, content, what, damage):
    """One kind of damage to one blob, then all that a client may do with it."""
    path = blob_file(data_dir, content)
    with open(path, "rb") as file:
        whole = file.read()
    damage(path, whole)
    size = len(content)
    status, body = call(port, "GET", "/bkt/key")
    check("%s: GET gave wrong bytes" % what, status == 0 or status >= 500 or (status == 200 and body == content))
    for begin, end in ((0, 99), (size // 2, size // 2 + 70_000), (size - 10, size - 1), (65_530, 65_545)):
        end = min(end, size - 1)
        if begin >= size:
            continue
        status, body = call(port, "GET", "/bkt/key", headers={"Range": "bytes=%d-%d" % (begin, end)})
        check("%s: a range gave wrong bytes" % what, status == 0 or status >= 500 or (status == 206 and body == content[begin:end + 1]))
    bad = call(port, "GET", "/bkt/key") != (200, content)
    for headers in ({"x-amz-copy-source": "/bkt/key"}, {"x-amz-copy-source": "/bkt/key", "x-amz-checksum-algorithm": "SHA1"}):
        status, _ = call(port, "PUT", "/bkt/copy", headers=headers)
        check("%s: CopyObject took damaged bytes" % what, status >= 500 or not bad)
    status, body = call(port, "POST", "/bkt/big?uploads")
    upload = body.decode().split("<UploadId>")[1].split("<")[0]
    status, _ = call(port, "PUT", "/bkt/big?partNumber=1&uploadId=" + upload, headers={"x-amz-copy-source": "/bkt/key"})
    check("%s: UploadPartCopy took damaged bytes" % what, status >= 500 or not bad)
    call(port, "DELETE", "/bkt/big?uploadId=" + upload)
    verified = subprocess.run([LOG, "--data-dir", data_dir, "verify"], capture_output=True, text=True)
    check("%s: verify saw nothing" % what, verified.returncode == 3 or not bad)
    status, _ = call(port, "PUT", "/bkt/again", content)
    check("%s: PUT of the same bytes was refused" % what, status == 200)
    for key in ("key", "again"):
        check("%s: PUT of the same bytes did not heal" % what, call(port, "GET", "/bkt/" + key) == (200, content))
    verified = subprocess.run([LOG, "--data-dir", data_dir, "verify"], capture_output=True, text=True)
    check("%s: verify is not content after the healing" % what, verified.returncode == 0)


def flipped(bit):
    def damage(path, whole):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        with open(path, "r+b") as file:
            file.write(changed)
    return damage


def cut(keep):
    def damage(path, whole):
        os.truncate(path, keep)
    return damage


def replaced(path, whole):
    with open(path, "wb") as file:
        file.write(bytes(len(whole)))


def main():
    with temporary_directory() as data_dir:
        with Daemon(data_dir) as daemon:
            port = daemon.port
            # It warns of each damaged blob that it meets, and must not wait for somebody to read that.
            threading.Thread(target=daemon.process.stderr.read, daemon=True).start()
            call(port, "PUT", "/bkt")
            for size in SIZES:
                content = random.randbytes(size)
                assert call(port, "PUT", "/bkt/key", content)[0] == 200
                bits = os.path.getsize(blob_file(data_dir, content)) * 8
                for i in range(FLIPS):
                    bit = min(bits - 1, bits * i // FLIPS + random.randrange(8))
                    attack(port, data_dir, content, "%d bytes, bit %d" % (size, bit), flipped(bit))
                for keep in (0, 1, size // 2, size - 1, bits // 8 - 1):
                    attack(port, data_dir, content, "%d bytes, cut to %d" % (size, keep), cut(keep))
                attack(port, data_dir, content, "%d bytes, zeroed" % size, replaced)
                attack(port, data_dir, content, "%d bytes, deleted" % size, lambda path, _: os.unlink(path))
    for fault in faults[:20]:
        print(fault)
    kinds = {}
    for fault in faults:
        kind = fault.split(": ")[1]
        kinds[kind] = kinds.get(kind, 0) + 1
    print("blobs: %d checks, %d faults %s" % (tries, len(faults), kinds or ""))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
