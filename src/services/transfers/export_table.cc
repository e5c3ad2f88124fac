#include <algorithm>

#include "core/digest.h"
#include "core/strings.h"
#include "protocol/content_coding.h"
#include "services/dynamodb/key_item.h"
#include "services/dynamodb/restore.h"
#include "services/s3/deposit.h"
#include "services/s3/settings/encryption.h"
#include "services/transfers/export_layout.h"
#include "services/transfers/table_transfers.h"

/// ExportTableToPointInTime as a job: each slice writes a data file, the last one the manifests.
namespace cloudemu::transfers {

namespace {

using dynamodb::Table;
using dynamodb::Transfer;

/// Bytes of a data file before it is packed, about: as much as a slice has time for.
constexpr size_t kFileBytesMax = 128 << 10;
/// Likewise of items that a slice looks at, whether they are written or not.
constexpr size_t kRowsMax = 1000;

/// What stands in one data file, and where the next one goes on.
struct File {
  std::string lines;
  int64_t items = 0, bytes = 0;
  std::string last_key;
  size_t visited = 0;
  bool is_last = true;

  bool is_full() const { return lines.size() >= kFileBytesMax || visited >= kRowsMax; }
  void add(std::string_view line, int64_t size) {
    lines.append(line);
    ++items;
    bytes += size;
  }
};

File whole_items(const dynamodb::Source& source, const ExportRequest& request, const std::string& from) {
  File file;
  source.walk(from, [&](const dynamodb::BackupReadModel::Visit& visit) {
    file.is_last = !file.is_full();
    if (!file.is_last) return false;
    if (!visit.json.empty()) file.add(item_line(request, visit.json), visit.size);
    file.last_key = visit.key;
    ++file.visited;
    return true;
  });
  return file;
}

struct Image {
  std::string key, json;
  uint32_t size = 0;
};

/// The items from a key on, as many as a file may need.
std::vector<Image> images(const State& state, int64_t table, const std::string& from) {
  std::vector<Image> found;
  size_t bytes = 0;
  state.dynamodb().walk(table, std::nullopt, {.from = from}, dynamodb::DynamoDbReadModel::Load::items,
                        [&](const dynamodb::DynamoDbReadModel::Visit& visit) {
                          found.push_back({std::string(visit.key), std::string(visit.json), visit.size});
                          bytes += visit.json.size();
                          return bytes < kFileBytesMax;
                        });
  return found;
}

/// What differs between two moments. Where one of the walks ended early, the other is not followed further than it.
File changes(const Brought& brought, const Table& table, const ExportRequest& request, const std::string& from) {
  File file;
  std::vector<Image> then = images(*brought.earlier, table.id, from), now = images(*brought.past, table.id, from);
  auto bytes_of = [](const std::vector<Image>& all) {
    size_t bytes = 0;
    for (const Image& image : all) bytes += image.json.size();
    return bytes;
  };
  std::string end;  // behind the last key that both have been read up to; empty: all
  for (const auto* all : {&then, &now}) {
    if (bytes_of(*all) >= kFileBytesMax && (end.empty() || all->back().key < end)) end = all->back().key;
  }
  file.is_last = end.empty();
  auto a = then.begin(), b = now.begin();
  while (a != then.end() || b != now.end()) {
    bool takes_a = a != then.end() && (b == now.end() || a->key <= b->key);
    bool takes_b = b != now.end() && (a == then.end() || b->key <= a->key);
    const std::string& key = takes_a ? a->key : b->key;
    if (!end.empty() && key > end) break;
    std::string_view old_image = takes_a ? std::string_view(a->json) : "", new_image = takes_b ? std::string_view(b->json) : "";
    if (old_image != new_image) {
      auto attributes = dynamodb::item_of_key(table.description, nullptr, key, dynamodb::KeyOrder::table_first);
      auto written = brought.written.find(std::hash<std::string_view>()(key));
      TimeMs at = written == brought.written.end() ? request.to : written->second;
      file.add(change_line(request, attributes, old_image, new_image, at), takes_b ? b->size : a->size);
    }
    if (takes_a) ++a;
    if (takes_b) ++b;
  }
  if (!end.empty()) file.last_key = end;
  return file;
}

class Exporter {
 public:
  Exporter(const Transfer& transfer, const s3::Bucket& bucket, const Moment& moment)
      : transfer_(transfer), request_(transfer), bucket_(bucket), moment_(moment) {}

  const ExportRequest& request() const { return request_; }

  /// Returns the object's ETag.
  std::string put(std::string_view key, std::string_view type, std::string bytes) {
    s3::Deposit object{.key = key, .content_type = type, .bytes = std::move(bytes)};
    if (request_.sse_algorithm == "KMS") object.encryption = s3::kms_encryption(request_.sse_key, bucket_);
    s3::ObjectPut put = s3::deposit(bucket_, std::move(object), moment_.now, moment_.entropy);
    std::string etag = put.etag;
    slice_.events.push_back(std::move(put));
    return etag;
  }

