# What the tests apply, plan again, change and destroy. `stage` makes the change.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" { type = string }
variable "stage" {
  type    = string
  default = "one"
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  s3_use_path_style           = true
  skip_credentials_validation = false
  skip_metadata_api_check     = true
  endpoints {
    s3       = var.endpoint
    dynamodb = var.endpoint
    sqs      = var.endpoint
    sts      = var.endpoint
  }
}

resource "aws_s3_bucket" "photos" {
  bucket = "terraform-photos"
  tags   = { stage = var.stage }
}

resource "aws_s3_bucket_versioning" "photos" {
  bucket = aws_s3_bucket.photos.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_cors_configuration" "photos" {
  bucket = aws_s3_bucket.photos.id
  cors_rule {
    id              = "uploads"
    allowed_headers = ["*"]
    allowed_methods = var.stage == "one" ? ["PUT"] : ["PUT", "POST"]
    allowed_origins = ["https://app.example"]
    expose_headers  = ["ETag"]
    max_age_seconds = 3000
  }
  cors_rule {
    allowed_methods = ["GET"]
    allowed_origins = ["*"]
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "photos" {
  bucket = aws_s3_bucket.photos.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = var.stage == "one" ? "AES256" : "aws:kms"
      kms_master_key_id = var.stage == "one" ? null : "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    }
    bucket_key_enabled = var.stage != "one"
  }
}

resource "aws_s3_bucket_public_access_block" "photos" {
  bucket                  = aws_s3_bucket.photos.id
  block_public_acls       = false
  ignore_public_acls      = var.stage == "one"
  block_public_policy     = false
  restrict_public_buckets = false
}

resource "aws_s3_bucket_ownership_controls" "photos" {
  bucket = aws_s3_bucket.photos.id
  rule {
    object_ownership = var.stage == "one" ? "BucketOwnerPreferred" : "ObjectWriter"
  }
}

resource "aws_s3_bucket_acl" "photos" {
  bucket     = aws_s3_bucket.photos.id
  acl        = var.stage == "one" ? "public-read" : "private"
  depends_on = [aws_s3_bucket_ownership_controls.photos, aws_s3_bucket_public_access_block.photos]
}

resource "aws_s3_bucket" "logs" {
  bucket = "terraform-logs"
}

resource "aws_s3_bucket_logging" "photos" {
  bucket        = aws_s3_bucket.photos.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "${var.stage}/"
}

resource "aws_s3_bucket_website_configuration" "photos" {
  bucket = aws_s3_bucket.photos.id
  index_document {
    suffix = "index.html"
  }
  error_document {
    key = "${var.stage}.html"
  }
}

resource "aws_s3_bucket_request_payment_configuration" "photos" {
  bucket = aws_s3_bucket.photos.id
  payer  = var.stage == "one" ? "Requester" : "BucketOwner"
}

resource "aws_s3_bucket_accelerate_configuration" "photos" {
  bucket = aws_s3_bucket.photos.id
  status = var.stage == "one" ? "Enabled" : "Suspended"
}

resource "aws_s3_bucket_metric" "photos" {
  bucket = aws_s3_bucket.photos.id
  name   = "all"
  filter {
    prefix = "${var.stage}/"
  }
}

resource "aws_s3_bucket_analytics_configuration" "photos" {
  bucket = aws_s3_bucket.photos.id
  name   = "all"
  filter {
    prefix = "${var.stage}/"
  }
}

resource "aws_s3_bucket_inventory" "photos" {
  bucket                   = aws_s3_bucket.photos.id
  name                     = "all"
  included_object_versions = "All"
  optional_fields          = ["ETag", "Size"]
  schedule {
    frequency = var.stage == "one" ? "Daily" : "Weekly"
  }
  destination {
    bucket {
      format     = "CSV"
      bucket_arn = aws_s3_bucket.logs.arn
    }
  }
}

resource "aws_s3_bucket_intelligent_tiering_configuration" "photos" {
  bucket = aws_s3_bucket.photos.id
  name   = "all"
  tiering {
    access_tier = "ARCHIVE_ACCESS"
    days        = var.stage == "one" ? 90 : 125
  }
}

resource "aws_s3_bucket_policy" "photos" {
  bucket     = aws_s3_bucket.photos.id
  depends_on = [aws_s3_bucket_public_access_block.photos]
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "${aws_s3_bucket.photos.arn}/${var.stage}/*" }]
  })
}

resource "aws_s3_bucket_lifecycle_configuration" "photos" {
  bucket     = aws_s3_bucket.photos.id
  depends_on = [aws_s3_bucket_versioning.photos]
  rule {
    id     = "logs"
    status = "Enabled"
    filter { prefix = "logs/" }
    transition {
      days          = 30
      storage_class = "STANDARD_IA"
    }
    expiration { days = var.stage == "one" ? 90 : 60 }
  }
  rule {
    id     = "tagged"
    status = "Enabled"
    filter {
      and {
        prefix                   = "tmp/"
        tags                     = { keep = "no" }
        object_size_greater_than = 0
      }
    }
    noncurrent_version_expiration {
      noncurrent_days           = 7
      newer_noncurrent_versions = 2
    }
  }
  rule {
    id     = "uploads"
    status = var.stage == "one" ? "Enabled" : "Disabled"
    filter {}
    abort_incomplete_multipart_upload { days_after_initiation = 3 }
  }
}

