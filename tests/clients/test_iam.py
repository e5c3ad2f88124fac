"""Resource policies decide, through boto3: anonymous callers, a second account, users and roles of the owner's, and the policies that
people write (deny without TLS, deny unencrypted puts, deny by source address)."""
import base64
import json
import os
import time
import unittest
import urllib.error
import urllib.request

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from boto3_case import WithDaemon

CREDENTIALS = """
[owner]
aws_access_key_id = AKIAOWNER
aws_secret_access_key = owner-secret
aws_account_id = 111122223333
[alice]
aws_access_key_id = AKIAALICE
aws_secret_access_key = alice-secret
aws_account_id = 111122223333
aws_user_name = alice
[other]
aws_access_key_id = AKIAOTHER
aws_secret_access_key = other-secret
aws_account_id = 444455556666
"""
KEYS = {"owner": ("AKIAOWNER", "owner-secret"), "alice": ("AKIAALICE", "alice-secret"), "other": ("AKIAOTHER", "other-secret")}
OTHER = "arn:aws:iam::444455556666:root"
LOOK = "/_aws/sqs/messages"
TABLE = "arn:aws:dynamodb:us-east-1:111122223333:table/items"
NO_RETRIES = {"retries": {"max_attempts": 0}}


def statement(effect, action, resource, principal="*", condition=None):
    made = {"Effect": effect, "Principal": principal, "Action": action, "Resource": resource}
    return dict(made, Condition=condition) if condition else made


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


class Policies(WithDaemon):
    """--iam enforce is the default with --auth verify."""

    @classmethod
    def flags_in(cls, place):
        credentials = os.path.join(place, "credentials")
        with open(credentials, "w") as file:
            file.write(CREDENTIALS)
        return ("--auth", "verify", "--credentials", credentials) + cls.flags

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        s3 = cls.client("s3", "owner")
        s3.create_bucket(Bucket="photos")
        s3.delete_public_access_block(Bucket="photos")
        s3.put_object(Bucket="photos", Key="public/cat", Body=b"meow")
        s3.put_object(Bucket="photos", Key="private/diary", Body=b"dear diary")
        cls.queue = cls.client("sqs", "owner").create_queue(QueueName="jobs")["QueueUrl"]
        cls.client("dynamodb", "owner").create_table(
            TableName="items", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}])

    @classmethod
    def client(cls, service, who, path="", **config):
        options = {"region_name": "us-east-1", "endpoint_url": cls.daemon.url + path}
        if who is None:
            return boto3.client(service, config=Config(signature_version=UNSIGNED, **NO_RETRIES), **options)
        key, secret = KEYS[who]
        return boto3.client(service, aws_access_key_id=key, aws_secret_access_key=secret, config=Config(**NO_RETRIES, **config), **options)

    def bucket_policy(self, *statements):
        self.client("s3", "owner").put_bucket_policy(Bucket="photos", Policy=policy(*statements))


