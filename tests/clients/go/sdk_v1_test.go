// The same with version 1 of the SDK, on which older programs stand: Docker's registry, rclone, restic's and Terraform's backends. It speaks
// SQS's Query protocol.
package clients

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/awserr"
	"github.com/aws/aws-sdk-go/aws/credentials"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/dynamodb"
	"github.com/aws/aws-sdk-go/service/dynamodb/dynamodbattribute"
	"github.com/aws/aws-sdk-go/service/s3"
	"github.com/aws/aws-sdk-go/service/s3/s3manager"
	"github.com/aws/aws-sdk-go/service/sqs"
)

func v1(t *testing.T) *session.Session {
	made, err := session.NewSession(&aws.Config{Region: aws.String("us-east-1"), Endpoint: aws.String(os.Getenv("ENDPOINT")), S3ForcePathStyle: aws.Bool(true),
		Credentials: credentials.NewStaticCredentials("test", "test", "")})
	must(t, err)
	return made
}

func v1code(err error) string {
	if failure, is := err.(awserr.Error); is {
		return failure.Code()
	}
	return "no error of AWS"
}

func TestV1S3(t *testing.T) {
	made := v1(t)
	client := s3.New(made)
	bucket := aws.String("go-v1")
	_, err := client.CreateBucket(&s3.CreateBucketInput{Bucket: bucket})
	must(t, err)
	must(t, client.WaitUntilBucketExists(&s3.HeadBucketInput{Bucket: bucket}))
	large := bytes.Repeat([]byte("fedcba9876543210"), 11<<20/16)
	_, err = s3manager.NewUploader(made).Upload(&s3manager.UploadInput{Bucket: bucket, Key: aws.String("large"), Body: io.MultiReader(bytes.NewReader(large)), ACL: aws.String("bucket-owner-full-control")})
	must(t, err)
	into := aws.NewWriteAtBuffer(nil)
	_, err = s3manager.NewDownloader(made).Download(into, &s3.GetObjectInput{Bucket: bucket, Key: aws.String("large")})
	must(t, err)
	equal(t, bytes.Equal(into.Bytes(), large), true)
	for _, key := range []string{"a/1", "a/2", "b"} {
		_, err = client.PutObject(&s3.PutObjectInput{Bucket: bucket, Key: aws.String(key), Body: strings.NewReader(key), ContentMD5: nil, StorageClass: aws.String("STANDARD_IA")})
		must(t, err)
	}
	var seen []string
	must(t, client.ListObjectsPages(&s3.ListObjectsInput{Bucket: bucket, Delimiter: aws.String("/"), MaxKeys: aws.Int64(1)}, func(page *s3.ListObjectsOutput, last bool) bool {
		for _, prefix := range page.CommonPrefixes {
			seen = append(seen, *prefix.Prefix)
		}
		for _, object := range page.Contents {
			seen = append(seen, *object.Key)
		}
		return true
	}))
	equal(t, seen, []string{"a/", "b", "large"})
	request, _ := client.GetObjectRequest(&s3.GetObjectInput{Bucket: bucket, Key: aws.String("a/1"), ResponseContentType: aws.String("x/y")})
	link, err := request.Presign(time.Minute)
	must(t, err)
	reply, err := http.Get(link)
	must(t, err)
	body, _ := io.ReadAll(reply.Body)
	equal(t, string(body)+reply.Header.Get("Content-Type"), "a/1x/y")
	_, err = client.GetObject(&s3.GetObjectInput{Bucket: bucket, Key: aws.String("none")})
	equal(t, v1code(err), s3.ErrCodeNoSuchKey)
	_, err = client.HeadObject(&s3.HeadObjectInput{Bucket: bucket, Key: aws.String("none")})
	equal(t, v1code(err), "NotFound")
	_, err = client.DeleteBucket(&s3.DeleteBucketInput{Bucket: bucket})
	equal(t, v1code(err), "BucketNotEmpty")
	must(t, s3manager.NewBatchDeleteWithClient(client).Delete(aws.BackgroundContext(), s3manager.NewDeleteListIterator(client, &s3.ListObjectsInput{Bucket: bucket})))
	_, err = client.DeleteBucket(&s3.DeleteBucketInput{Bucket: bucket})
	must(t, err)
}

