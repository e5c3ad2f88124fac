// What a program with the AWS SDK for Go, version 2, does with the three services. Run by test_go.py; ENDPOINT names the daemon.
package clients

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/feature/s3/manager"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streams "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
)

var ctx = context.Background()

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, got, want interface{}) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return fmt.Sprint(err)
}

func v2(t *testing.T) aws.Config {
	endpoint := aws.EndpointResolverWithOptionsFunc(func(service, region string, options ...interface{}) (aws.Endpoint, error) {
		return aws.Endpoint{URL: os.Getenv("ENDPOINT"), SigningRegion: "eu-west-1", HostnameImmutable: true}, nil
	})
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion("eu-west-1"), config.WithEndpointResolverWithOptions(endpoint),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("test", "test", "")))
	must(t, err)
	return cfg
}

func TestV2S3(t *testing.T) {
	client := s3.NewFromConfig(v2(t), func(o *s3.Options) { o.UsePathStyle = true })
	bucket := aws.String("go-v2")
	_, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: bucket, CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: s3types.BucketLocationConstraintEuWest1}})
	must(t, err)
	must(t, s3.NewBucketExistsWaiter(client).Wait(ctx, &s3.HeadBucketInput{Bucket: bucket}, 10*time.Second))
	_, err = client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: bucket, CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: s3types.BucketLocationConstraintEuWest1}})
	var owned *s3types.BucketAlreadyOwnedByYou
	equal(t, errors.As(err, &owned), true)
	where, err := client.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: bucket})
	must(t, err)
	equal(t, where.LocationConstraint, s3types.BucketLocationConstraintEuWest1)

	_, err = client.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{Bucket: bucket, VersioningConfiguration: &s3types.VersioningConfiguration{Status: s3types.BucketVersioningStatusEnabled}})
	must(t, err)
	key := aws.String("a b/ü+&?=%.txt")
	first, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: key, Body: strings.NewReader("first"), ContentType: aws.String("text/plain"),
		Metadata: map[string]string{"Colour": "blue"}, Tagging: aws.String("a=1&b=2"), ChecksumAlgorithm: s3types.ChecksumAlgorithmSha256})
	must(t, err)
	second, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: key, Body: strings.NewReader("second"), ChecksumAlgorithm: s3types.ChecksumAlgorithmCrc32c})
	must(t, err)
	got, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key, VersionId: first.VersionId, ChecksumMode: s3types.ChecksumModeEnabled})
	must(t, err)
	body, err := io.ReadAll(got.Body)
	must(t, err)
	equal(t, string(body), "first")
	equal(t, got.Metadata, map[string]string{"colour": "blue"})
	equal(t, got.TagCount, int32(2))
	equal(t, *got.ETag, fmt.Sprintf("\"%x\"", md5.Sum([]byte("first"))))
	part, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key, Range: aws.String("bytes=1-3")})
	must(t, err)
	body, _ = io.ReadAll(part.Body)
	equal(t, string(body), "eco")
	equal(t, *part.ContentRange, "bytes 1-3/6")
	_, err = client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: aws.String("none")})
	var noKey *s3types.NoSuchKey
	equal(t, errors.As(err, &noKey), true)
	_, err = client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: aws.String("none")})
	equal(t, code(err), "NotFound")
	_, err = client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: aws.String("go-none")})
	var notFound *s3types.NotFound
	equal(t, errors.As(err, &notFound), true)
	_, err = client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key, IfNoneMatch: second.ETag})
	var response interface{ HTTPStatusCode() int }
	equal(t, errors.As(err, &response), true)
	equal(t, response.HTTPStatusCode(), 304)
	attributes, err := client.GetObjectAttributes(ctx, &s3.GetObjectAttributesInput{Bucket: bucket, Key: key, VersionId: first.VersionId,
		ObjectAttributes: []s3types.ObjectAttributes{s3types.ObjectAttributesChecksum, s3types.ObjectAttributesObjectSize}})
	must(t, err)
	equal(t, attributes.ObjectSize, int64(5))
	equal(t, *attributes.Checksum.ChecksumSHA256, *first.ChecksumSHA256)

	large := bytes.Repeat([]byte("0123456789abcdef"), 12<<20/16)
	uploaded, err := manager.NewUploader(client).Upload(ctx, &s3.PutObjectInput{Bucket: bucket, Key: aws.String("large"), Body: io.MultiReader(bytes.NewReader(large))})
	must(t, err)
	equal(t, len(uploaded.CompletedParts), 3)
	into := manager.NewWriteAtBuffer(nil)
	_, err = manager.NewDownloader(client).Download(ctx, into, &s3.GetObjectInput{Bucket: bucket, Key: aws.String("large")})
	must(t, err)
	equal(t, bytes.Equal(into.Bytes(), large), true)
	_, err = client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: aws.String("copy"), CopySource: aws.String("go-v2/a%20b/%C3%BC%2B%26%3F%3D%25.txt?versionId=" + *first.VersionId)})
	must(t, err)

	presigner := s3.NewPresignClient(client)
	put, err := presigner.PresignPutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: aws.String("signed")})
	must(t, err)
	request, _ := http.NewRequest(put.Method, put.URL, strings.NewReader("by a link"))
	request.Header = put.SignedHeader
	request.Header.Set("Content-Type", "text/x-go")
	reply, err := http.DefaultClient.Do(request)
	must(t, err)
	equal(t, reply.StatusCode, 200)
	get, err := presigner.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: aws.String("signed")}, s3.WithPresignExpires(time.Minute))
	must(t, err)
	reply, err = http.Get(get.URL)
	must(t, err)
	body, _ = io.ReadAll(reply.Body)
	equal(t, string(body)+reply.Header.Get("Content-Type"), "by a linktext/x-go")

	var keys []string
	for pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: bucket, MaxKeys: 2}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		must(t, err)
		for _, object := range page.Contents {
			keys = append(keys, *object.Key)
		}
	}
	equal(t, keys, []string{*key, "copy", "large", "signed"})
	versions, err := client.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: bucket})
	must(t, err)
	var all []s3types.ObjectIdentifier
	for _, version := range versions.Versions {
		all = append(all, s3types.ObjectIdentifier{Key: version.Key, VersionId: version.VersionId})
	}
	equal(t, len(all), 5)
	deleted, err := client.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: bucket, Delete: &s3types.Delete{Objects: all}})
	must(t, err)
	equal(t, len(deleted.Deleted), 5)
	equal(t, len(deleted.Errors), 0)
	_, err = client.PutBucketLifecycleConfiguration(ctx, &s3.PutBucketLifecycleConfigurationInput{Bucket: bucket, LifecycleConfiguration: &s3types.BucketLifecycleConfiguration{Rules: []s3types.LifecycleRule{{
		ID: aws.String("old"), Status: s3types.ExpirationStatusEnabled, Filter: &s3types.LifecycleRuleFilterMemberAnd{Value: s3types.LifecycleRuleAndOperator{Prefix: aws.String("a"), Tags: []s3types.Tag{{Key: aws.String("k"), Value: aws.String("v")}}}},
		Expiration: &s3types.LifecycleExpiration{Days: 3}}}}})
	must(t, err)
	rules, err := client.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: bucket})
	must(t, err)
	and, is := rules.Rules[0].Filter.(*s3types.LifecycleRuleFilterMemberAnd)
	equal(t, is, true)
	equal(t, *and.Value.Tags[0].Value, "v")
	_, err = client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: bucket})
	must(t, err)
	must(t, s3.NewBucketNotExistsWaiter(client).Wait(ctx, &s3.HeadBucketInput{Bucket: bucket}, 10*time.Second))
}