class Enforced(Policies):
    def test_a_public_prefix(self):
        self.bucket_policy(statement("Allow", "s3:GetObject", "arn:aws:s3:::photos/public/*"))
        stranger = self.client("s3", None)
        self.assertEqual(stranger.get_object(Bucket="photos", Key="public/cat")["Body"].read(), b"meow")
        self.refused("AccessDenied", stranger.get_object, Bucket="photos", Key="private/diary")
        self.refused("AccessDenied", stranger.get_object, Bucket="photos", Key="public/nothing")  # no leave to know that it is not there
        self.refused("AccessDenied", stranger.put_object, Bucket="photos", Key="public/dog", Body=b"woof")
        self.refused("AccessDenied", stranger.list_objects_v2, Bucket="photos")
        self.refused("NoSuchBucket", stranger.list_objects_v2, Bucket="no-such-bucket")

    def test_another_account(self):
        other = self.client("s3", "other")
        message = self.refused("AccessDenied", other.get_object, Bucket="photos", Key="private/diary")["Error"]["Message"]
        self.assertIn("User: %s is not authorized to perform: s3:GetObject" % OTHER, message)
        self.bucket_policy(statement("Allow", ["s3:PutObject", "s3:GetObject"], "arn:aws:s3:::photos/inbox/*", {"AWS": OTHER}))
        other.put_object(Bucket="photos", Key="inbox/letter", Body=b"hello")
        self.assertEqual(other.get_object(Bucket="photos", Key="inbox/letter")["Body"].read(), b"hello")
        self.refused("AccessDenied", other.get_object, Bucket="photos", Key="private/diary")
        self.refused("AccessDenied", other.delete_object, Bucket="photos", Key="inbox/letter")
        deleted = other.delete_objects(Bucket="photos", Delete={"Objects": [{"Key": "inbox/letter"}]})
        self.assertEqual([error["Code"] for error in deleted["Errors"]], ["AccessDenied"])

    def test_a_user_and_a_role_of_the_owners_account(self):
        alice = self.client("s3", "alice")
        self.assertEqual(boto3.client("sts", region_name="us-east-1", endpoint_url=self.daemon.url, aws_access_key_id="AKIAALICE",
                                      aws_secret_access_key="alice-secret").get_caller_identity()["Arn"],
                         "arn:aws:iam::111122223333:user/alice")
        self.assertEqual(alice.get_object(Bucket="photos", Key="private/diary")["Body"].read(), b"dear diary")
        self.bucket_policy(statement("Deny", "s3:*", "arn:aws:s3:::photos/private/*", {"AWS": "arn:aws:iam::111122223333:user/alice"}))
        self.assertIn("explicit deny", self.refused("AccessDenied", alice.get_object, Bucket="photos", Key="private/diary")["Error"]["Message"])
        self.client("s3", "owner").get_object(Bucket="photos", Key="private/diary")
        role = self.client("sts", "owner").assume_role(RoleArn="arn:aws:iam::111122223333:role/reader", RoleSessionName="monday")
        keys = role["Credentials"]
        session = boto3.client("s3", region_name="us-east-1", endpoint_url=self.daemon.url, aws_access_key_id=keys["AccessKeyId"],
                               aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys["SessionToken"])
        session.get_object(Bucket="photos", Key="private/diary")
        self.bucket_policy(statement("Deny", "s3:GetObject", "arn:aws:s3:::photos/*", {"AWS": "arn:aws:iam::111122223333:role/reader"}))
        self.refused("AccessDenied", session.get_object, Bucket="photos", Key="private/diary")

    def test_credentials_for_a_prefix_a_table_and_nothing_else(self):
        """What catalogues of data lakes hand out: a session whose policy allows less than its role."""
        allowed = [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::photos/public/*"},
                   {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::photos",
                    "Condition": {"StringLike": {"s3:prefix": "public/*"}}},
                   {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": TABLE}]
        role = self.client("sts", "owner").assume_role(
            RoleArn="arn:aws:iam::111122223333:role/reader", RoleSessionName="vended", Policy=json.dumps({"Version": "2012-10-17", "Statement": allowed}))
        self.assertGreater(role["PackedPolicySize"], 0)
        keys = role["Credentials"]
        s3, dynamodb = (boto3.client(
            service, region_name="us-east-1", endpoint_url=self.daemon.url, aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys["SessionToken"], config=Config(**NO_RETRIES))
            for service in ("s3", "dynamodb"))
        self.assertEqual(s3.get_object(Bucket="photos", Key="public/cat")["Body"].read(), b"meow")
        s3.put_object(Bucket="photos", Key="public/vended", Body=b"")
        self.assertEqual(s3.list_objects_v2(Bucket="photos", Prefix="public/v")["KeyCount"], 1)
        message = self.refused("AccessDenied", s3.get_object, Bucket="photos", Key="private/diary")["Error"]["Message"]
        self.assertEqual(message, 'User: arn:aws:sts::111122223333:assumed-role/reader/vended is not authorized to perform: s3:GetObject on resource: '
                         '"arn:aws:s3:::photos/private/diary" because no session policy allows the s3:GetObject action')
        self.refused("AccessDenied", s3.delete_object, Bucket="photos", Key="public/vended")
        errors = s3.delete_objects(Bucket="photos", Delete={"Objects": [{"Key": "public/vended"}]})["Errors"]
        self.assertEqual([error["Code"] for error in errors], ["AccessDenied"])
        self.refused("AccessDenied", s3.copy_object, Bucket="photos", Key="public/copy", CopySource="photos/private/diary")
        self.refused("AccessDenied", s3.list_objects_v2, Bucket="photos")
        self.refused("AccessDenied", s3.list_buckets)
        self.refused("AccessDenied", s3.create_bucket, Bucket="mine")
        dynamodb.get_item(TableName="items", Key={"p": {"S": "x"}})
        self.refused("AccessDeniedException", dynamodb.put_item, TableName="items", Item={"p": {"S": "x"}})
        self.refused("AccessDeniedException", dynamodb.batch_get_item, RequestItems={"items": {"Keys": [{"p": {"S": "x"}}]}})

    def test_a_pod_that_has_a_token_and_no_keys(self):
        """As SDKs do with AWS_WEB_IDENTITY_TOKEN_FILE: the call is not signed, what it returns works."""
        def part(claims):
            return base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
        token = ".".join([part({"alg": "RS256"}), part({"iss": "https://oidc.example.com/id/1", "sub": "system:serviceaccount:default:app",
                                                        "aud": ["sts.amazonaws.com"], "exp": int(time.time()) + 600}), "c2ln"])
        role = self.client("sts", None).assume_role_with_web_identity(
            RoleArn="arn:aws:iam::111122223333:role/app", RoleSessionName="pod", WebIdentityToken=token)
        self.assertEqual((role["SubjectFromWebIdentityToken"], role["Audience"], role["Provider"]),
                         ("system:serviceaccount:default:app", "sts.amazonaws.com", "https://oidc.example.com/id/1"))
        keys = role["Credentials"]
        made = {"region_name": "us-east-1", "endpoint_url": self.daemon.url, "aws_access_key_id": keys["AccessKeyId"],
                "aws_secret_access_key": keys["SecretAccessKey"], "aws_session_token": keys["SessionToken"]}
        self.assertEqual(boto3.client("sts", **made).get_caller_identity()["Arn"], "arn:aws:sts::111122223333:assumed-role/app/pod")
        boto3.client("s3", **made).get_object(Bucket="photos", Key="private/diary")
        self.refused("InvalidIdentityToken", self.client("sts", None).assume_role_with_web_identity,
                     RoleArn="arn:aws:iam::111122223333:role/app", RoleSessionName="pod", WebIdentityToken="no token")

    def test_deny_without_tls(self):
        self.bucket_policy(statement("Deny", "s3:*", ["arn:aws:s3:::photos", "arn:aws:s3:::photos/*"],
                                     condition={"Bool": {"aws:SecureTransport": "false"}}))
        owner = self.client("s3", "owner")
        self.refused("AccessDenied", owner.get_object, Bucket="photos", Key="public/cat")

        def as_a_proxy_does(request, **_):
            request.headers["X-Forwarded-Proto"] = "https"

        owner.meta.events.register("before-send.s3", as_a_proxy_does)
        self.assertEqual(owner.get_object(Bucket="photos", Key="public/cat")["Body"].read(), b"meow")
        self.client("s3", "owner").delete_bucket_policy(Bucket="photos")  # the root of the account may, whatever the policy says

    def test_deny_unencrypted_puts(self):
        self.bucket_policy(statement("Deny", "s3:PutObject", "arn:aws:s3:::photos/*",
                                     condition={"StringNotEquals": {"s3:x-amz-server-side-encryption": "AES256"}}))
        owner = self.client("s3", "owner")
        self.refused("AccessDenied", owner.put_object, Bucket="photos", Key="a", Body=b"a")
        owner.put_object(Bucket="photos", Key="a", Body=b"a", ServerSideEncryption="AES256")

    def test_deny_by_source_address(self):
        self.bucket_policy(statement("Deny", "s3:GetObject", "arn:aws:s3:::photos/*",
                                     condition={"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}}))
        owner = self.client("s3", "owner")
        self.refused("AccessDenied", owner.get_object, Bucket="photos", Key="public/cat")
        self.bucket_policy(statement("Deny", "s3:GetObject", "arn:aws:s3:::photos/*",
                                     condition={"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "127.0.0.0/8", "::1"]}}))
        owner.get_object(Bucket="photos", Key="public/cat")

    def test_a_presigned_url_is_its_makers(self):
        self.client("s3", "owner").delete_bucket_policy(Bucket="photos")
        url = self.client("s3", "owner", signature_version="s3v4").generate_presigned_url(
            "get_object", Params={"Bucket": "photos", "Key": "private/diary"})
        self.assertEqual(urllib.request.urlopen(url).read(), b"dear diary")
        self.bucket_policy(statement("Deny", "s3:GetObject", "arn:aws:s3:::photos/*",
                                     condition={"StringEquals": {"s3:authType": "REST-QUERY-STRING"}}))
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(url)
        self.assertEqual(caught.exception.code, 403)
        self.client("s3", "owner").get_object(Bucket="photos", Key="private/diary")

    def test_a_queue(self):
        owner, other = self.client("sqs", "owner"), self.client("sqs", "other")
        self.refused("AccessDenied", other.send_message, QueueUrl=self.queue, MessageBody="hi")
        arn = "arn:aws:sqs:us-east-1:111122223333:jobs"
        owner.set_queue_attributes(QueueUrl=self.queue, Attributes={"Policy": policy(statement("Allow", "sqs:SendMessage", arn, {"AWS": OTHER}))})
        other.send_message(QueueUrl=self.queue, MessageBody="hi")
        self.refused("AccessDenied", other.receive_message, QueueUrl=self.queue)
        self.assertEqual(owner.receive_message(QueueUrl=self.queue)["Messages"][0]["Body"], "hi")

    def test_a_look_into_a_queue_is_its_owners(self):
        owner, arn = self.client("sqs", "owner"), "arn:aws:sqs:us-east-1:111122223333:looked-into"
        url = owner.create_queue(QueueName="looked-into")["QueueUrl"]
        owner.send_message(QueueUrl=url, MessageBody="hi")
        paths = (LOOK, LOOK + "/us-east-1/111122223333/looked-into")

        def look(who, path):
            return self.client("sqs", who, path).receive_message(QueueUrl=url)

        for path in paths:
            self.assertEqual(look("owner", path)["Messages"][0]["Body"], "hi")
            self.refused("AccessDenied", look, who="other", path=path)
        for effect, who in (("Allow", "other"), ("Deny", "owner")):  # no policy lets another account look; a Deny binds all
            document = policy(statement(effect, "sqs:ReceiveMessage", arn, {"AWS": OTHER} if effect == "Allow" else "*"))
            owner.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document})
            for path in paths:
                self.refused("AccessDenied", look, who=who, path=path)

    def test_a_table(self):
        owner, other = self.client("dynamodb", "owner"), self.client("dynamodb", "other")
        key = {"p": {"S": "k"}}
        owner.put_item(TableName="items", Item=key)
        self.refused("AccessDeniedException", other.get_item, TableName=TABLE, Key=key)
        if not hasattr(owner, "put_resource_policy"):
            self.skipTest("this boto3 knows no policies of tables")
        document = policy(statement("Allow", "dynamodb:GetItem", TABLE, {"AWS": OTHER}))
        revision = owner.put_resource_policy(ResourceArn=TABLE, Policy=document)["RevisionId"]
        got = owner.get_resource_policy(ResourceArn=TABLE)
        self.assertEqual((got["Policy"], got["RevisionId"]), (document, revision))
        self.assertEqual(other.get_item(TableName=TABLE, Key=key)["Item"], key)
        self.refused("AccessDeniedException", other.put_item, TableName=TABLE, Item=key)
        self.refused("AccessDeniedException", other.scan, TableName=TABLE)
        owner.delete_resource_policy(ResourceArn=TABLE)
        self.refused("AccessDeniedException", other.get_item, TableName=TABLE, Key=key)


class Soft(Policies):
    """What would have been refused is told, and done."""
    flags = ("--iam", "soft")

    def test_another_account_looks_into_a_queue(self):
        self.client("sqs", "owner").send_message(QueueUrl=self.queue, MessageBody="hi")
        looked = self.client("sqs", "other", LOOK).receive_message(QueueUrl=self.queue)
        self.assertEqual(looked["Messages"][0]["Body"], "hi")


class Off(Policies):
    """Without evaluation policies are kept, and nobody is refused by one."""
    flags = ("--iam", "off")

    def test_a_deny_denies_nothing(self):
        self.bucket_policy(statement("Deny", "s3:*", "arn:aws:s3:::photos/*"))
        self.client("s3", "owner").get_object(Bucket="photos", Key="public/cat")
        self.refused("AccessDenied", self.client("s3", None).get_object, Bucket="photos", Key="public/cat")


if __name__ == "__main__":
    unittest.main()
