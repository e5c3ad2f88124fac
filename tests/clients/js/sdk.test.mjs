// CloudEmu through the JavaScript SDK v3. ENDPOINT names the daemon.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import test from "node:test";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as s3 from "@aws-sdk/client-s3";
import * as sqs from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { DynamoDBDocumentClient, ExecuteStatementCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const config = { endpoint: process.env.ENDPOINT, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" }, maxAttempts: 1 };
const client = new s3.S3Client({ ...config, forcePathStyle: true });

test("S3: a stream of unknown length goes up in chunks with a trailing checksum", async () => {
  await client.send(new s3.CreateBucketCommand({ Bucket: "js-test" }));
  const body = Buffer.alloc(100_000, "abc");
  const put = await client.send(new s3.PutObjectCommand({ Bucket: "js-test", Key: "stream", Body: Readable.from([body]), ContentLength: body.length, ChecksumAlgorithm: "CRC32C" }));
  assert.ok(put.ChecksumCRC32C);
  const got = await client.send(new s3.GetObjectCommand({ Bucket: "js-test", Key: "stream", ChecksumMode: "ENABLED" }));
  assert.deepEqual(Buffer.from(await got.Body.transformToByteArray()), body);
  assert.equal(got.ChecksumCRC32C, put.ChecksumCRC32C);
});

test("S3: a multipart upload by lib-storage", async () => {
  await client.send(new s3.CreateBucketCommand({ Bucket: "js-large" }));
  const body = Buffer.alloc(11 * 1024 * 1024, "0123456789");
  await new Upload({ client, params: { Bucket: "js-large", Key: "large", Body: Readable.from([body.subarray(0, 6_000_000), body.subarray(6_000_000)]) } }).done();
  const got = await client.send(new s3.GetObjectCommand({ Bucket: "js-large", Key: "large" }));
  assert.deepEqual(Buffer.from(await got.Body.transformToByteArray()), body);
});

test("S3: listing, copying, deleting, errors with their names", async () => {
  await client.send(new s3.CreateBucketCommand({ Bucket: "js-list" }));
  for (const key of ["a/1", "a/2", "b"]) await client.send(new s3.PutObjectCommand({ Bucket: "js-list", Key: key, Body: key }));
  await client.send(new s3.CopyObjectCommand({ Bucket: "js-list", Key: "c", CopySource: "js-list/b" }));
  const listed = await client.send(new s3.ListObjectsV2Command({ Bucket: "js-list", Delimiter: "/" }));
  assert.deepEqual(listed.Contents.map((o) => o.Key), ["b", "c"]);
  assert.deepEqual(listed.CommonPrefixes.map((p) => p.Prefix), ["a/"]);
  await client.send(new s3.DeleteObjectsCommand({ Bucket: "js-list", Delete: { Objects: [{ Key: "a/1" }, { Key: "a/2" }, { Key: "b" }, { Key: "c" }] } }));
  await client.send(new s3.DeleteBucketCommand({ Bucket: "js-list" }));
  await assert.rejects(client.send(new s3.GetObjectCommand({ Bucket: "js-list", Key: "b" })), { name: "NoSuchBucket" });
  await assert.rejects(client.send(new s3.GetObjectTorrentCommand({ Bucket: "js-test", Key: "none" })), { name: "NotImplemented" });
});

test("S3: annotations of an object", async () => {
  const of = { Bucket: "js-notes", Key: "cat" };
  await client.send(new s3.CreateBucketCommand({ Bucket: "js-notes" }));
  await client.send(new s3.PutObjectCommand({ ...of, Body: "meow" }));
  const long = Buffer.alloc(50_000, "é");
  for (const [AnnotationName, AnnotationPayload] of [["mood", "good"], ["long", long]]) {
    const put = await client.send(new s3.PutObjectAnnotationCommand({ ...of, AnnotationName, AnnotationPayload, ContentLength: AnnotationPayload.length }));
    assert.equal(put.AnnotationName, AnnotationName);
    assert.ok(put.ETag);
  }
  const got = await client.send(new s3.GetObjectAnnotationCommand({ ...of, AnnotationName: "long", ChecksumMode: "ENABLED" }));
  assert.deepEqual(Buffer.from(await got.AnnotationPayload.transformToByteArray()), long);
  const listed = await client.send(new s3.ListObjectAnnotationsCommand(of));
  assert.deepEqual(listed.Annotations.map((a) => [a.AnnotationName, a.Size, a.ChecksumAlgorithm]), [["long", 50_000, ["CRC32"]], ["mood", 4, ["CRC32"]]]);
  assert.equal(listed.AnnotationCount, 2);
  await client.send(new s3.DeleteObjectAnnotationCommand({ ...of, AnnotationName: "mood" }));
  await assert.rejects(client.send(new s3.GetObjectAnnotationCommand({ ...of, AnnotationName: "mood" })), { name: "NoSuchAnnotation" });
});

test("S3: tables of metadata, attribute-based access control, another key", async () => {
  const Bucket = "js-metadata", KMSKeyArn = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  await client.send(new s3.CreateBucketCommand({ Bucket }));
  await assert.rejects(client.send(new s3.GetBucketMetadataConfigurationCommand({ Bucket })), { name: "MetadataConfigurationNotFound" });
  const JournalTableConfiguration = { RecordExpiration: { Expiration: "ENABLED", Days: 10 } };
  await client.send(new s3.CreateBucketMetadataConfigurationCommand({ Bucket, MetadataConfiguration: { JournalTableConfiguration } }));
  await client.send(new s3.UpdateBucketMetadataInventoryTableConfigurationCommand({ Bucket, InventoryTableConfiguration: { ConfigurationState: "ENABLED" } }));
  const told = (await client.send(new s3.GetBucketMetadataConfigurationCommand({ Bucket }))).GetBucketMetadataConfigurationResult.MetadataConfigurationResult;
  assert.deepEqual(told.JournalTableConfigurationResult.RecordExpiration, { Expiration: "ENABLED", Days: 10 });
  assert.equal(told.InventoryTableConfigurationResult.TableStatus, "ACTIVE");
  await client.send(new s3.DeleteBucketMetadataConfigurationCommand({ Bucket }));
  await client.send(new s3.PutBucketAbacCommand({ Bucket, AbacStatus: { Status: "Enabled" } }));
  assert.equal((await client.send(new s3.GetBucketAbacCommand({ Bucket }))).AbacStatus.Status, "Enabled");
  await client.send(new s3.PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
  await client.send(new s3.UpdateObjectEncryptionCommand({ Bucket, Key: "k", ObjectEncryption: { SSEKMS: { KMSKeyArn } } }));
  assert.equal((await client.send(new s3.HeadObjectCommand({ Bucket, Key: "k" }))).SSEKMSKeyId, KMSKeyArn);
});

test("S3: a presigned URL", async () => {
  await client.send(new s3.CreateBucketCommand({ Bucket: "js-signed" }));
  const put = await getSignedUrl(client, new s3.PutObjectCommand({ Bucket: "js-signed", Key: "k" }), { expiresIn: 60 });
  const stored = await fetch(put, { method: "PUT", body: "by url" });
  assert.equal(stored.status, 200, put + await stored.text());
  const get = await getSignedUrl(client, new s3.GetObjectCommand({ Bucket: "js-signed", Key: "k" }), { expiresIn: 60 });
  assert.equal(await (await fetch(get)).text(), "by url");
});

test("DynamoDB: documents", async () => {
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  await db.send(new CreateTableCommand({
    TableName: "js-table", BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }, { AttributeName: "sk", KeyType: "RANGE" }],
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }, { AttributeName: "sk", AttributeType: "N" }],
  }));
  for (let sk = 0; sk < 5; sk++) await db.send(new PutCommand({ TableName: "js-table", Item: { pk: "a", sk, nested: { list: [1, "x", null, true] }, set: new Set(["s"]) } }));
  const got = await db.send(new GetCommand({ TableName: "js-table", Key: { pk: "a", sk: 3 } }));
  assert.deepEqual(got.Item, { pk: "a", sk: 3, nested: { list: [1, "x", null, true] }, set: new Set(["s"]) });
  const updated = await db.send(new UpdateCommand({ TableName: "js-table", Key: { pk: "a", sk: 3 }, UpdateExpression: "SET nested.#l[0] = :n",
    ExpressionAttributeNames: { "#l": "list" }, ExpressionAttributeValues: { ":n": 7 }, ReturnValues: "UPDATED_NEW" }));
  assert.deepEqual(updated.Attributes, { nested: { list: [7] } });
  const found = await db.send(new QueryCommand({ TableName: "js-table", KeyConditionExpression: "pk = :p AND sk >= :s", ExpressionAttributeValues: { ":p": "a", ":s": 3 } }));
  assert.equal(found.Count, 2);
  const run = (Statement, Parameters) => db.send(new ExecuteStatementCommand({ Statement, Parameters }));
  await run("INSERT INTO \"js-table\" VALUE {'pk': ?, 'sk': ?, 'list': ?}", ["ql", 1, [1, { deep: true }]]);
  assert.deepEqual((await run("SELECT list FROM \"js-table\" WHERE pk = ? AND sk = ?", ["ql", 1])).Items, [{ list: [1, { deep: true }] }]);
  await assert.rejects(run("SELECT * FROM \"js-table\" WHERE pk ="), { name: "ValidationException" });
  await assert.rejects(db.send(new GetCommand({ TableName: "none", Key: { pk: "a" } })), { name: "ResourceNotFoundException" });
});

test("SQS: send, receive, delete", async () => {
  const queues = new sqs.SQSClient(config);
  const { QueueUrl } = await queues.send(new sqs.CreateQueueCommand({ QueueName: "js-test" }));
  await queues.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody: "hi", MessageAttributes: { a: { DataType: "String", StringValue: "b" } } }));
  const { Messages } = await queues.send(new sqs.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, MessageAttributeNames: ["All"] }));
  assert.equal(Messages[0].Body, "hi");
  assert.equal(Messages[0].MessageAttributes.a.StringValue, "b");
  await queues.send(new sqs.DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle }));
  await assert.rejects(queues.send(new sqs.GetQueueUrlCommand({ QueueName: "none" })), { name: "QueueDoesNotExist" });
});

test("STS: the caller's account", async () => {
  assert.equal((await new STSClient(config).send(new GetCallerIdentityCommand({}))).Account, "000000000000");
});
