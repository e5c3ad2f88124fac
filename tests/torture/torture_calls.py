#!/usr/bin/python3
"""Whether one legal call keeps others waiting for what it has to look at: pages of small things, expressions as long as they may be,
objects of ten thousand parts, queues in which nearly nothing may be received.

Each story fills a state and makes its dearest calls. A fault is a turn of the loop of more than 20 ms.
usage: torture_calls.py [STORY ...]"""
import json
import os
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
from stalls import Stalls  # noqa: E402
from support import Api, Daemon, content_md5  # noqa: E402

THINGS = int(os.environ.get("THINGS", "50000"))
stalls = Stalls()


class Client(Api):
    def __init__(self, port):
        super().__init__(port)
        self.connection.timeout = 120

    def do(self, operation, **document):
        status, reply = self.dynamodb(operation, document)
        assert status == 200, (operation, status, reply)
        return reply

    def send(self, operation, **document):
        status, reply = self.sqs(operation, document)
        assert status == 200, (operation, status, reply)
        return reply

    def http(self, method, path, body=b"", headers=None, status=200):
        got, reply = self.call(method, path, body, headers or {})
        assert got == status, (method, path, got, reply[:300])
        return reply

    def measure(self, what, act):
        stalls.tries += 1
        stalls.meter.begin()
        act()
        self.http("GET", "/_cloudemu/health")  # the turn of the call is over
        stalls.judge("%-62s" % what)


def create_table(api, *keys):
    kinds = {"HASH": "S", "RANGE": "N"}
    api.do("CreateTable", TableName="things", BillingMode="PAY_PER_REQUEST",
           KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
           AttributeDefinitions=[{"AttributeName": name, "AttributeType": kinds[kind]} for name, kind in keys])


def scans(api):
    """As many items as a page of a megabyte holds, and the longest expressions that may be asked of each."""
    create_table(api, ("p", "HASH"), ("s", "RANGE"))
    for first in range(0, THINGS, 25):
        items = [{"p": {"S": "p"}, "s": {"N": str(n)}, "a": {"S": "x"}} for n in range(first, first + 25)]
        api.do("BatchWriteItem", RequestItems={"things": [{"PutRequest": {"Item": item}} for item in items]})

    def ask(operation, **more):
        return lambda: api.do(operation, TableName="things", **more)

    def scan(filter_, **values):
        values = {":" + name: value for name, value in values.items()}
        return ask("Scan", FilterExpression=filter_, ExpressionAttributeValues=values)

    def select(rest):
        return lambda: api.do("ExecuteStatement", Statement='SELECT * FROM "things" WHERE ' + rest)

    y, many = {"S": "y"}, ["i%d" % i for i in range(99)]
    contains = " OR ".join(["contains(a,:v)"] * 150)
    api.measure("Scan of a page", ask("Scan"))
    api.measure("Scan, COUNT", ask("Scan", Select="COUNT"))
    api.measure("Scan, 300 operators", scan(contains, v=y))
    api.measure("Scan, 300 comparisons of names not there", scan(" OR ".join(["b=:v"] * 150), v=y))
    api.measure("Scan, sizes", scan(" OR ".join(["size(a)<:n"] * 140), n={"N": "1"}))
    api.measure("Scan, IN of 100", scan("a IN (:%s)" % ",:".join(many), **{name: {"S": name} for name in many}))
    api.measure("Scan, a long string in 150 contains", scan(" OR ".join(["contains(:l,a)"] * 150), l={"S": "y" * 300_000}))
    api.measure("Query of a page, 300 operators", ask("Query", KeyConditionExpression="p=:p", FilterExpression=contains,
                                                      ExpressionAttributeValues={":p": {"S": "p"}, ":v": y}))
    api.measure("Query, legacy filter", ask(
        "Query", KeyConditions={"p": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "p"}]}},
        QueryFilter={"a%d" % i: {"ComparisonOperator": "NE", "AttributeValueList": [y]} for i in range(300)}))
    api.measure("PartiQL, 300 conditions", select(" AND ".join(["a<>'%d'" % i for i in range(300)])))
    api.measure("PartiQL, IN of 100", select("a IN ['%s']" % "','".join(many)))
    api.measure("PartiQL, ORDER BY", select("p='p' ORDER BY s DESC"))
    api.measure("Scan, a projection of 100 paths", ask("Scan", ProjectionExpression=",".join("a%d.b[1].c" % i for i in range(100)) + ",a"))