  void put_data(const File& file) {
    std::string key = request_.data_key(moment_.entropy.uuid());
    std::string packed = encode_content(ContentCoding::gzip, file.lines);
    dynamodb::TransferAdvanced advanced{.transfer = transfer_.number, .items = file.items, .bytes = file.bytes};
    std::string digest = md5(packed), etag = put(key, "application/octet-stream", std::move(packed));
    advanced.file.text = file_line({.key = key, .md5 = digest, .etag = etag, .items = file.items});
    lines_.push_back(advanced.file.text);
    transfer_.items += file.items;
    transfer_.bytes += file.bytes;
    slice_.events.push_back(std::move(advanced));
    slice_.done = std::max<int64_t>(file.items, 1);
  }

  jobs::Slice go_on(std::string cursor) {
    slice_.cursor = std::move(cursor);
    return std::move(slice_);
  }

  /// `earlier`: lines of data files that were written in earlier slices.
  jobs::Slice complete(std::vector<std::string> earlier) {
    earlier.insert(earlier.end(), lines_.begin(), lines_.end());
    std::string files;
    for (const std::string& line : earlier) append(files, line, "\n");
    std::string text = summary(request_, transfer_, moment_.now);
    put(request_.folder + "manifest-files.md5", "text/plain", checksum_of(files));
    put(request_.folder + "manifest-files.json", "application/json", std::move(files));
    put(request_.folder + "manifest-summary.md5", "text/plain", checksum_of(text));
    put(request_.folder + "manifest-summary.json", "application/json", std::move(text));
    slice_.events.push_back(dynamodb::TransferEnded{.transfer = transfer_.number,
                                                    .status = "COMPLETED",
                                                    .manifest = request_.folder + "manifest-summary.json",
                                                    .ended_at = moment_.now});
    slice_.then = jobs::Slice::Then::completed;
    return std::move(slice_);
  }

 private:
  Transfer transfer_;
  const ExportRequest request_;
  const s3::Bucket& bucket_;
  const Moment& moment_;
  jobs::Slice slice_;
  std::vector<std::string> lines_;
};

dynamodb::Origin origin_of(const Transfer& transfer) {
  dynamodb::Origin origin;
  origin.at = transfer.facts.at;
  origin.table = transfer.facts.table;
  origin.backup = transfer.facts.backup;
  return origin;
}

}  // namespace

jobs::Slice failed_transfer(const Transfer& transfer, std::string_view code, std::string_view message, TimeMs now) {
  jobs::Slice slice{.then = jobs::Slice::Then::failed};
  slice.events.push_back(dynamodb::TransferEnded{.transfer = transfer.number,
                                                 .status = "FAILED",
                                                 .failure_code = std::string(code),
                                                 .failure_message = std::string(message),
                                                 .ended_at = now});
  return slice;
}

jobs::Slice export_slice(const State& state, const jobs::Job& job, const Moment& moment, size_t, const Brought* brought) {
  const dynamodb::DynamoDbReadModel& tables = state.dynamodb();
  auto transfer = tables.backups().transfer(job.part);
  if (!transfer) return jobs::cancelled();
  dynamodb::Origin origin = origin_of(*transfer);
  ExportRequest request(*transfer);
  dynamodb::Source source;
  auto release = [&](jobs::Slice slice) {
    if (source.is_hold() && slice.then != jobs::Slice::Then::go_on) {
      slice.events.push_back(dynamodb::BackupDeleted{.backup = source.backup->number, .table = source.backup->facts.table});
    }
    return slice;
  };
  const s3::Bucket* bucket = state.s3().find_bucket(request.bucket);
  if (request.incremental && !brought) {
    return {.errand = Errand{Errand::Past{
                .at = request.to, .before = static_cast<uint64_t>(job.part), .earlier_at = request.from, .writes_of = origin.table}}};
  }
  if (!request.incremental) source = dynamodb::source_of(tables, origin, job.part, brought);
  if (source.errand) return {.errand = std::move(source.errand)};
  if (!bucket) return release(failed_transfer(*transfer, "S3NoSuchBucket", "The specified bucket does not exist", moment.now));
  bool is_there = request.incremental ? brought->earlier != nullptr : source.is_there();
  if (!is_there) return release(failed_transfer(*transfer, "ExportTimeUnavailable", brought->failure, moment.now));
  const Table* table = tables.find_table(origin.table);
  if (!table) return release(failed_transfer(*transfer, "TableNotFound", "The table was deleted", moment.now));

  Exporter exporter(*transfer, *bucket, moment);
  if (job.cursor.empty()) exporter.put(request.folder + "_started", "application/octet-stream", {});
  File file = request.incremental ? changes(*brought, *table, request, job.cursor) : whole_items(source, request, job.cursor);
  if (file.items > 0 || file.is_last) exporter.put_data(file);
  if (!file.is_last) return exporter.go_on(file.last_key + '\0');
  return release(exporter.complete(tables.backups().files(transfer->number)));
}

}  // namespace cloudemu::transfers