type song struct {
	Artist string            `dynamodbav:"artist"`
	Year   int               `dynamodbav:"year"`
	Tags   []string          `dynamodbav:"tags,stringset"`
	Extra  map[string]string `dynamodbav:"extra,omitempty"`
	Cover  []byte            `dynamodbav:"cover"`
}

func TestV2DynamoDB(t *testing.T) {
	cfg := v2(t)
	client := dynamodb.NewFromConfig(cfg)
	table := aws.String("songs")
	created, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{TableName: table, BillingMode: ddb.BillingModePayPerRequest,
		AttributeDefinitions: []ddb.AttributeDefinition{{AttributeName: aws.String("artist"), AttributeType: ddb.ScalarAttributeTypeS}, {AttributeName: aws.String("year"), AttributeType: ddb.ScalarAttributeTypeN}},
		KeySchema:            []ddb.KeySchemaElement{{AttributeName: aws.String("artist"), KeyType: ddb.KeyTypeHash}, {AttributeName: aws.String("year"), KeyType: ddb.KeyTypeRange}},
		StreamSpecification:  &ddb.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: ddb.StreamViewTypeNewAndOldImages}})
	must(t, err)
	must(t, dynamodb.NewTableExistsWaiter(client).Wait(ctx, &dynamodb.DescribeTableInput{TableName: table}, 10*time.Second))
	_, err = client.CreateTable(ctx, &dynamodb.CreateTableInput{TableName: table, BillingMode: ddb.BillingModePayPerRequest,
		AttributeDefinitions: []ddb.AttributeDefinition{{AttributeName: aws.String("artist"), AttributeType: ddb.ScalarAttributeTypeS}},
		KeySchema:            []ddb.KeySchemaElement{{AttributeName: aws.String("artist"), KeyType: ddb.KeyTypeHash}}})
	var inUse *ddb.ResourceInUseException
	equal(t, errors.As(err, &inUse), true)

	want := song{"Nina", 1965, []string{"blues", "soul"}, map[string]string{"label": "Philips"}, []byte{0, 255}}
	item, err := attributevalue.MarshalMap(want)
	must(t, err)
	_, err = client.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: item})
	must(t, err)
	_, err = client.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: item, ConditionExpression: aws.String("attribute_not_exists(artist)")})
	var failed *ddb.ConditionalCheckFailedException
	equal(t, errors.As(err, &failed), true)
	var batch []ddb.WriteRequest
	for year := 1966; year < 1976; year++ {
		item, _ = attributevalue.MarshalMap(song{"Nina", year, []string{"jazz"}, nil, []byte("x")})
		batch = append(batch, ddb.WriteRequest{PutRequest: &ddb.PutRequest{Item: item}})
	}
	written, err := client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]ddb.WriteRequest{*table: batch}})
	must(t, err)
	equal(t, len(written.UnprocessedItems), 0)

	asked, err := expression.NewBuilder().WithKeyCondition(expression.Key("artist").Equal(expression.Value("Nina")).And(expression.Key("year").Between(expression.Value(1965), expression.Value(1970)))).
		WithFilter(expression.Contains(expression.Name("tags"), "jazz").Or(expression.AttributeExists(expression.Name("extra.label")))).WithProjection(expression.NamesList(expression.Name("year"), expression.Name("tags"))).Build()
	must(t, err)
	var years []int
	for pages := dynamodb.NewQueryPaginator(client, &dynamodb.QueryInput{TableName: table, KeyConditionExpression: asked.KeyCondition(), FilterExpression: asked.Filter(), ProjectionExpression: asked.Projection(),
		ExpressionAttributeNames: asked.Names(), ExpressionAttributeValues: asked.Values(), Limit: aws.Int32(2)}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		must(t, err)
		var found []song
		must(t, attributevalue.UnmarshalListOfMaps(page.Items, &found))
		for _, one := range found {
			years = append(years, one.Year)
		}
	}
	equal(t, years, []int{1965, 1966, 1967, 1968, 1969, 1970})
	nina := func(year string) map[string]ddb.AttributeValue {
		return map[string]ddb.AttributeValue{"artist": &ddb.AttributeValueMemberS{Value: "Nina"}, "year": &ddb.AttributeValueMemberN{Value: year}}
	}
	read, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: nina("1965.00"), ReturnConsumedCapacity: ddb.ReturnConsumedCapacityTotal})
	must(t, err)
	var back song
	must(t, attributevalue.UnmarshalMap(read.Item, &back))
	sort.Strings(back.Tags)
	equal(t, back, want)
	equal(t, *read.ConsumedCapacity.CapacityUnits, 0.5)
	change, err := expression.NewBuilder().WithUpdate(expression.Set(expression.Name("plays"), expression.Plus(expression.IfNotExists(expression.Name("plays"), expression.Value(0)), expression.Value(2))).
		Remove(expression.Name("cover")).Add(expression.Name("tags"), expression.Value(&ddb.AttributeValueMemberSS{Value: []string{"live"}}))).Build()
	must(t, err)
	updated, err := client.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: table, Key: nina("1965"), UpdateExpression: change.Update(), ExpressionAttributeNames: change.Names(), ExpressionAttributeValues: change.Values(),
		ReturnValues: ddb.ReturnValueUpdatedNew})
	must(t, err)
	equal(t, updated.Attributes["plays"], &ddb.AttributeValueMemberN{Value: "2"})
	_, err = client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []ddb.TransactWriteItem{
		{Delete: &ddb.Delete{TableName: table, Key: nina("1966")}},
		{ConditionCheck: &ddb.ConditionCheck{TableName: table, Key: nina("1967"), ConditionExpression: aws.String("attribute_exists(nothing)"), ReturnValuesOnConditionCheckFailure: ddb.ReturnValuesOnConditionCheckFailureAllOld}}}})
	var cancelled *ddb.TransactionCanceledException
	equal(t, errors.As(err, &cancelled), true)
	equal(t, *cancelled.CancellationReasons[0].Code+" "+*cancelled.CancellationReasons[1].Code, "None ConditionalCheckFailed")
	equal(t, cancelled.CancellationReasons[1].Item["year"], &ddb.AttributeValueMemberN{Value: "1967"})
	rows, err := client.ExecuteStatement(ctx, &dynamodb.ExecuteStatementInput{Statement: aws.String(`SELECT "year" FROM songs WHERE artist = ? AND "year" > ?`),
		Parameters: []ddb.AttributeValue{&ddb.AttributeValueMemberS{Value: "Nina"}, &ddb.AttributeValueMemberN{Value: "1972"}}})
	must(t, err)
	equal(t, len(rows.Items), 3)
	_, err = client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("none"), Key: nina("1")})
	var missing *ddb.ResourceNotFoundException
	equal(t, errors.As(err, &missing), true)
	_, err = client.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: map[string]ddb.AttributeValue{"artist": &ddb.AttributeValueMemberS{Value: "x"}}})
	equal(t, code(err), "ValidationException")

	reader := dynamodbstreams.NewFromConfig(cfg)
	described, err := reader.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: created.TableDescription.LatestStreamArn})
	must(t, err)
	records := 0
	for _, shard := range described.StreamDescription.Shards {
		at, err := reader.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{StreamArn: created.TableDescription.LatestStreamArn, ShardId: shard.ShardId, ShardIteratorType: streams.ShardIteratorTypeTrimHorizon})
		must(t, err)
		page, err := reader.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: at.ShardIterator})
		must(t, err)
		records += len(page.Records)
	}
	equal(t, records, 12)
	_, err = client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: table})
	must(t, err)
	must(t, dynamodb.NewTableNotExistsWaiter(client).Wait(ctx, &dynamodb.DescribeTableInput{TableName: table}, 10*time.Second))
}