def items(api):
    """Items of 400 KB: of many attributes, deep, long lists, large sets."""
    create_table(api, ("p", "HASH"))
    key = {"p": {"S": "k"}}
    numbers = ["%06d" % i for i in range(65_000)]
    shapes = {"list": {"L": [{"N": "1"}] * 100_000}, "set": {"SS": numbers}, "map": {"M": {"%05d" % i: {"N": "1"} for i in range(45_000)}},
              "numbers": {"NS": [str(i) for i in range(60_000)]}, "text": {"S": "x" * 409_000}, "bytes": {"B": "A" * 540_000}}

    def put(value, **more):
        return lambda: api.do("PutItem", TableName="things", Item={**key, "v": value}, **more)

    def update(expression, **values):
        values = {"ExpressionAttributeValues": {":" + name: value for name, value in values.items()}} if values else {}
        return lambda: api.do("UpdateItem", TableName="things", Key=key, UpdateExpression=expression, ReturnValues="ALL_NEW", **values)

    def condition(text, value):
        """One that does not hold."""
        return lambda: api.dynamodb("PutItem", {"TableName": "things", "Item": key, "ConditionExpression": text,
                                                "ExpressionAttributeValues": {":x": value}})

    for name, value in shapes.items():
        api.measure("PutItem, a %s of 400 KB" % name, put(value))
        api.measure("GetItem of it", lambda: api.do("GetItem", TableName="things", Key=key))
        api.measure("UpdateItem of it", update("SET w=:w", w={"N": "1"}))
        api.measure("PutItem over it, returning it", put(value, ReturnValues="ALL_OLD"))
    put(shapes["list"])()
    places = ["v[%d]" % i for i in range(290)]
    api.measure("UpdateItem, 290 elements of a long list", update("SET " + ",".join(place + "=:w" for place in places), w={"N": "2"}))
    api.measure("UpdateItem, 290 elements removed", update("REMOVE " + ",".join(places)))
    put(shapes["set"])()
    contains = " OR ".join(["contains(v,:x)"] * 150)
    api.measure("UpdateItem, DELETE of 30,000 elements of a set", update("DELETE v :d", d={"SS": numbers[:60_000:2]}))
    api.measure("condition: contains in a large set, 150 times", condition(contains, {"S": "none"}))
    api.measure("condition: two large sets compared, 100 times", condition(" OR ".join(["v=:x"] * 100), {"SS": numbers[::-1][:-1] + ["x"]}))
    put(shapes["text"])()
    api.measure("condition: contains in a long text, 150 times", condition(contains, {"S": "x" * 200_000 + "y"}))
    api.measure("UpdateItem, a text under 290 names", lambda: api.dynamodb("UpdateItem", {
        "TableName": "things", "Key": key, "UpdateExpression": "SET " + ",".join("v%d=v" % i for i in range(290))}))
    keys = [{"p": {"S": "%d" % n}} for n in range(40)]
    for other in keys:
        api.do("PutItem", TableName="things", Item={**other, "v": shapes["list"]})

    def get(**more):
        return lambda: api.do("BatchGetItem", RequestItems={"things": {"Keys": keys, **more}})

    api.measure("BatchGetItem of 40 lists of 400 KB", get())
    api.measure("BatchGetItem, a path of each", get(ProjectionExpression="v[99999]"))
    gets = [{"Get": {"TableName": "things", "Key": other}} for other in keys[:9]]
    api.measure("TransactGetItems of 9", lambda: api.do("TransactGetItems", TransactItems=gets))
    deletes = [{"DeleteRequest": {"Key": other}} for other in keys[:25]]
    api.measure("BatchWriteItem, 25 deleted", lambda: api.do("BatchWriteItem", RequestItems={"things": deletes}))


