#!/usr/bin/python3
"""Whether one legal call keeps others waiting for what it has to look at: pages of a million small things, expressions as long as they may be, objects
of ten thousand parts, queues in which nearly nothing may be received.

Each story fills a state and makes its dearest calls. A fault is a turn of the loop of more than 20 ms.
usage: torture_calls.py [STORY ...]"""
import json
import os
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
from support import Api, Daemon, content_md5  # noqa: E402
from turns import LIMIT_MS, TurnMeter  # noqa: E402

THINGS = int(os.environ.get("THINGS", "50000"))
tries = faults = 0


class Client(Api):
    def __init__(self, daemon, meter):
        super().__init__(daemon.port)
        self.connection.timeout = 120
        self.meter = meter

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
        global tries, faults
        self.meter.begin()
        reply = act()
        self.http("GET", "/_cloudemu/health")  # the turn of the call is over
        turn = self.meter.longest()
        tries += 1
        is_fault = sum(turn) > LIMIT_MS
        faults += is_fault
        print("%-62s longest turn %6.1f ms, and %5.1f blocked%s" % (what, *turn, "  FAULT" if is_fault else ""), flush=True)
        for functions in self.meter.where() if is_fault else []:
            print("    in " + functions, flush=True)
        return reply


def tiny_items(api, table, partition=None):
    for first in range(0, THINGS, 25):
        puts = [{"PutRequest": {"Item": {"p": {"S": partition or "i%d" % n}, "s": {"N": str(n)}, "a": {"S": "x"}}}} for n in range(first, first + 25)]
        api.do("BatchWriteItem", RequestItems={table: puts})


def scans(api):
    """As many items as a page of a megabyte holds, and the longest expressions that may be asked of each."""
    api.do("CreateTable", TableName="things", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
           AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "N"}])
    tiny_items(api, "things", "p")
    values = {":v": {"S": "y"}, ":n": {"N": "1"}, ":p": {"S": "p"}}

    def scan(filter_, **more):
        used = {name: value for name, value in values.items() if name in filter_ + str(more)}
        return lambda: api.do("Scan", TableName="things", FilterExpression=filter_, ExpressionAttributeValues=used, **more)

    api.measure("Scan of a page", lambda: api.do("Scan", TableName="things"))
    api.measure("Scan, COUNT", lambda: api.do("Scan", TableName="things", Select="COUNT"))
    api.measure("Scan, 300 operators", scan(" OR ".join(["contains(a,:v)"] * 150)))
    api.measure("Scan, 300 comparisons of names not there", scan(" OR ".join(["b=:v"] * 150)))
    api.measure("Scan, sizes", scan(" OR ".join(["size(a)<:n"] * 140)))
    api.measure("Scan, IN of 100", lambda: api.do("Scan", TableName="things", FilterExpression="a IN (%s)" % ",".join(":i%d" % i for i in range(99)),
                                                 ExpressionAttributeValues={":i%d" % i: {"S": "z%d" % i} for i in range(99)}))
    api.measure("Scan, a long string in 150 contains", lambda: api.do("Scan", TableName="things", FilterExpression=" OR ".join(["contains(:l,a)"] * 150),
                                                                     ExpressionAttributeValues={":l": {"S": "y" * 300_000}}))
    api.measure("Query of a page, 300 operators", lambda: api.do("Query", TableName="things", KeyConditionExpression="p=:p",
                FilterExpression=" OR ".join(["contains(a,:v)"] * 150), ExpressionAttributeValues={":p": {"S": "p"}, ":v": {"S": "y"}}))
    api.measure("Query, legacy filter", lambda: api.do("Query", TableName="things", KeyConditions={"p": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "p"}]}},
                QueryFilter={"a%d" % i: {"ComparisonOperator": "NE", "AttributeValueList": [{"S": "v"}]} for i in range(300)}))
    where = " AND ".join(["a<>'%d'" % i for i in range(300)])
    api.measure("PartiQL, 300 conditions", lambda: api.do("ExecuteStatement", Statement='SELECT * FROM "things" WHERE ' + where))
    api.measure("PartiQL, IN of 100", lambda: api.do("ExecuteStatement", Statement='SELECT * FROM "things" WHERE a IN [%s]' % ",".join("'%d'" % i for i in range(100))))
    api.measure("PartiQL, ORDER BY", lambda: api.do("ExecuteStatement", Statement='SELECT * FROM "things" WHERE p=\'p\' ORDER BY s DESC'))
    api.measure("Scan, a projection of 100 paths", lambda: api.do("Scan", TableName="things", ProjectionExpression=",".join("a%d.b[1].c" % i for i in range(100)) + ",a"))


