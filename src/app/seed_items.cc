#include "app/seed_items.h"

#include <filesystem>

#include "core/json_writer.h"
#include "core/strings.h"
#include "log/file.h"
#include "protocol/content_coding.h"
#include "protocol/json.h"

namespace cloudemu {

namespace {

using Requests = std::vector<SeedRequest>;

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
constexpr size_t kItemsPerBatch = 25;
/// Of a packed file, unpacked.
constexpr size_t kUnpackedBytesMax = 1 << 30;
/// What DescribeTable says and CreateTable takes. Capacities are settings of a bill.
constexpr std::string_view kOfTable[] = {"TableName", "AttributeDefinitions", "KeySchema"};
constexpr std::string_view kOfIndex[] = {"IndexName", "KeySchema", "Projection"};

template <size_t count>
void copy_members(JsonWriter& json, json::Value from, const std::string_view (&names)[count]) {
  for (std::string_view name : names) {
    if (json::Value member = from[name]) json.key(name).raw(member.text());
  }
}

std::string create_table(json::Value table) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  copy_members(json, table, kOfTable);
  for (std::string_view indexes : {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"}) {
    if (table[indexes].size() == 0) continue;
    json.key(indexes).begin_array();
    for (json::Value index : table[indexes].elements()) {
      json.begin_object();
      copy_members(json, index, kOfIndex);
      json.end_object();
    }
    json.end_array();
  }
  json::Value stream = table["StreamSpecification"];
  if (stream["StreamEnabled"].boolean()) json.key("StreamSpecification").raw(stream.text());
  json.field("BillingMode", "PAY_PER_REQUEST").end_object();
  return out;
}

/// Items of one table, as many to a request as it takes.
class Batches {
 public:
  explicit Batches(const std::string& table) : table_(table) {}
  void add(std::string_view item) {
    append(puts_, puts_.empty() ? "" : ",", "{\"PutRequest\":{\"Item\":", item, "}}");
    if (++count_ == kItemsPerBatch) flush();
  }
  Requests take() {
    flush();
    return std::move(made_);
  }

 private:
  void flush() {
    if (count_ == 0) return;
    std::string body;
    JsonWriter json(body);
    json.begin_object().key("RequestItems").begin_object().key(table_).raw(concat('[', puts_, ']')).end_object().end_object();
    made_.push_back({"BatchWriteItem", std::move(body)});
    puts_.clear();
    count_ = 0;
  }

  const std::string table_;
  std::string puts_;
  size_t count_ = 0;
  Requests made_;
};

/// The definitions that a document has: of itself as the input of CreateTable, or as what is said of a table.
std::vector<json::Value> definitions_of(json::Value root) {
  std::vector<json::Value> found;
  for (json::Value value : {root, root["Table"], root["TableDescription"]}) {
    if (value["KeySchema"].is_array() && value["TableName"].is_string()) found.push_back(value);
  }
  return found;
}

/// {"orders": [{"PutRequest": ...}, ...]}, by the dozen.
Requests batches_of(json::Value by_table) {
  Requests made;
  for (const auto& member : by_table.members()) {
    Batches batches{std::string(member.name)};
    for (json::Value request : member.value.elements()) {
      if (json::Value item = request["PutRequest"]["Item"]) batches.add(item.text());
    }
    for (SeedRequest& request : batches.take()) made.push_back(std::move(request));
  }
  return made;
}

/// Lines {"Item": {...}}, as exports to S3 have them.
Result<Requests> items_in_lines(std::string_view text, const std::string& table) {
  Batches batches(table);
  size_t number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    if (trim(line).empty()) continue;
    auto document = json::Document::parse(line);
    if (!document) return fail(Errc::bad_input, concat("line ", number, ": ", document.error().context));
    json::Value item = document->root()["Item"];
    if (!item.is_object()) return fail(Errc::bad_input, concat("line ", number, " is not {\"Item\": {...}}"));
    batches.add(item.text());
  }
  return batches.take();
}

Result<std::string> read_text(const std::string& file) {
  log::PosixFileSystem files;
  std::string text = TRY(log::read_file(files, file));
  if (!file.ends_with(".gz")) return text;
  auto unpacked = decode_content(ContentCoding::gzip, text, kUnpackedBytesMax);
  if (!unpacked)
    return fail(Errc::bad_input, unpacked.error() == CodingFlaw::broken ? "it is no gzip" : "it is more than 1 GiB when unpacked");
  return std::move(*unpacked);
}

/// "orders" of "seeds/orders.items.json".
std::string table_of(const std::string& file) {
  std::string name = std::filesystem::path(file).filename().string();
  return name.substr(0, name.find('.'));
}

/// What `read` makes of a file's text; errors name the file.
template <class Read>
Result<Requests> read_file(const std::string& file, const Read& read) {
  auto text = read_text(file);
  auto made = text ? read(*text) : Result<Requests>(fail(text.error()));
  if (!made) return fail(made.error().code, concat(file, ": ", made.error().context));
  return made;
}

}  // namespace

Result<std::vector<SeedRequest>> definitions_in(std::string_view text) {
  Requests made;
  auto document = json::Document::parse(text);
  if (!document) return made;  // lines, or nothing good: read_items() says so
  for (json::Value table : definitions_of(document->root())) made.push_back({"CreateTable", create_table(table)});
  return made;
}

Result<std::vector<SeedRequest>> items_in(std::string_view text, const std::string& table) {
  auto document = json::Document::parse(text);
  if (!document) {
    size_t first_line = text.find('\n');
    bool may_be_lines = json::Document::parse(text.substr(0, first_line)).has_value();
    return may_be_lines ? items_in_lines(text, table) : fail(document.error());
  }
  json::Value root = document->root();
  Batches batches(table);
  if (json::Value one = root["Item"]; one.is_object()) batches.add(one.text());
  for (json::Value item : root["Items"].elements()) batches.add(item.text());
  if (root["Item"].is_object() || root["Items"].is_array()) return batches.take();
  json::Value by_table = root["RequestItems"].is_object() ? root["RequestItems"] : root;
  Requests made = batches_of(by_table);
  if (made.empty() && definitions_of(root).empty())
    return fail(Errc::bad_input, "it holds neither a table's definition nor items: see docs/seeding.md");
  return made;
}

Result<std::vector<SeedRequest>> read_definitions(const std::string& file) { return read_file(file, definitions_in); }

Result<std::vector<SeedRequest>> read_items(const std::string& file) {
  return read_file(file, [&](std::string_view text) { return items_in(text, table_of(file)); });
}

}  // namespace cloudemu