func TestV2SQS(t *testing.T) {
	client := sqs.NewFromConfig(v2(t))
	dead, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("go-dead")})
	must(t, err)
	about, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: dead.QueueUrl, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameQueueArn}})
	must(t, err)
	queue, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("go-jobs"), Attributes: map[string]string{"VisibilityTimeout": "0", "RedrivePolicy": fmt.Sprintf(`{"deadLetterTargetArn":"%s","maxReceiveCount":"2"}`, about.Attributes["QueueArn"])}, Tags: map[string]string{"team": "a"}})
	must(t, err)
	sent, err := client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: queue.QueueUrl, MessageBody: aws.String("<&>\"ü\n"), MessageAttributes: map[string]sqstypes.MessageAttributeValue{
		"n": {DataType: aws.String("Number.int"), StringValue: aws.String("7")}, "b": {DataType: aws.String("Binary"), BinaryValue: []byte{1, 2, 0}}}})
	must(t, err)
	equal(t, *sent.MD5OfMessageBody, fmt.Sprintf("%x", md5.Sum([]byte("<&>\"ü\n"))))
	for count := 1; count <= 2; count++ {
		got, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: queue.QueueUrl, MessageAttributeNames: []string{"All"}, AttributeNames: []sqstypes.QueueAttributeName{"All"}, WaitTimeSeconds: 1})
		must(t, err)
		equal(t, *got.Messages[0].Body, "<&>\"ü\n")
		equal(t, got.Messages[0].MessageAttributes["b"].BinaryValue, []byte{1, 2, 0})
		equal(t, got.Messages[0].Attributes["ApproximateReceiveCount"], fmt.Sprint(count))
	}
	got, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: queue.QueueUrl})
	must(t, err)
	equal(t, len(got.Messages), 0)
	got, err = client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: dead.QueueUrl, WaitTimeSeconds: 2})
	must(t, err)
	equal(t, len(got.Messages), 1)
	_, err = client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: dead.QueueUrl, ReceiptHandle: got.Messages[0].ReceiptHandle})
	must(t, err)
	batch, err := client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: dead.QueueUrl, Entries: []sqstypes.SendMessageBatchRequestEntry{
		{Id: aws.String("good"), MessageBody: aws.String("1")}, {Id: aws.String("bad"), MessageBody: aws.String("2"), DelaySeconds: 901}}})
	must(t, err)
	equal(t, *batch.Successful[0].Id+" "+*batch.Failed[0].Id+" "+*batch.Failed[0].Code, "good bad InvalidParameterValue")
	_, err = client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("none")})
	var missing *sqstypes.QueueDoesNotExist
	equal(t, errors.As(err, &missing), true)
	_, err = client.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: queue.QueueUrl, ReceiptHandle: aws.String("x"), VisibilityTimeout: 1})
	var invalid *sqstypes.ReceiptHandleIsInvalid
	equal(t, errors.As(err, &invalid), true)
	fifo, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("go.fifo"), Attributes: map[string]string{"FifoQueue": "true", "ContentBasedDeduplication": "true"}})
	must(t, err)
	for i := 0; i < 2; i++ {
		_, err = client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: fifo.QueueUrl, MessageBody: aws.String("same"), MessageGroupId: aws.String("g")})
		must(t, err)
	}
	counted, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: fifo.QueueUrl, AttributeNames: []sqstypes.QueueAttributeName{"ApproximateNumberOfMessages"}})
	must(t, err)
	equal(t, counted.Attributes["ApproximateNumberOfMessages"], "1")
	sources, err := client.ListDeadLetterSourceQueues(ctx, &sqs.ListDeadLetterSourceQueuesInput{QueueUrl: dead.QueueUrl})
	must(t, err)
	equal(t, sources.QueueUrls, []string{*queue.QueueUrl})
	found := 0
	for pages := sqs.NewListQueuesPaginator(client, &sqs.ListQueuesInput{QueueNamePrefix: aws.String("go"), MaxResults: aws.Int32(1)}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		must(t, err)
		found += len(page.QueueUrls)
	}
	equal(t, found, 3)
}