def items(api):
    """Items of 400 KB: of many attributes, deep, long lists, large sets."""
    api.do("CreateTable", TableName="things", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
           AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}])
    key = {"p": {"S": "k"}}
    shapes = {"list": {"L": [{"N": "1"}] * 100_000}, "set": {"SS": ["%06d" % i for i in range(65_000)]}, "map": {"M": {"%05d" % i: {"N": "1"} for i in range(45_000)}},
              "numbers": {"NS": [str(i) for i in range(60_000)]}, "text": {"S": "x" * 409_000}, "bytes": {"B": "A" * 540_000}}
    for name, value in shapes.items():
        api.measure("PutItem, a %s of 400 KB" % name, lambda: api.do("PutItem", TableName="things", Item={**key, "v": value}))
        api.measure("GetItem of it", lambda: api.do("GetItem", TableName="things", Key=key))
        api.measure("UpdateItem of it", lambda: api.do("UpdateItem", TableName="things", Key=key, UpdateExpression="SET w=:w", ExpressionAttributeValues={":w": {"N": "1"}}, ReturnValues="ALL_NEW"))
        api.measure("PutItem over it, returning it", lambda: api.do("PutItem", TableName="things", Item={**key, "v": value}, ReturnValues="ALL_OLD"))
    api.do("PutItem", TableName="things", Item={**key, "v": shapes["list"]})
    sets = ",".join("v[%d]=:w" % i for i in range(290))
    api.measure("UpdateItem, 290 elements of a long list", lambda: api.do("UpdateItem", TableName="things", Key=key, UpdateExpression="SET " + sets, ExpressionAttributeValues={":w": {"N": "2"}}))
    api.measure("UpdateItem, 290 elements removed", lambda: api.do("UpdateItem", TableName="things", Key=key, UpdateExpression="REMOVE " + ",".join("v[%d]" % i for i in range(290))))
    api.do("PutItem", TableName="things", Item={**key, "v": shapes["set"]})
    api.measure("UpdateItem, DELETE of 30,000 elements of a set", lambda: api.do("UpdateItem", TableName="things", Key=key, UpdateExpression="DELETE v :d", ExpressionAttributeValues={":d": {"SS": ["%06d" % i for i in range(0, 60_000, 2)]}}))
    api.measure("condition: contains in a large set, 150 times", lambda: api.dynamodb("PutItem", dict(TableName="things", Item=key, ConditionExpression=" OR ".join(["contains(v,:x)"] * 150), ExpressionAttributeValues={":x": {"S": "none"}})))
    api.measure("condition: two large sets compared, 100 times", lambda: api.dynamodb("PutItem", dict(TableName="things", Item=key, ConditionExpression=" OR ".join(["v=:x"] * 100), ExpressionAttributeValues={":x": {"SS": ["%06d" % (i + 1) for i in range(65_000)]}})))
    api.do("PutItem", TableName="things", Item={**key, "v": shapes["text"]})
    api.measure("condition: contains in a long text, 150 times", lambda: api.dynamodb("PutItem", dict(TableName="things", Item=key, ConditionExpression=" OR ".join(["contains(v,:x)"] * 150), ExpressionAttributeValues={":x": {"S": "x" * 200_000 + "y"}})))
    for n in range(40):
        api.do("PutItem", TableName="things", Item={"p": {"S": "%d" % n}, "v": shapes["list"]})
    keys = [{"p": {"S": "%d" % n}} for n in range(40)]
    api.measure("BatchGetItem of 40 lists of 400 KB", lambda: api.do("BatchGetItem", RequestItems={"things": {"Keys": keys}}))
    api.measure("BatchGetItem, a path of each", lambda: api.do("BatchGetItem", RequestItems={"things": {"Keys": keys, "ProjectionExpression": "v[99999]"}}))
    api.measure("TransactGetItems of 10", lambda: api.do("TransactGetItems", TransactItems=[{"Get": {"TableName": "things", "Key": k}} for k in keys[:9]]))
    api.measure("BatchWriteItem, 25 deleted", lambda: api.do("BatchWriteItem", RequestItems={"things": [{"DeleteRequest": {"Key": k}} for k in keys[:25]]}))


