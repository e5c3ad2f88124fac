# Recovery, exports, imports, policies and streams of DynamoDB tables.
resource "aws_s3_bucket" "lake" {
  bucket        = "terraform-lake"
  force_destroy = true
}

resource "aws_s3_object" "seeds" {
  bucket  = aws_s3_bucket.lake.id
  key     = "seeds/items.json"
  content = <<-EOT
    {"Item":{"name":{"S":"a"},"count":{"N":"1"}}}
    {"Item":{"name":{"S":"b"},"count":{"N":"2"}}}
  EOT
}

resource "aws_dynamodb_table" "imported" {
  name         = "terraform-imported"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "name"
  attribute {
    name = "name"
    type = "S"
  }
  import_table {
    input_format = "DYNAMODB_JSON"
    s3_bucket_source {
      bucket     = aws_s3_bucket.lake.id
      key_prefix = "seeds/"
    }
  }
  on_demand_throughput {
    max_read_request_units  = var.stage == "one" ? 10 : 20
    max_write_request_units = 10
  }
  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = var.stage == "one" ? 14 : 7
  }
  depends_on = [aws_s3_object.seeds]
}

resource "aws_dynamodb_table_export" "full" {
  table_arn = aws_dynamodb_table.imported.arn
  s3_bucket = aws_s3_bucket.lake.id
  s3_prefix = "full"
}

resource "aws_dynamodb_table" "restored" {
  name                   = "terraform-restored"
  billing_mode           = "PAY_PER_REQUEST"
  hash_key               = "name"
  restore_source_name    = aws_dynamodb_table.imported.name
  restore_to_latest_time = true
  attribute {
    name = "name"
    type = "S"
  }
  on_demand_throughput {
    max_read_request_units  = 10
    max_write_request_units = 10
  }
  point_in_time_recovery { enabled = var.stage == "two" }
  lifecycle { ignore_changes = [on_demand_throughput, tags] }
}

resource "aws_dynamodb_resource_policy" "imported" {
  for_each     = { table = aws_dynamodb_table.imported.arn, stream = aws_dynamodb_table.orders.stream_arn }
  resource_arn = each.value
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = var.stage == "one" ? "Allow" : "Deny"
      Principal = { AWS = "arn:aws:iam::444455556666:root" }
      Action    = each.key == "table" ? "dynamodb:GetItem" : "dynamodb:GetRecords"
      Resource  = each.value
    }]
  })
}

resource "aws_dynamodb_kinesis_streaming_destination" "imported" {
  table_name = aws_dynamodb_table.imported.name
  stream_arn = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
}

resource "aws_dynamodb_contributor_insights" "imported" {
  table_name = aws_dynamodb_table.imported.name
}

resource "aws_dynamodb_tag" "imported" {
  resource_arn = aws_dynamodb_table.restored.arn
  key          = "stage"
  value        = var.stage
}

output "exported_items" { value = aws_dynamodb_table_export.full.item_count }
