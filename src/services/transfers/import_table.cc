#include <algorithm>
#include <map>

#include "core/strings.h"
#include "protocol/content_coding.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/drop_rows.h"
#include "services/dynamodb/import_records.h"
#include "services/dynamodb/key_schema.h"
#include "services/dynamodb/restore.h"
#include "services/dynamodb/write_request.h"
#include "services/room.h"
#include "services/s3/content.h"
#include "services/transfers/table_transfers.h"

/// ImportTable as a job: each slice reads some records of an object.
namespace cloudemu::transfers {

namespace {

using dynamodb::Table;
using dynamodb::Transfer;
using Packing = Errand::Bytes::Packing;

/// An object that is in the state, and no larger than this, is unpacked by the slice itself, up to that much.
constexpr size_t kPackedBytesMax = 64 << 10, kUnpackedBytesMax = 1 << 20;

/// Where an import is: in which object, and how far in what it unpacks to.
struct Place {
  std::string key;
  size_t offset = 0;

  static Place of(std::string_view cursor) {
    auto [offset, key] = split_once(cursor, ' ');
    return {std::string(key), parse_integer<size_t>(offset).value_or(0)};
  }
  std::string cursor() const { return concat(offset, ' ', key); }
};

/// The first object from a name on that belongs to the import; empty: there is none.
std::string next_object(const State& state, const s3::Bucket& bucket, std::string_view prefix, std::string_view from) {
  std::string found;
  state.s3().scan_objects(bucket.id, std::max(from, prefix), [&](const s3::ListedVersion& version) {
    if (!version.key.starts_with(prefix)) return s3::Visit::stop;
    bool is_folder = version.key.ends_with('/');
    if (is_folder || version.size == 0) return s3::Visit::go_on;
    found = version.key;
    return s3::Visit::stop;
  });
  return found;
}

Packing packing_of(json::Value request) {
  std::string_view name = request["InputCompressionType"].string();
  return name == "GZIP" ? Packing::gzip : name == "ZSTD" ? Packing::zstd : Packing::none;
}

/// What an object unpacks to, where it is at hand.
std::optional<std::string> small_object(const State& state, const s3::ObjectVersion& object, Packing packing) {
  if (object.part_count > 0 || !object.pieces.empty() || object.size > kPackedBytesMax) return std::nullopt;
  std::string body = state.s3().body(object.id);
  if (packing == Packing::none) return body;
  auto unpacked =
      packing == Packing::gzip ? decode_content(ContentCoding::gzip, body, kUnpackedBytesMax) : decode_zstd(body, kUnpackedBytesMax);
  if (!unpacked) return std::nullopt;
  return std::move(*unpacked);
}

class Importer {
 public:
  Importer(const State& state, const Table& table, const Transfer& transfer)
      : state_(state), table_(table), advanced_{.transfer = transfer.number} {}

  /// Takes records off `text` until the slice is full. The first one that is no item ends its object: what stands behind it is not read.
  void read(dynamodb::ImportFormat& format, std::string_view& text, size_t limit) {
    size_t before = text.size();
    while (units(before - text.size()) < limit) {
      auto record = format.take(text);
      if (!record) break;
      ++read_;
      bytes_ = before - text.size();
      if (import(*record)) continue;
      ++advanced_.errors;
      text = {};
      break;
    }
    advanced_.bytes += static_cast<int64_t>(bytes_);
  }

  jobs::Slice slice(jobs::Slice::Then then) {
    advanced_.read_items = static_cast<int64_t>(read_);
    jobs::Slice slice{.done = std::max<int64_t>(static_cast<int64_t>(units(bytes_)), 1), .then = then};
    for (dynamodb::ItemPut& put : puts_) slice.events.emplace_back(std::move(put));
    slice.events.push_back(std::move(advanced_));
    return slice;
  }

 private:
  size_t units(size_t bytes) const { return read_ + bytes / Room::kUnitBytes; }

  bool import(const std::string& record) {
    auto document = json::Document::parse(record);
    if (!document || !document->root().is_object()) return false;
    json::Value sent = document->root();
    dynamodb::ItemPut put{.table = table_.id};
    auto size = dynamodb::append_canonical_item(put.item.text, sent);
    if (!size || *size > dynamodb::kItemBytesMax) return false;
    dynamodb::Attributes attributes(sent);
    auto key = dynamodb::key_of_item(table_.description, attributes);
    if (!key || !dynamodb::check_index_keys(table_.description, attributes, nullptr, dynamodb::WrittenBy::put)) return false;
    put.size = static_cast<uint32_t>(*size);
    put.key.bytes = std::move(*key);
    put.indexes = dynamodb::index_keys(table_.description, attributes, *size);
    ++advanced_.items;
    add(std::move(put));
    return true;
  }

