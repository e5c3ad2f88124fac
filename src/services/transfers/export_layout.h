#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "projections/dynamodb_read_model.h"
#include "services/dynamodb/value.h"

/// How an export lies in its bucket.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
namespace cloudemu::transfers {

/// What an export was asked for.
struct ExportRequest {
  explicit ExportRequest(const dynamodb::Transfer& transfer);

  std::string bucket, folder;  ///< "prefix/AWSDynamoDB/ID/"
  std::string data_folder;
  std::string prefix, sse_algorithm, sse_key;
  bool ion = false;
  bool incremental = false;
  bool old_images = true;  ///< of an incremental one
  TimeMs from = 0, to = 0;

  std::string data_key(std::string_view name) const;
};

/// A line of a data file: a whole item.
std::string item_line(const ExportRequest& request, std::string_view json);
/// A line of an incremental export: what became of an item. An empty image: there was, or is, none.
std::string change_line(const ExportRequest& request, const dynamodb::Item& key, std::string_view old_image, std::string_view new_image,
                        TimeMs at);

struct DataFile {
  std::string_view key, md5, etag;  ///< `md5` as raw bytes
  int64_t items = 0;
};
/// The line of manifest-files.json that names a data file.
std::string file_line(const DataFile& file);
/// manifest-summary.json.
std::string summary(const ExportRequest& request, const dynamodb::Transfer& transfer, TimeMs now);
/// What stands in a file beside each manifest: the base64 of its MD5.
std::string checksum_of(std::string_view manifest);

}  // namespace cloudemu::transfers
