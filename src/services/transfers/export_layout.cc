#include "services/transfers/export_layout.h"

#include "core/digest.h"
#include "core/encoding.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "protocol/json.h"
#include "services/dynamodb/ion.h"

namespace cloudemu::transfers {

using dynamodb::Item;
using dynamodb::Transfer;
using dynamodb::Type;
using dynamodb::Value;

namespace {

TimeMs time_of(json::Value seconds, TimeMs otherwise) {
  return seconds.is_number() ? static_cast<TimeMs>(seconds.number() * 1000) : otherwise;
}

}  // namespace

ExportRequest::ExportRequest(const Transfer& transfer) {
  auto document = json::Document::parse(transfer.facts.request.text);
  if (!document) return;
  json::Value input = document->root();
  bucket = input["S3Bucket"].string();
  prefix = input["S3Prefix"].string();
  sse_algorithm = input["S3SseAlgorithm"].is_string() ? input["S3SseAlgorithm"].string() : "AES256";
  sse_key = input["S3SseKmsKeyId"].string();
  ion = input["ExportFormat"].string() == "ION";
  incremental = input["ExportType"].string() == "INCREMENTAL_EXPORT";
  json::Value span = input["IncrementalExportSpecification"];
  old_images = span["ExportViewType"].string() != "NEW_IMAGE";
  from = time_of(span["ExportFromTime"], transfer.facts.at);
  to = transfer.facts.at;
  std::string home = prefix.empty() ? "AWSDynamoDB/" : concat(prefix, prefix.ends_with('/') ? "" : "/", "AWSDynamoDB/");
  std::string_view arn = transfer.facts.arn;
  folder = concat(home, arn.substr(arn.rfind('/') + 1), '/');
  // Incremental exports of a prefix share one folder of data.
  data_folder = incremental ? concat(home, "data/") : concat(folder, "data/");
}

std::string ExportRequest::data_key(std::string_view name) const {
  return concat(data_folder, lower(replace_all(name, "-", "")), ion ? ".ion.gz" : ".json.gz");
}

std::string item_line(const ExportRequest& request, std::string_view json) {
  if (!request.ion) return concat(R"({"Item":)", json, "}\n");
  std::string line = "$ion_1_0{Item:";
  dynamodb::append_ion(line, dynamodb::read_item(json));
  return line.append("}\n");
}

std::string change_line(const ExportRequest& request, const Item& key, std::string_view old_image, std::string_view new_image, TimeMs at) {
  Item record;
  auto map_of = [](Item item) {
    Value map{.type = Type::map};
    map.map = std::move(item);
    return map;
  };
  record.push_back({"Metadata", map_of({{"WriteTimestampMicros", Value::number(concat(at * 1000))}})});
  record.push_back({"Keys", map_of(key)});
  if (request.old_images && !old_image.empty()) record.push_back({"OldImage", map_of(dynamodb::read_item(old_image))});
  if (!new_image.empty()) record.push_back({"NewImage", map_of(dynamodb::read_item(new_image))});
  std::string line;
  if (request.ion) {
    line = "$ion_1_0{Record:";
    dynamodb::append_ion(line, record);
    return line.append("}\n");
  }
  // The members of a record are no attribute values themselves, but for those of the metadata.
  JsonWriter json(line);
  json.begin_object();
  for (const dynamodb::Attribute& member : record) {
    std::string text;
    dynamodb::append_item(text, member.value.map);
    json.raw_field(member.name, text);
  }
  json.end_object();
  return line.append("\n");
}

std::string file_line(const DataFile& file) {
  std::string line;
  JsonWriter json(line);
  json.begin_object().field("itemCount", file.items).field("md5Checksum", base64(file.md5)).field("etag", file.etag);
  json.field("dataFileS3Key", file.key).end_object();
  return line;
}

std::string summary(const ExportRequest& request, const Transfer& transfer, TimeMs now) {
  const dynamodb::TransferStarted& facts = transfer.facts;
  std::string text;
  JsonWriter json(text);
  auto or_null = [&](std::string_view name, std::string_view value) {
    if (value.empty()) json.raw_field(name, "null");
    else json.field(name, value);
  };
  json.begin_object().field("version", request.incremental ? "2023-08-01" : "2020-06-30").field("exportArn", facts.arn);
  json.field("startTime", iso8601(facts.started_at)).field("endTime", iso8601(now)).field("tableArn", facts.table_arn);
  json.field("tableId", facts.table_id);
  if (request.incremental) {
    json.field("exportFromTime", iso8601(request.from)).field("exportToTime", iso8601(request.to));
  } else {
    json.field("exportTime", iso8601(facts.at));
  }
  json.field("s3Bucket", request.bucket);
  or_null("s3Prefix", request.prefix);
  json.field("s3SseAlgorithm", request.sse_algorithm);
  or_null("s3SseKmsKeyId", request.sse_key);
  json.field("manifestFilesS3Key", concat(request.folder, "manifest-files.json"));
  json.field("billedSizeBytes", transfer.bytes).field("itemCount", transfer.items);
  json.field("outputFormat", request.ion ? "ION" : "DYNAMODB_JSON");
  if (request.incremental) json.field("outputView", request.old_images ? "NEW_AND_OLD_IMAGES" : "NEW_IMAGE");
  json.field("exportType", request.incremental ? "INCREMENTAL_EXPORT" : "FULL_EXPORT").end_object();
  return text;
}

std::string checksum_of(std::string_view manifest) { return base64(md5(manifest)); }

}  // namespace cloudemu::transfers
