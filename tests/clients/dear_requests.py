"""The largest bodies that DynamoDB, S3 and SQS take, each of what is dear to parse or to check, and large legal calls.

For each service: pairs of a name and a function that sends the request to a daemon, in which there is a table `small`."""
import gzip

from support import Api, content_md5


def filled(unit, room, joint=","):
    return joint.join([unit] * (room // (len(unit) + len(joint))))


def numbered(unit, size, room):
    """`unit` with one number after the other in it; each has `size` bytes at most."""
    return ",".join(unit % number for number in range(room // size))


def dynamodb(port):
    """All but one are refused, each in its way."""
    room, first, last = (16 << 20) - 1000, '{"TableName":"small","Item":{"pk":{"S":"b"},', "}}"
    key = '{"TableName":"small","Key":{"pk":{"S":"b"}},'
    bodies = [
        ("PutItem", "numbers where values belong", first + '"l":{"L":[' + filled("0", room) + "]}" + last),
        ("PutItem", "empty values", first + '"l":{"L":[' + filled("{}", room) + "]}" + last),
        ("PutItem", "nulls", first + '"l":{"L":[' + filled('{"NULL":true}', room) + "]}" + last),
        ("PutItem", "one long string", first + '"s":{"S":"' + "a" * room + '"}' + last),
        ("PutItem", "escapes", first + '"s":{"S":"' + "\\\\" * (room // 2) + '"}' + last),
        ("PutItem", "members that there are not", '{"TableName":"small","Foo":[' + filled("[]", room) + "]}"),
        ("PutItem", "attributes", first + numbered('"%x":{"S":""}', 18, room) + last),
        ("PutItem", "the same attribute", first + filled('"a":{"S":""}', room) + last),
        ("PutItem", "a set", first + '"s":{"SS":[' + numbered('"%x"', 9, room) + "]}" + last),
        ("PutItem", "a set of numbers", first + '"s":{"NS":[' + numbered('"%d"', 11, room) + "]}" + last),
        ("PutItem", "depth", '{"TableName":"small","Item":' + '{"a":{"M":' * (room // 12) + "{}" + "}}" * (room // 12) + "}"),
        ("GetItem", "names", key + '"ExpressionAttributeNames":{' + numbered('"#%x":"a"', 14, room) + "}}"),
        ("UpdateItem", "placeholders",
         key + '"UpdateExpression":"SET a=:a","ExpressionAttributeValues":{' + numbered('":%x":{"N":"1"}', 20, room) + "}}"),
        ("BatchGetItem", "tables", '{"RequestItems":{' + numbered('"%x":{"Keys":[]}', 20, room) + "}}"),
        ("Scan", "a filter", '{"TableName":"small","FilterExpression":"' + filled("a=a", room, " OR ") + '"}'),
        ("ExecuteStatement", "parameters", '{"Statement":"SELECT * FROM small","Parameters":[' + filled('{"N":"1"}', room) + "]}"),
    ]

    def send(operation, body, headers=()):
        status, reply = Api(port).post("DynamoDB_20120810." + operation, body, headers)
        assert b"Exception" in reply if status == 400 else reply == b"{}", (operation, status, reply[:200])

    for operation, name, body in bodies:
        assert len(body) <= 16 << 20, (name, len(body))
        yield ("%s, 16 MiB of %s" % (operation, name), lambda o=operation, b=body.encode(): send(o, b))
    packed = gzip.compress(bodies[2][2].encode())
    yield ("PutItem, 16 MiB of nulls as %d KiB of gzip" % (len(packed) >> 10),
           lambda: send("PutItem", packed, {"Content-Encoding": "gzip"}))


def s3(port):
    room = (8 << 20) - 300
    assert Api(port).call("PUT", "/photos")[0] == 200

    def document(method, path, root, content):
        body = ("<%s>%s</%s>" % (root, content, root)).encode()

        def send():
            status, reply = Api(port).call(method, path, body, content_md5(body))
            assert status in (200, 400), (status, reply[:200])
            return status
        return send

    deletions = "".join("<Object><Key>%s%d</Key></Object>" % ("k" * 1000, number) for number in range(1000))
    yield ("DeleteObjects of 1,000 keys", document("POST", "/photos?delete", "Delete", deletions))
    yield ("8 MiB of elements", document("POST", "/photos?delete", "Delete", filled("<a/>", room, "")))
    yield ("8 MiB of objects to delete", document("POST", "/photos?delete", "Delete", filled("<Object><Key>a</Key></Object>", room, "")))
    yield ("8 MiB of text", document("POST", "/photos?delete", "Delete", "x" * room))
    yield ("8 MiB of tags", document("PUT", "/photos?tagging", "Tagging", filled("<Tag><Key>a</Key><Value>b</Value></Tag>", room, "")))
    yield ("8 MiB of rules", document("PUT", "/photos?lifecycle", "LifecycleConfiguration", filled("<Rule><Prefix>a</Prefix></Rule>", room, "")))
    actions = ",".join(['"s3:*Up*sGroup"'] * 1270)  # which only the last action of S3 is
    policy = ('{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Resource":"arn:aws:s3:::photos","Action":[%s]}]}' % actions).encode()
    assert len(policy) <= 20480, len(policy)
    yield ("PutBucketPolicy of 20 KiB of wildcards", lambda: Api(port).call("PUT", "/photos?policy", policy))
    large = (2 << 20) - 100
    tags = "".join("<Tag><Key>key%d</Key><Value/></Tag>" % number for number in range(10))
    rules = "".join("<Rule><ID>%d</ID><Filter><And><Prefix>p%d/</Prefix>%s</And></Filter><Status>Enabled</Status><Expiration><Days>9</Days></Expiration></Rule>"
                    % (number, number, tags) for number in range(1000))
    assert len(rules) < 512 << 10, len(rules)
    yield ("a lifecycle of 1,000 rules, %d KiB" % (len(rules) >> 10), document("PUT", "/photos?lifecycle", "LifecycleConfiguration", rules))
    default = "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>"
    for path, root, unit in (("encryption", "ServerSideEncryptionConfiguration", default), ("lifecycle", "LifecycleConfiguration", "<Rule/>"),
                             ("object-lock", "ObjectLockConfiguration", "<Rule><DefaultRetention/></Rule>"),
                             ("publicAccessBlock", "PublicAccessBlockConfiguration", "<BlockPublicAcls>true</BlockPublicAcls>"),
                             ("replication", "ReplicationConfiguration", "<Rule><Status>Enabled</Status></Rule>")):
        yield ("2 MiB of " + root, document("PUT", "/photos?" + path, root, filled(unit, large, "")))
    attributes = " ".join('a%x="b"' % number for number in range(room // 13))
    yield ("8 MiB of attributes", document("PUT", "/photos?tagging", "Tagging", "<a %s/>" % attributes))


def sqs(port):
    room, api = (8 << 20) - 1000, Api(port)
    assert api.sqs("CreateQueue", {"QueueName": "jobs"})[0] == 200
    first = '{"QueueUrl":"http://127.0.0.1/000000000000/%s","MessageBody":"a",'
    bodies = [
        ("attributes of nobody's queue", first % "none" + '"MessageAttributes":{' + numbered('"%x":{"a":""}', 18, room) + "}}"),
        ("attributes", first % "jobs" + '"MessageAttributes":{' + numbered('"%x":{"DataType":"String","StringValue":"a"}', 48, room) + "}}"),
        ("escapes", '{"QueueUrl":"http://127.0.0.1/000000000000/jobs","MessageBody":"' + "\\u0041" * (room // 6) + '"}'),
        ("members that there are not", first % "jobs" + '"Foo":[' + filled("[]", room) + "]}"),
    ]

    def send(body):
        status, reply = Api(port).post("AmazonSQS.SendMessage", body)
        assert status in (200, 400), (status, reply[:200])

    for name, body in bodies:
        yield ("SendMessage, 8 MiB of %s" % name, lambda b=body.encode(): send(b))
    form = "Action=SendMessage&QueueUrl=http://127.0.0.1/000000000000/jobs&MessageBody=a&" + "&".join(
        "MessageAttribute.%d.Name=a" % number for number in range(room // 32))
    as_form = {"Content-Type": "application/x-www-form-urlencoded"}
    yield ("SendMessage, a form of 8 MiB", lambda: Api(port).call("POST", "/000000000000/jobs", form, as_form))


SERVICES = {service.__name__: service for service in (dynamodb, s3, sqs)}
