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

resource "aws_s3_bucket_policy" "photos" {
  bucket = aws_s3_bucket.photos.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "${aws_s3_bucket.photos.arn}/${var.stage}/*" }]
  })
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
  tags = { stage = var.stage }
}

resource "aws_sqs_queue" "jobs" {
  name                       = "terraform-jobs"
  visibility_timeout_seconds = var.stage == "one" ? 45 : 60
  message_retention_seconds  = 86400
  tags                       = { stage = var.stage }
}

data "aws_caller_identity" "me" {}

output "account" { value = data.aws_caller_identity.me.account_id }
output "queue" { value = aws_sqs_queue.jobs.url }