def parts(api):
    """An object of ten thousand parts."""
    api.http("PUT", "/bkt")
    upload = api.http("POST", "/bkt/k?uploads").split(b"<UploadId>")[1].split(b"<")[0].decode()
    etags = []
    for n in range(1, 10_001):
        api.connection.request("PUT", "/bkt/k?partNumber=%d&uploadId=%s" % (n, upload), b"x")
        reply = api.connection.getresponse()
        reply.read()
        etags.append(reply.getheader("ETag"))
    body = "<CompleteMultipartUpload>" + "".join("<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>" % (n + 1, e) for n, e in enumerate(etags)) + "</CompleteMultipartUpload>"
    api.measure("ListParts", lambda: api.http("GET", "/bkt/k?uploadId=" + upload))
    api.measure("CompleteMultipartUpload of 10,000 parts, too small", lambda: api.http("POST", "/bkt/k?uploadId=" + upload, body, status=400))
    api.measure("CompleteMultipartUpload of the last", lambda: api.http("POST", "/bkt/k?uploadId=" + upload, "<CompleteMultipartUpload><Part><PartNumber>10000</PartNumber><ETag>%s</ETag></Part></CompleteMultipartUpload>" % etags[-1]))
    upload = api.http("POST", "/bkt/c?uploads").split(b"<UploadId>")[1].split(b"<")[0].decode()
    api.http("PUT", "/bkt/src", b"y" * (5 << 20))
    copied = []
    for n in range(1, 10_001):
        reply = api.http("PUT", "/bkt/c?partNumber=%d&uploadId=%s" % (n, upload), headers={"x-amz-copy-source": "/bkt/src"})
        copied.append(reply.split(b"<ETag>")[1].split(b"</ETag>")[0].decode())
    body = "<CompleteMultipartUpload>" + "".join("<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>" % (n + 1, e) for n, e in enumerate(copied)) + "</CompleteMultipartUpload>"
    api.measure("CompleteMultipartUpload of 10,000 parts, 50 GB", lambda: api.http("POST", "/bkt/c?uploadId=" + upload, body))
    api.measure("the same again", lambda: api.http("POST", "/bkt/c?uploadId=" + upload, body))
    api.measure("GET of its last bytes", lambda: api.http("GET", "/bkt/c", headers={"Range": "bytes=-10"}, status=206))
    api.measure("GET of part 9,999's head", lambda: api.call("HEAD", "/bkt/c?partNumber=9999"))
    api.measure("GetObjectAttributes", lambda: api.http("GET", "/bkt/c?attributes", headers={"x-amz-object-attributes": "ObjectParts,ETag,ObjectSize"}))
    api.measure("UploadPartCopy of 5 GB of it", lambda: api.http("PUT", "/bkt/k2?partNumber=1&uploadId=" + api.http("POST", "/bkt/k2?uploads").split(b"<UploadId>")[1].split(b"<")[0].decode(), headers={"x-amz-copy-source": "/bkt/c", "x-amz-copy-source-range": "bytes=7-5000000000"}))
    api.measure("tags of it", lambda: api.http("PUT", "/bkt/c?tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"))
    api.measure("its end", lambda: api.http("DELETE", "/bkt/c", status=204))


