"""Clients that behave badly, against a running daemon: long polls that hang up while messages come in, and connections that are opened
and left. What hung up must be handed nothing, and whoever comes new must be served at once."""
import json
import os
import random
import resource
import signal
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "clients"))
from support import Api, Daemon  # noqa: E402

POLLS, ROUNDS, CONNECTIONS = 300, 10, 4200
AUTHORIZATION = ("AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=" + "0" * 64)
faults = []


def poll_request(url):
    body = json.dumps({"QueueUrl": url, "WaitTimeSeconds": 20, "MaxNumberOfMessages": 1})
    return ("POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AmazonSQS.ReceiveMessage\r\nContent-Type: application/x-amz-json-1.0\r\n"
            "X-Amz-Date: 20261123T040000Z\r\nAuthorization: %s\r\nContent-Length: %d\r\n\r\n%s" % (AUTHORIZATION, len(body), body)).encode()


def handed(poll):
    """Whether a poll was handed a message."""
    try:
        return b"MessageId" in poll.recv(65536, socket.MSG_DONTWAIT)
    except OSError:
        return False


def hang_ups(daemon, seed):
    """Half of the polls hang up, half of these by a reset, a moment or nothing at all before the next messages come in. There is a poll for
    every message, so what is handed out goes to whoever is first in the row, dead or alive."""
    random.seed(seed)
    api = Api(daemon.port)
    url = api.sqs("CreateQueue", {"QueueName": "jobs%d" % seed, "Attributes": {"VisibilityTimeout": "3600"}})[1]["QueueUrl"]
    polls = []
    for _ in range(POLLS):
        poll = socket.create_connection(("127.0.0.1", daemon.port))
        poll.sendall(poll_request(url))
        polls.append(poll)
    time.sleep(0.5)
    dying = random.sample(polls, POLLS // 2)
    living = [poll for poll in polls if poll not in dying]
    sent = got = 0
    while dying:
        entries = [{"Id": str(i), "MessageBody": str(sent + i)} for i in range(random.randint(1, 3))]
        sent += len(entries)
        # Sometimes the hang-up comes to the daemon in one turn of its loop with the message, and behind it.
        stands_still = random.random() < 0.5
        if stands_still:
            os.kill(daemon.process.pid, signal.SIGSTOP)
            sender = threading.Thread(target=api.sqs, args=("SendMessageBatch", {"QueueUrl": url, "Entries": entries}))
            sender.start()
            time.sleep(0.005)
        for poll in [dying.pop() for _ in range(min(len(dying), random.randint(1, 4)))]:
            got += handed(poll)  # while it was alive
            if random.random() < 0.5:
                poll.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            poll.close()
        if stands_still:
            os.kill(daemon.process.pid, signal.SIGCONT)
            sender.join()
        else:
            time.sleep(random.choice([0, 0, 0.0001, 0.001, 0.003]))
            api.sqs("SendMessageBatch", {"QueueUrl": url, "Entries": entries})
        time.sleep(0.02)  # what was handed to the living has arrived
    time.sleep(0.3)
    for poll in living:
        got += handed(poll)
        poll.close()
    time.sleep(0.2)
    left = 0
    while True:
        messages = api.sqs("ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 0})[1].get("Messages", [])
        if not messages:
            break
        left += len(messages)
    lost = sent - got - left
    api.close()
    print("hang-ups: %d polls of which %d hung up, %d messages, %d handed to the dead" % (POLLS, POLLS // 2, sent, lost), flush=True)
    if lost:
        faults.append("hang-ups: %d messages handed to the dead" % lost)
    return sent


def stalled(daemon):
    """The daemon stands still while clients ask, give up and go. When it goes on, their requests come before their ends."""
    api = Api(daemon.port)
    url = api.sqs("CreateQueue", {"QueueName": "stalled"})[1]["QueueUrl"]
    for i in range(50):
        api.sqs("SendMessage", {"QueueUrl": url, "MessageBody": str(i)})
    os.kill(daemon.process.pid, signal.SIGSTOP)
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", daemon.port)) as client:
            client.sendall(poll_request(url))
    time.sleep(0.1)
    os.kill(daemon.process.pid, signal.SIGCONT)
    time.sleep(0.5)
    attributes = api.sqs("GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["All"]})[1]["Attributes"]
    api.close()
    lost = int(attributes["ApproximateNumberOfMessagesNotVisible"])
    print("stalled: 50 clients gave up, %d messages handed to the dead" % lost, flush=True)
    if lost:
        faults.append("stalled: %d messages handed to the dead" % lost)


def left_open(daemon, begun):
    """More connections than the daemon takes, idle or with the beginning of a request; then somebody comes who wants something."""
    idle = []
    for _ in range(CONNECTIONS):
        connection = socket.create_connection(("127.0.0.1", daemon.port))
        if begun:
            connection.sendall(b"GET / HT")
        idle.append(connection)
    if begun:
        time.sleep(2.5)
    worst = 0.0
    for _ in range(20):
        start = time.monotonic()
        api = Api(daemon.port)
        try:
            status = api.call("GET", "/")[0]
        except OSError as error:
            status = str(error)
        worst = max(worst, time.monotonic() - start)
        api.close()
        if status != 200:
            faults.append("left open: a new client got %s" % status)
            break
    print("left open: %d connections%s, a new client waited up to %.0f ms" % (CONNECTIONS, " with half a head" if begun else "", worst * 1000),
          flush=True)
    if worst > 1:
        faults.append("left open: a new client waited %.1f s" % worst)
    for connection in idle:
        connection.close()


def main():
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(20000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    tries = 0
    with Daemon() as daemon:
        for seed in range(ROUNDS):
            tries += hang_ups(daemon, seed)
        stalled(daemon)
        for begun in (False, True):
            left_open(daemon, begun)
        tries += 50 + 2 * CONNECTIONS
    for fault in faults:
        print("FAULT", fault)
    print("clients: %d tries, %d faults" % (tries, len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
