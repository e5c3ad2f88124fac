// cloudemu-log cat: the bytes of an object, at any point of its history; an item; the body of a message.
#include <algorithm>

#include "commands.h"
#include "core/strings.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "item_key.h"
#include "log/blob_store.h"
#include "output.h"
#include "places.h"
#include "selection.h"

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
    auto opened = blobs_.open(piece.blob);
    // The log says that it is there: that it is not is damage.
    if (!opened) return fail(opened.error().code == Errc::not_found ? Errc::corrupt : opened.error().code, opened.error().context);
    auto blob = std::move(*opened);
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

/// The account and the region that were asked for; empty: any.
Place narrowed(const CatOptions& o) { return {o.account, o.region}; }

/// The version that is asked for, or the current one. Error: Errc::not_found, in words that say why it is not there.
Result<s3::ObjectVersion> find_object(State& state, const Selection& wanted, const CatOptions& o) {
  const s3::Bucket* bucket = TRY(find_bucket(state, wanted, narrowed(o)));
  std::string when = concat(" at event ", state.applied());
  auto object = o.version.empty() ? state.s3().current(bucket->id, wanted.part) : state.s3().version(bucket->id, wanted.part, o.version);
  if (!object && !o.version.empty()) return fail(Errc::not_found, concat("there was no version ", o.version, " of ", wanted.part, when));
  if (!object) return fail(Errc::not_found, concat("there was no object ", wanted.part, " in ", wanted.name, when));
  if (object->marker) return fail(Errc::not_found, concat(wanted.part, " was hidden by a delete marker", when));
  return std::move(*object);
}

Result<void> print_object(Context& context, State& state, const Selection& wanted, const CatOptions& o) {
  s3::ObjectVersion object = TRY(find_object(state, wanted, o));
  Printer printer(context);
  if (object.part_count > 0) {
    for (const s3::ObjectPart& part : state.s3().object_parts(object.id, 0, static_cast<size_t>(object.part_count))) {
      TRY(printer.print_all(part.part.content));
    }
    return {};
  }
  if (object.pieces.empty()) print(state.s3().body(object.id));
  return printer.print_all(object.pieces);
}

/// As one line of JSON: all items of a partition where only that is named.
Result<void> print_items(State& state, const Selection& wanted, const CatOptions& o) {
  const dynamodb::Table* table = TRY(find_table(state, wanted, narrowed(o)));
  const dynamodb::TableDescription& description = table->description;
  std::string range_name = description.range ? description.range->name : "";
  size_t found = 0;
  state.dynamodb().walk(table->id, std::nullopt, {}, dynamodb::DynamoDbReadModel::Load::items,
                        [&](const dynamodb::DynamoDbReadModel::Visit& visit) {
                          if (!is_item_name(wanted.part, key_of_item(visit.json, description.hash.name, range_name))) return true;
                          ++found;
                          print(concat(visit.json, "\n"));
                          return true;
                        });
  if (found > 0) return {};
  return fail(Errc::not_found, concat("there was no item ", wanted.part, " in ", wanted.name, " at event ", state.applied()));
}

/// The body, as it was sent.
Result<void> print_message(State& state, const Selection& wanted, const CatOptions& o) {
  const sqs::Queue* queue = TRY(find_queue(state, wanted, narrowed(o)));
  bool found = false;
  state.sqs().visit_messages(queue->id, [&](const sqs::Message& message) {
    found = message.message_id == wanted.part;
    if (found) print(message.body);
    return !found;
  });
  if (found) return {};
  return fail(Errc::not_found, concat("there was no message ", wanted.part, " in ", wanted.name, " at event ", state.applied()));
}

Result<void> print_thing(Context& context, const CatOptions& options) {
  Selection wanted = TRY(parse_address(options.address));
  if (wanted.part.empty()) {
    return fail(Errc::bad_input,
                concat(options.address, " names a ", kind_name(wanted.kind), ", and nothing in it: write ", form_of(wanted.kind)));
  }
  if (!options.version.empty() && wanted.kind != Selection::Kind::bucket) {
    return fail(Errc::bad_input, concat("--version-id is for objects, and ", options.address, " is none"));
  }
  auto sequence = TRY(history::resolve(context.files, history::log_directory(context.data_dir), options.at, context.now));
  auto state = TRY(history::open_past(context.files, context.data_dir, sequence));
  if (wanted.kind == Selection::Kind::table) return print_items(*state, wanted, options);
  if (wanted.kind == Selection::Kind::queue) return print_message(*state, wanted, options);
  return print_object(context, *state, wanted, options);
}

}  // namespace

int run_cat(Context& context, const CatOptions& options) {
  auto printed = print_thing(context, options);
  return printed ? kOk : report(printed.error());
}

}  // namespace cloudemu::tool