  /// Of items with the same key the last one counts.
  void add(dynamodb::ItemPut put) {
    auto [known, is_new] = by_key_.try_emplace(put.key.bytes, puts_.size());
    if (is_new) {
      put.old_size = state_.dynamodb().item_size(table_.id, put.key.bytes);
      puts_.push_back(std::move(put));
      return;
    }
    put.old_size = puts_[known->second].old_size;
    puts_[known->second] = std::move(put);
  }

  const State& state_;
  const Table& table_;
  dynamodb::TransferAdvanced advanced_;
  size_t read_ = 0, bytes_ = 0;
  std::vector<dynamodb::ItemPut> puts_;
  std::map<std::string, size_t> by_key_;
};

/// The table of an import that failed goes.
jobs::Slice give_up(const Transfer& transfer, const Table& table, std::string_view code, std::string_view message, TimeMs now) {
  jobs::Slice slice = failed_transfer(transfer, code, message, now);
  slice.events.push_back(dynamodb::TableDeleted{.table = table.id, .name = table.description.name, .by_job = true});
  slice.events.push_back(dynamodb::start_job(jobs::kDropTable, table, 0, now));
  return slice;
}

/// An import that left something out has failed, but its table stays, with all that could be imported.
jobs::Slice complete(const Transfer& transfer, const Table& table, TimeMs now) {
  constexpr std::string_view kLeftOut = "Some of the items failed validation checks. Please check CloudWatch error logs for more details.";
  jobs::Slice slice{.then = jobs::Slice::Then::completed};
  if (transfer.errors > 0) slice = failed_transfer(transfer, "ItemValidationError", kLeftOut, now);
  else slice.events.push_back(dynamodb::TransferEnded{.transfer = transfer.number, .status = "COMPLETED", .ended_at = now});
  slice.events.push_back(dynamodb::TableFilled{.table = table.id});
  return slice;
}

}  // namespace

jobs::Slice import_slice(const State& state, const jobs::Job& job, const Moment& moment, size_t limit, const Brought* brought) {
  auto transfer = state.dynamodb().backups().transfer(job.part);
  const Table* table = state.dynamodb().find_table(job.subject.id);
  auto document = transfer ? json::Document::parse(transfer->facts.request.text) : json::Document::parse("{}");
  if (!transfer || !table || table->deleting || !document) return jobs::cancelled();
  json::Value request = document->root();
  std::string_view bucket_name = request["S3BucketSource"]["S3Bucket"].string();
  const s3::Bucket* bucket = state.s3().find_bucket(bucket_name);
  if (!bucket) return give_up(*transfer, *table, "S3NoSuchBucket", "The specified bucket does not exist", moment.now);

  Place place = Place::of(job.cursor);
  std::string_view prefix = request["S3BucketSource"]["S3KeyPrefix"].string();
  std::string key = next_object(state, *bucket, prefix, place.key);
  if (key != place.key) place = {key, 0};
  if (key.empty()) return complete(*transfer, *table, moment.now);

  auto object = state.s3().current(bucket->id, key);
  if (!object) return jobs::cancelled();
  std::string owner = s3::object_name(bucket_name, key);
  Packing packing = packing_of(request);
  auto small = small_object(state, *object, packing);
  if (!small && (!brought || brought->owner != owner)) {
    return {.errand = Errand{
                Errand::Bytes{.content = s3::extents_of(state.s3(), *object, s3::whole(*object)), .owner = owner, .packing = packing}}};
  }
  if (!small && !brought->bytes) {
    return give_up(*transfer, *table, "ItemValidationError", concat("The object ", owner, " cannot be read: ", brought->failure),
                   moment.now);
  }
  const std::string& bytes = small ? *small : *brought->bytes;
  dynamodb::ImportFormat format(request, table->description);
  std::string_view text = bytes;
  format.read_header(text);
  size_t header = bytes.size() - text.size();
  text = std::string_view(bytes).substr(std::min(std::max(place.offset, header), bytes.size()));
  Importer importer(state, *table, *transfer);
  importer.read(format, text, limit);
  place.offset = bytes.size() - text.size();
  // Behind the object, in the order of names.
  if (text.empty()) place = {key + '\0', 0};
  jobs::Slice slice = importer.slice(jobs::Slice::Then::go_on);
  slice.cursor = place.cursor();
  return slice;
}

}  // namespace cloudemu::transfers