resource "aws_s3_bucket" "vault" {
  bucket              = "terraform-vault"
  object_lock_enabled = true
}

resource "aws_s3_bucket_object_lock_configuration" "vault" {
  bucket = aws_s3_bucket.vault.id
  rule {
    default_retention {
      mode = "GOVERNANCE"
      days = var.stage == "one" ? 3 : 5
    }
  }
}

resource "aws_s3_bucket_replication_configuration" "photos" {
  depends_on = [aws_s3_bucket_versioning.photos]
  bucket     = aws_s3_bucket.photos.id
  role       = "arn:aws:iam::000000000000:role/replication"
  rule {
    id       = "copies"
    priority = 1
    status   = "Enabled"
    filter { prefix = var.stage == "one" ? "copied/" : "replicated/" }
    delete_marker_replication { status = "Enabled" }
    destination {
      bucket        = aws_s3_bucket.vault.arn
      storage_class = "STANDARD_IA"
    }
  }
}

resource "aws_s3_object" "note" {
  bucket       = aws_s3_bucket.photos.id
  key          = "notes/first.txt"
  content      = "stage ${var.stage}"
  content_type = "text/plain"
  depends_on   = [aws_s3_bucket_versioning.photos]
}

resource "aws_dynamodb_table" "orders" {
  name         = "terraform-orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "customer"
  range_key    = "number"
  attribute {
    name = "customer"
    type = "S"
  }
  attribute {
    name = "number"
    type = "N"
  }
  attribute {
    name = "status"
    type = "S"
  }
  global_secondary_index {
    name            = "by-status"
    hash_key        = "status"
    projection_type = "ALL"
  }
  local_secondary_index {
    name            = "by-customer-and-status"
    range_key       = "status"
    projection_type = "KEYS_ONLY"
  }
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  ttl {
    attribute_name = "until"
    enabled        = true
  }
  table_class                 = var.stage == "one" ? "STANDARD" : "STANDARD_INFREQUENT_ACCESS"
  deletion_protection_enabled = false
  point_in_time_recovery { enabled = var.stage == "two" }
  replica {
    region_name = "eu-west-1"
  }
  dynamic "replica" {
    for_each = var.stage == "one" ? [] : ["eu-central-1"]
    content { region_name = replica.value }
  }
  tags = { stage = var.stage }
}

resource "aws_dynamodb_table" "counters" {
  name           = "terraform-counters"
  billing_mode   = "PROVISIONED"
  read_capacity  = var.stage == "one" ? 2 : 4
  write_capacity = 1
  hash_key       = "name"
  attribute {
    name = "name"
    type = "S"
  }
  server_side_encryption {
    enabled = var.stage == "two"
  }
  stream_enabled   = var.stage == "two"
  stream_view_type = var.stage == "two" ? "KEYS_ONLY" : null
}

resource "aws_dynamodb_table" "switched" {
  name           = "terraform-switched"
  billing_mode   = var.stage == "one" ? "PROVISIONED" : "PAY_PER_REQUEST"
  read_capacity  = var.stage == "one" ? 1 : null
  write_capacity = var.stage == "one" ? 1 : null
  hash_key       = "name"
  attribute {
    name = "name"
    type = "S"
  }
}

resource "aws_dynamodb_table_item" "first" {
  table_name = aws_dynamodb_table.counters.name
  hash_key   = aws_dynamodb_table.counters.hash_key
  item = jsonencode({
    name  = { S = "first" }
    count = { N = var.stage == "one" ? "1" : "2" }
    bytes = { B = "AP8=" }
  })
}

resource "aws_sqs_queue" "jobs" {
  name                       = "terraform-jobs"
  visibility_timeout_seconds = var.stage == "one" ? 45 : 60
  message_retention_seconds  = 86400
  tags                       = { stage = var.stage }
  # In another order than SQS gives it back.
  redrive_policy = <<POLICY
{
  "maxReceiveCount": 3,
  "deadLetterTargetArn": "${aws_sqs_queue.dead.arn}"
}
POLICY
}

resource "aws_sqs_queue" "dead" { name = "terraform-dead" }

data "aws_caller_identity" "me" {}

output "account" { value = data.aws_caller_identity.me.account_id }
resource "aws_s3_bucket_notification" "photos" {
  bucket = aws_s3_bucket.photos.id
  queue {
    queue_arn     = aws_sqs_queue.jobs.arn
    events        = ["s3:ObjectCreated:*", "s3:ObjectRemoved:Delete"]
    filter_prefix = "${var.stage}/"
    filter_suffix = ".jpg"
  }
}

output "queue" { value = aws_sqs_queue.jobs.url }
