// cloudemu-log cat: the bytes of an object, at any point of its history.
#include <algorithm>

#include "commands.h"
#include "core/strings.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "log/blob_store.h"
#include "object_name.h"
#include "output.h"

namespace cloudemu::tool {

namespace {

class Printer {
 public:
  explicit Printer(Context& context)
      : blobs_(context.files, history::blob_directory(context.data_dir), log::BlobStore::Durability::synced) {}

  Result<void> print_all(const std::vector<s3::Piece>& pieces) {
    for (const s3::Piece& piece : pieces) {
      if (piece.blob.empty()) print(piece.bytes.bytes);
      else TRY(print_blob(piece));
    }
    return {};
  }

 private:
  Result<void> print_blob(const s3::Piece& piece) {
    auto blob = TRY(blobs_.open(piece.blob));
    for (uint64_t done = 0; done < piece.size;) {
      size_t wanted = static_cast<size_t>(std::min<uint64_t>(buffer_.size(), piece.size - done));
      auto read = blob->read(piece.offset + done, std::span(buffer_).first(wanted));
      if (!read) return fail(read.error().code, concat("blob ", piece.blob, ": ", read.error().context));
      print(std::string_view(buffer_.data(), wanted));
      done += wanted;
    }
    return {};
  }

  log::BlobStore blobs_;
  std::vector<char> buffer_ = std::vector<char>(256 * 1024);
};

/// The version that is asked for, or the current one. Error: Errc::not_found, in words that say why it is not there.
Result<s3::ObjectVersion> find_object(State& state, const ObjectName& name, const std::string& version) {
  const s3::Bucket* bucket = state.s3().find_bucket(name.bucket);
  std::string when = concat(" at event ", state.applied());
  if (!bucket) return fail(Errc::not_found, concat("there was no bucket ", name.bucket, when));
  auto object = version.empty() ? state.s3().current(bucket->id, name.key) : state.s3().version(bucket->id, name.key, version);
  if (!object && !version.empty()) return fail(Errc::not_found, concat("there was no version ", version, " of ", name.key, when));
  if (!object) return fail(Errc::not_found, concat("there was no object ", name.key, " in ", name.bucket, when));
  if (object->marker) return fail(Errc::not_found, concat(name.key, " was hidden by a delete marker", when));
  return std::move(*object);
}

Result<void> print_object(Context& context, const CatOptions& options) {
  ObjectName name = TRY(parse_object_name(options.object));
  if (name.key.empty()) return fail(Errc::bad_input, concat(options.object, " names no object: write s3://BUCKET/KEY"));
  auto sequence = TRY(history::resolve(context.files, history::log_directory(context.data_dir), options.at, context.now));
  auto state = TRY(history::open_past(context.files, context.data_dir, sequence));
  s3::ObjectVersion object = TRY(find_object(*state, name, options.version));
  Printer printer(context);
  if (object.part_count > 0) {
    for (const s3::ObjectPart& part : state->s3().object_parts(object.id, 0, static_cast<size_t>(object.part_count))) {
      TRY(printer.print_all(part.part.content));
    }
    return {};
  }
  if (object.pieces.empty()) print(state->s3().body(object.id));
  return printer.print_all(object.pieces);
}

}  // namespace

int run_cat(Context& context, const CatOptions& options) {
  auto printed = print_object(context, options);
  return printed ? kOk : report(printed.error());
}

}  // namespace cloudemu::tool