def listings(api):
    """A bucket of many keys and versions, in the ways that are worst to list."""
    api.http("PUT", "/bkt")
    for n in range(THINGS):
        api.http("PUT", "/bkt/%s" % ("d%d/k" % n if n % 2 else "same/%07d" % n), b"")
    list_ = lambda query: lambda: api.http("GET", "/bkt?" + query)  # noqa: E731
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

    def put(path, document):
        body = document.encode()
        api.measure("PUT ?%s" % path, lambda: api.http("PUT", "/bkt?" + path, body, content_md5(body), status=204 if path == "policy" else 200))

    put("cors", "<CORSConfiguration>%s</CORSConfiguration>" % "".join(
        "<CORSRule><AllowedOrigin>http://%d*%s</AllowedOrigin><AllowedMethod>GET</AllowedMethod>%s</CORSRule>" % (n, "x" * 300, "<AllowedHeader>x-*-%d</AllowedHeader>" % n * 5) for n in range(100)))
    api.measure("a preflight past 100 rules", lambda: api.call("OPTIONS", "/bkt/k", headers={"Origin": "http://a" + "y" * 3000, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": ",".join(["x-y-0"] * 500)}))
    put("lifecycle", "<LifecycleConfiguration>%s</LifecycleConfiguration>" % "".join(
        "<Rule><ID>%d</ID><Filter><And><Prefix>%s%d</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And></Filter><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>" % (n, "p" * 100, n) for n in range(1000)))
    put("website", "<WebsiteConfiguration><IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules>%s</RoutingRules></WebsiteConfiguration>" % "".join(
        "<RoutingRule><Condition><KeyPrefixEquals>%s%d</KeyPrefixEquals></Condition><Redirect><ReplaceKeyWith>a</ReplaceKeyWith></Redirect></RoutingRule>" % ("p" * 100, n) for n in range(50)))
    statements = ",".join('{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::bkt/*a*a*a*a*b%d","Condition":{"StringLike":{"aws:UserAgent":"*a*a*a*a*b"}}}' % n for n in range(130))
    put("policy", '{"Version":"2012-10-17","Statement":[%s]}' % statements)
    for method, path in (("PUT", "/bkt/" + "pa" * 500), ("GET", "/bkt/" + "pa" * 500), ("GET", "/bkt?list-type=2"), ("HEAD", "/bkt/" + "pa" * 500)):
        api.measure("%s with all of them" % method, lambda: api.call(method, path, headers={"User-Agent": "a" * 8000}))
    body = ("<Delete>%s</Delete>" % "".join("<Object><Key>%s%d</Key></Object>" % ("pa" * 500, n) for n in range(1000))).encode()
    api.measure("DeleteObjects of 1,000 with all of them", lambda: api.call("POST", "/bkt?delete", body, content_md5(body)))


def queues(api):
    """Queues in which little may be received of much."""
    api.send("CreateQueue", QueueName="q")
    api.send("CreateQueue", QueueName="f.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true", "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"})
    for first in range(0, THINGS, 10):
        api.send("SendMessageBatch", QueueUrl="q", Entries=[{"Id": str(i), "MessageBody": str(first + i)} for i in range(10)])
        api.send("SendMessageBatch", QueueUrl="f.fifo", Entries=[{"Id": str(i), "MessageBody": str(first + i), "MessageGroupId": "one" if first < THINGS // 2 else "g%d" % (first + i)} for i in range(10)])
    api.send("ReceiveMessage", QueueUrl="f.fifo", VisibilityTimeout=600)  # blocks the group that is first
    api.measure("ReceiveMessage behind a group that is blocked", lambda: api.send("ReceiveMessage", QueueUrl="f.fifo", MaxNumberOfMessages=10, VisibilityTimeout=600))
    for _ in range(THINGS // 40):
        api.send("ReceiveMessage", QueueUrl="f.fifo", MaxNumberOfMessages=10, VisibilityTimeout=600)
    api.measure("ReceiveMessage behind many blocked groups", lambda: api.send("ReceiveMessage", QueueUrl="f.fifo", MaxNumberOfMessages=10))
    api.measure("GetQueueAttributes", lambda: api.send("GetQueueAttributes", QueueUrl="f.fifo", AttributeNames=["All"]))
    api.measure("all messages, without receiving them", lambda: api.http("GET", "/_aws/sqs/messages?QueueUrl=" + urllib.parse.quote("http://localhost/000000000000/q")))
    api.measure("SetQueueAttributes: retention of a minute", lambda: api.send("SetQueueAttributes", QueueUrl="q", Attributes={"MessageRetentionPeriod": "60"}))
    api.measure("an hour goes by", lambda: api.http("POST", "/_cloudemu/clock", b'{"advance": "1h"}'))
    for n in range(1100):
        api.send("CreateQueue", QueueName="s%d" % n, Attributes={"RedrivePolicy": json.dumps({"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:q", "maxReceiveCount": 1})})
    api.measure("ListQueues", lambda: api.send("ListQueues"))
    api.measure("ListDeadLetterSourceQueues", lambda: api.send("ListDeadLetterSourceQueues", QueueUrl="q"))
    body = "x" * 104_000
    for _ in range(10):
        api.send("SendMessageBatch", QueueUrl="s1", Entries=[{"Id": str(i), "MessageBody": body} for i in range(10)])
    api.measure("ReceiveMessage of 1 MB", lambda: api.send("ReceiveMessage", QueueUrl="s1", MaxNumberOfMessages=10))


def control(api):
    """What CloudEmu adds to AWS, over a state of many objects."""
    api.http("PUT", "/bkt")
    for n in range(THINGS):
        api.http("PUT", "/bkt/%d" % n, b"x")
    api.measure("info", lambda: api.http("GET", "/_cloudemu/info"))
    api.measure("reset", lambda: api.http("POST", "/_cloudemu/reset"))


STORIES = {story.__name__: story for story in (scans, items, parts, listings, settings, queues, control)}


def main():
    for name in sys.argv[1:] or STORIES:
        print("--- %s" % name, flush=True)
        meter = TurnMeter()
        with Daemon(meter=meter) as daemon:
            STORIES[name](Client(daemon, meter))
    print("%d tries, %d faults" % (tries, faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