def parts(api):
    """Objects of ten thousand parts."""
    api.http("PUT", "/bkt")
    api.http("PUT", "/bkt/src", b"y" * (5 << 20))
    source = {"x-amz-copy-source": "/bkt/src"}

    def begin(key):
        return api.http("POST", "/bkt/%s?uploads" % key).split(b"<UploadId>")[1].split(b"<")[0].decode()

    def put(path, body=b"", headers=None):
        """The ETag of a part."""
        api.connection.request("PUT", path, body, headers or {})
        reply = api.connection.getresponse()
        copied = reply.read().partition(b"<ETag>")[2].partition(b"</ETag>")[0].decode()
        return copied or reply.getheader("ETag")

    def listed(etags):
        return "<CompleteMultipartUpload>%s</CompleteMultipartUpload>" % "".join(
            "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>" % part for part in etags)

    small = "/bkt/small?uploadId=" + begin("small")
    etags = [(n, put("%s&partNumber=%d" % (small, n), b"x")) for n in range(1, 10_001)]
    api.measure("ListParts", lambda: api.http("GET", small))
    api.measure("CompleteMultipartUpload of 10,000 parts, too small", lambda: api.http("POST", small, listed(etags), status=400))
    api.measure("CompleteMultipartUpload of the last", lambda: api.http("POST", small, listed(etags[-1:])))
    large = "/bkt/large?uploadId=" + begin("large")
    etags = [(n, put("%s&partNumber=%d" % (large, n), headers=source)) for n in range(1, 10_001)]
    api.measure("CompleteMultipartUpload of 10,000 parts, 50 GB", lambda: api.http("POST", large, listed(etags)))
    api.measure("the same again", lambda: api.http("POST", large, listed(etags)))
    api.measure("GET of its last bytes", lambda: api.http("GET", "/bkt/large", headers={"Range": "bytes=-10"}, status=206))
    api.measure("HEAD of part 9,999", lambda: api.call("HEAD", "/bkt/large?partNumber=9999"))
    attributes = {"x-amz-object-attributes": "ObjectParts,ETag,ObjectSize"}
    api.measure("GetObjectAttributes", lambda: api.http("GET", "/bkt/large?attributes", headers=attributes))
    other = "/bkt/other?partNumber=1&uploadId=" + begin("other")
    range_ = {"x-amz-copy-source": "/bkt/large", "x-amz-copy-source-range": "bytes=7-5000000000"}
    api.measure("UploadPartCopy of 5 GB of it", lambda: api.http("PUT", other, headers=range_))
    tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
    api.measure("tags of it", lambda: api.http("PUT", "/bkt/large?tagging", tags))
    api.measure("its end", lambda: api.http("DELETE", "/bkt/large", status=204))