func TestV1DynamoDB(t *testing.T) {
	client := dynamodb.New(v1(t))
	table := aws.String("go-v1")
	_, err := client.CreateTable(&dynamodb.CreateTableInput{TableName: table, ProvisionedThroughput: &dynamodb.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(1), WriteCapacityUnits: aws.Int64(1)},
		AttributeDefinitions: []*dynamodb.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: aws.String("S")}}, KeySchema: []*dynamodb.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: aws.String("HASH")}}})
	must(t, err)
	must(t, client.WaitUntilTableExists(&dynamodb.DescribeTableInput{TableName: table}))
	item, err := dynamodbattribute.MarshalMap(map[string]interface{}{"id": "1", "list": []interface{}{1, "two", nil, true}})
	must(t, err)
	_, err = client.PutItem(&dynamodb.PutItemInput{TableName: table, Item: item})
	must(t, err)
	_, err = client.UpdateItem(&dynamodb.UpdateItemInput{TableName: table, Key: map[string]*dynamodb.AttributeValue{"id": {S: aws.String("1")}},
		AttributeUpdates: map[string]*dynamodb.AttributeValueUpdate{"n": {Action: aws.String("ADD"), Value: &dynamodb.AttributeValue{N: aws.String("3")}}}})
	must(t, err)
	_, err = client.PutItem(&dynamodb.PutItemInput{TableName: table, Item: item, Expected: map[string]*dynamodb.ExpectedAttributeValue{"id": {Exists: aws.Bool(false)}}})
	equal(t, v1code(err), dynamodb.ErrCodeConditionalCheckFailedException)
	count := 0
	must(t, client.ScanPages(&dynamodb.ScanInput{TableName: table}, func(page *dynamodb.ScanOutput, last bool) bool { count += len(page.Items); return true }))
	equal(t, count, 1)
	_, err = client.DeleteTable(&dynamodb.DeleteTableInput{TableName: table})
	must(t, err)
	must(t, client.WaitUntilTableNotExists(&dynamodb.DescribeTableInput{TableName: table}))
}

func TestV1SQS(t *testing.T) {
	client := sqs.New(v1(t))
	queue, err := client.CreateQueue(&sqs.CreateQueueInput{QueueName: aws.String("go-v1"), Attributes: aws.StringMap(map[string]string{"DelaySeconds": "0"})})
	must(t, err)
	_, err = client.SendMessage(&sqs.SendMessageInput{QueueUrl: queue.QueueUrl, MessageBody: aws.String("hello & <you>"), MessageAttributes: map[string]*sqs.MessageAttributeValue{
		"kind": {DataType: aws.String("String"), StringValue: aws.String("é")}}})
	must(t, err)
	got, err := client.ReceiveMessage(&sqs.ReceiveMessageInput{QueueUrl: queue.QueueUrl, MessageAttributeNames: aws.StringSlice([]string{"k.*"}), AttributeNames: aws.StringSlice([]string{"SentTimestamp"})})
	must(t, err)
	equal(t, *got.Messages[0].Body, "hello & <you>")
	equal(t, *got.Messages[0].MessageAttributes["kind"].StringValue, "é")
	_, err = client.CreateQueue(&sqs.CreateQueueInput{QueueName: aws.String("go-v1"), Attributes: aws.StringMap(map[string]string{"DelaySeconds": "1"})})
	equal(t, v1code(err), sqs.ErrCodeQueueNameExists)
	_, err = client.GetQueueUrl(&sqs.GetQueueUrlInput{QueueName: aws.String("none")})
	equal(t, v1code(err), sqs.ErrCodeQueueDoesNotExist)
	_, err = client.PurgeQueue(&sqs.PurgeQueueInput{QueueUrl: queue.QueueUrl})
	must(t, err)
	_, err = client.PurgeQueue(&sqs.PurgeQueueInput{QueueUrl: queue.QueueUrl})
	equal(t, v1code(err), sqs.ErrCodePurgeQueueInProgress)
	_, err = client.DeleteQueue(&sqs.DeleteQueueInput{QueueUrl: queue.QueueUrl})
	must(t, err)
}