def listings(api):
    """A bucket of many keys and versions, in the ways that are worst to list."""
    api.http("PUT", "/bkt")
    for n in range(THINGS):
        api.http("PUT", "/bkt/%s" % ("d%d/k" % n if n % 2 else "same/%07d" % n), b"")

    def list_(query):
        return lambda: api.http("GET", "/bkt?" + query)

    api.measure("ListObjectsV2", list_("list-type=2"))
    api.measure("ListObjectsV2, a delimiter", list_("list-type=2&delimiter=/"))
    api.measure("ListObjectsV2, a delimiter that is nowhere", list_("list-type=2&delimiter=zzz"))
    api.measure("ListObjectsV2, a delimiter at each end", list_("list-type=2&delimiter=" + "/k"))
    api.measure("ListObjects, max-keys=1 and a delimiter", list_("max-keys=1&delimiter=e/"))
    api.measure("ListObjectVersions", list_("versions"))
    api.http("PUT", "/bkt?versioning", b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
    for _ in range(THINGS // 2):
        api.http("PUT", "/bkt/one", b"")
    for n in range(THINGS // 2):
        api.http("DELETE", "/bkt/same/%07d" % (2 * (n // 2)), status=204)
    api.measure("ListObjectsV2 over delete markers", list_("list-type=2&prefix=same/"))
    api.measure("ListObjectVersions, a delimiter behind many versions", list_("versions&delimiter=n&prefix=o"))
    api.measure("ListObjectVersions of many versions", list_("versions&prefix=one"))
    for n in range(THINGS // 5):
        api.http("POST", "/bkt/up/%d?uploads" % n)
    api.measure("ListMultipartUploads", list_("uploads"))
    api.measure("ListMultipartUploads, a delimiter", list_("uploads&delimiter=/"))
    keys = "".join("<Object><Key>same/%07d</Key></Object>" % (2 * n) for n in range(1000))
    body = ("<Delete>%s</Delete>" % keys).encode()
    api.measure("DeleteObjects of 1,000", lambda: api.http("POST", "/bkt?delete", body, content_md5(body)))


def settings(api):
    """What a bucket's settings cost each request: as many rules as there may be, none of which matches."""
    api.http("PUT", "/bkt")

    def put(path, root, rules):
        body = ("<%s>%s</%s>" % (root, "".join(rules), root)).encode()
        api.measure("PUT ?%s" % path, lambda: api.http("PUT", "/bkt?" + path, body, content_md5(body)))

    put("cors", "CORSConfiguration", (
        "<CORSRule><AllowedOrigin>http://%d*%s</AllowedOrigin><AllowedMethod>GET</AllowedMethod>%s</CORSRule>"
        % (n, "x" * 300, "<AllowedHeader>x-*-%d</AllowedHeader>" % n * 5) for n in range(100)))
    preflight = {"Origin": "http://a" + "y" * 3000, "Access-Control-Request-Method": "GET",
                 "Access-Control-Request-Headers": ",".join(["x-y-0"] * 500)}
    api.measure("a preflight past 100 rules", lambda: api.call("OPTIONS", "/bkt/k", headers=preflight))
    put("lifecycle", "LifecycleConfiguration", (
        "<Rule><ID>%d</ID><Filter><And><Prefix>%s%d</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And></Filter>"
        "<Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>" % (n, "p" * 100, n) for n in range(1000)))
    put("website", "WebsiteConfiguration", ["<IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules>", *(
        "<RoutingRule><Condition><KeyPrefixEquals>%s%d</KeyPrefixEquals></Condition><Redirect><ReplaceKeyWith>a</ReplaceKeyWith></Redirect>"
        "</RoutingRule>" % ("p" * 100, n) for n in range(50)), "</RoutingRules>"])
    statements = [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::bkt/*a*a*a*a*b%d" % n,
                   "Condition": {"StringLike": {"aws:UserAgent": "*a*a*a*a*b"}}} for n in range(120)]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))
    api.measure("PUT ?policy", lambda: api.http("PUT", "/bkt?policy", policy, status=204))
    key, agent = "pa" * 500, {"User-Agent": "a" * 8000}
    for method, path in (("PUT", "/bkt/" + key), ("GET", "/bkt/" + key), ("GET", "/bkt?list-type=2"), ("HEAD", "/bkt/" + key)):
        api.measure("%s %.10s with all of them" % (method, path), lambda: api.call(method, path, headers=agent))
    body = ("<Delete>%s</Delete>" % "".join("<Object><Key>%s%d</Key></Object>" % (key, n) for n in range(1000))).encode()
    api.measure("DeleteObjects of 1,000 with all of them", lambda: api.call("POST", "/bkt?delete", body, content_md5(body)))


def queues(api):
    """Queues in which little may be received of much."""
    api.send("CreateQueue", QueueName="q")
    api.send("CreateQueue", QueueName="f.fifo", Attributes={
        "FifoQueue": "true", "ContentBasedDeduplication": "true", "DeduplicationScope": "messageGroup",
        "FifoThroughputLimit": "perMessageGroupId"})
    for first in range(0, THINGS, 10):
        entries = [{"Id": str(i), "MessageBody": str(first + i)} for i in range(10)]
        api.send("SendMessageBatch", QueueUrl="q", Entries=entries)
        for entry in entries:  # half of them in one group, the others in a group each
            entry["MessageGroupId"] = "one" if first < THINGS // 2 else "g" + entry["MessageBody"]
        api.send("SendMessageBatch", QueueUrl="f.fifo", Entries=entries)

    def receive(**more):
        return api.send("ReceiveMessage", QueueUrl="f.fifo", VisibilityTimeout=600, **more)

    receive()  # blocks the group that is first
    api.measure("ReceiveMessage behind a group that is blocked", lambda: receive(MaxNumberOfMessages=10))
    for _ in range(THINGS // 40):
        receive(MaxNumberOfMessages=10)
    api.measure("ReceiveMessage behind many blocked groups", lambda: receive(MaxNumberOfMessages=10))
    api.measure("GetQueueAttributes", lambda: api.send("GetQueueAttributes", QueueUrl="f.fifo", AttributeNames=["All"]))
    url = urllib.parse.quote("http://localhost/000000000000/q")
    api.measure("all messages, without receiving them", lambda: api.http("GET", "/_aws/sqs/messages?QueueUrl=" + url))
    retention = {"MessageRetentionPeriod": "60"}
    api.measure("SetQueueAttributes: retention of a minute", lambda: api.send("SetQueueAttributes", QueueUrl="q", Attributes=retention))
    api.measure("an hour goes by", lambda: api.http("POST", "/_cloudemu/clock", b'{"advance": "1h"}'))
    redrive = json.dumps({"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:q", "maxReceiveCount": 1})
    for n in range(1100):
        api.send("CreateQueue", QueueName="s%d" % n, Attributes={"RedrivePolicy": redrive})
    api.measure("ListQueues", lambda: api.send("ListQueues"))
    api.measure("ListDeadLetterSourceQueues", lambda: api.send("ListDeadLetterSourceQueues", QueueUrl="q"))
    for _ in range(10):
        api.send("SendMessageBatch", QueueUrl="s1", Entries=[{"Id": str(i), "MessageBody": "x" * 104_000} for i in range(10)])
    api.measure("ReceiveMessage of 1 MB", lambda: api.send("ReceiveMessage", QueueUrl="s1", MaxNumberOfMessages=10))


def control(api):
    """What CloudEmu adds to AWS, over a state of many objects."""
    api.http("PUT", "/bkt")
    for n in range(THINGS):
        api.http("PUT", "/bkt/%d" % n, b"x")
    api.measure("reset", lambda: api.http("POST", "/_cloudemu/reset"))


STORIES = {story.__name__: story for story in (scans, items, parts, listings, settings, queues, control)}


def main():
    for name in sys.argv[1:] or STORIES:
        print("--- %s" % name, flush=True)
        with Daemon(meter=stalls.meter) as daemon:
            STORIES[name](Client(daemon.port))
    stalls.end()


if __name__ == "__main__":
    main()
