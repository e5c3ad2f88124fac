#include "services/dynamodb/page.h"

#include <algorithm>

#include "core/strings.h"
#include "services/dynamodb/arn.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/expression/legacy.h"
#include "services/dynamodb/expression/projection.h"
#include "services/dynamodb/item_write.h"
#include "services/dynamodb/key_item.h"

namespace cloudemu::dynamodb {

namespace {

/// Top-level attributes that a request looks at and its index does not hold, each once.
class Lacking {
 public:
  explicit Lacking(const Stretch& stretch) : stretch_(stretch) {}

  void look_for(const expression::Path& path) {
    const std::string& name = path.attribute();
    if (projects(stretch_.table->description, *stretch_.index, name)) return;
    if (std::find(names_.begin(), names_.end(), name) == names_.end()) names_.push_back(name);
  }
  bool any() const { return !names_.empty(); }
  std::string listed() const { return concat('[', join(names_, ", "), ']'); }

 private:
  const Stretch& stretch_;
  std::vector<std::string> names_;
};

/// A local index fetches from the table what it does not hold; a global one cannot.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html
AwsResult<void> check_projection(const PageRequest& request, Stretch& stretch) {
  const IndexDescription& index = *stretch.index;
  Lacking wanted(stretch), filtered(stretch);
  if (request.wanted) {
    for (const expression::Path& path : *request.wanted) wanted.look_for(path);
  }
  if (request.filter) expression::for_each_path(*request.filter, [&](const expression::Path& path) { filtered.look_for(path); });
  bool needs_all = request.all_attributes && index.projection != "ALL";
  if (!index.global) {
    stretch.whole_items = needs_all || wanted.any() || filtered.any();
    return {};
  }
  if (needs_all) {
    return fail(invalid_values(concat("Select type ALL_ATTRIBUTES is not supported for global secondary index ", index.name,
                                      " because its projection type is not ALL")));
  }
  if (wanted.any()) {
    return fail(invalid_values(concat("Global secondary index ", index.name, " does not project ", wanted.listed())));
  }
  if (filtered.any()) {
    return fail(
        invalid_values(concat("Secondary index ", index.name, " does not project one or more filter attributes: ", filtered.listed())));
  }
  return {};
}

/// What an index shows of an item.
Item projected(const Stretch& stretch, Item item) {
  std::erase_if(item, [&](const Attribute& attribute) { return !projects(stretch.table->description, *stretch.index, attribute.name); });
  return item;
}

/// What a page needs of an item beyond what stands in its key.
DynamoDbReadModel::Load needed(const Stretch& stretch, const PageRequest& request) {
  using Load = DynamoDbReadModel::Load;
  if (stretch.whole_items) return Load::items;
  if (request.count_only && !request.filter) return Load::keys;
  return stretch.index && stretch.index->projection == "KEYS_ONLY" ? Load::keys : Load::items;
}

class PageReader {
 public:
  PageReader(const Stretch& stretch, const PageRequest& request, DynamoDbReadModel::Load load)
      : stretch_(stretch),
        request_(request),
        load_(load),
        restricted_(stretch.index && stretch.index->projection != "ALL" && !request.all_attributes) {
    if (request.wanted) wanted_ = expression::Projection(*request.wanted);
  }

  /// False: the page is full.
  bool take(const DynamoDbReadModel::Visit& visit) {
    ++page_.scanned;
    page_.bytes += visit.size;
    if (stretch_.whole_items) page_.fetched += read_cost(visit.item_size, request_.consistency);
    take_item(visit);
    bool full = page_.bytes >= kPageBytesMax || page_.scanned >= kPageItemsMax || parsed_bytes_ >= kPageParsedBytesMax ||
                effort_ >= kPageEffortMax || (request_.limit && page_.scanned >= *request_.limit);
    if (full) append_item(page_.last_key, item_of_key(stretch_.table->description, stretch_.index, visit.key, KeyOrder::index_first));
    return !full;
  }

  Page finish() { return std::move(page_); }

 private:
  void take_item(const DynamoDbReadModel::Visit& visit) {
    bool only_keys = load_ == DynamoDbReadModel::Load::keys;
    bool as_it_is = !request_.filter && !request_.wanted && !restricted_;
    if (as_it_is || (only_keys && request_.count_only && !request_.filter)) return add(visit.json);
    Item item =
        only_keys ? item_of_key(stretch_.table->description, stretch_.index, visit.key, KeyOrder::table_first) : read_item(visit.json);
    parsed_bytes_ += visit.json.size();
    effort_ += count_values(visit.json) + (request_.wanted ? request_.wanted->size() : 0);
    if (!request_.filter || expression::holds(*request_.filter, item, effort_)) add(item, visit.json);
  }

  void add(std::string_view json) {
    ++page_.count;
    if (request_.count_only) return;
    if (!page_.items.empty()) page_.items.push_back(',');
    page_.items.append(json);
  }

  void add(const Item& item, std::string_view json) {
    if (request_.count_only || (!request_.wanted && !restricted_)) return add(json);
    std::string out;
    append_item(out, request_.flat && request_.wanted ? expression::flat_projection(*request_.wanted, item)
                     : request_.wanted                ? wanted_.apply(item)
                                                      : projected(stretch_, item));
    add(out);
  }

  const Stretch& stretch_;
  const PageRequest& request_;
  DynamoDbReadModel::Load load_;
  bool restricted_;  // the index shows only part of each item
  expression::Projection wanted_;
  Page page_;
  size_t parsed_bytes_ = 0;
  size_t effort_ = 0;
};

/// Flaws of a starting key that AWS tells as they are: those of numbers, and what a set may not hold.
bool is_told_bare(std::string_view flaw) {
  constexpr std::string_view kBare[] = {"contains duplicates", "number set", "numeric value", "significant digits",
                                        "number with magnitude"};
  return std::any_of(std::begin(kBare), std::end(kBare), [&](std::string_view part) { return flaw.find(part) != std::string_view::npos; });
}

/// Select, which says in one word what the other parameters have to agree with.
AwsResult<void> read_select(json::Value input, PageRequest& request) {
  std::string_view select = input["Select"].string();
  bool to_get = input["AttributesToGet"].is_array(), projection = input["ProjectionExpression"].is_string();
  if (select == "SPECIFIC_ATTRIBUTES" && !to_get && !projection) {
    return fail(validation("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"));
  }
  if (!select.empty() && select != "SPECIFIC_ATTRIBUTES" && (to_get || projection)) {
    return fail(validation(concat("Cannot specify the ", to_get ? "AttributesToGet" : "ProjectionExpression", " when choosing to get ",
                                  select == "COUNT" ? "only the Count" : select)));
  }
  if (select == "ALL_PROJECTED_ATTRIBUTES" && request.index.empty()) {
    return fail(validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"));
  }
  request.count_only = select == "COUNT";
  request.all_attributes = select == "ALL_ATTRIBUTES";
  return {};
}

}  // namespace

AwsResult<PageRequest> read_page_request(json::Value input, std::string_view legacy_filter, expression::Placeholders& placeholders) {
  PageRequest request{.table = input["TableName"].string(), .index = input["IndexName"].string()};
  if (input["Limit"].is_number()) request.limit = input["Limit"].integer();
  request.detail = capacity_detail(input);
  request.consistency = is_true(input["ConsistentRead"]) ? Consistency::strong : Consistency::eventual;
  if (input["ExclusiveStartKey"].is_object()) {
    std::string scratch;
    auto valid = append_canonical_item(scratch, input["ExclusiveStartKey"]);
    if (!valid && is_told_bare(valid.error().message)) return fail(std::move(valid.error()));
    if (!valid) return fail(validation(concat("The provided starting key is invalid: ", valid.error().message)));
  }
  json::Value legacy = input[legacy_filter];
  if (legacy.is_object() || input["ConditionalOperator"].is_string()) {
    request.filter = TRY(expression::read_filter(legacy, input["ConditionalOperator"]));
  }
  request.wanted = TRY(read_attributes_to_get(input["AttributesToGet"]));
  auto selected = read_select(input, request);
  bool is_query = legacy_filter == "QueryFilter";
  if (!selected) return fail(is_query ? as_list_of_one(std::move(selected.error())) : std::move(selected.error()));
  placeholders = TRY(expression::Placeholders::read(input["ExpressionAttributeNames"], input["ExpressionAttributeValues"]));
  if (json::Value text = input["FilterExpression"]; text.is_string()) {
    request.filter = TRY(expression::parse_condition("FilterExpression", text.string(), placeholders));
  }
  if (!request.wanted) request.wanted = TRY(read_projection(input["ProjectionExpression"], placeholders));
  return request;
}

AwsResult<Stretch> find_stretch(const DynamoDbReadModel& state, const Call& call, const PageRequest& request) {
  Stretch stretch{.table = TRY(require_table(state, call, request.table))};
  if (request.index.empty()) return stretch;
  const std::vector<IndexDescription>& indexes = stretch.table->description.indexes;
  auto found = std::find_if(indexes.begin(), indexes.end(), [&](const IndexDescription& i) { return i.name == request.index; });
  if (found == indexes.end()) {
    return fail(validation(concat("The table does not have the specified index: ", request.index)));
  }
  if (found->filling) return fail(validation(concat("Cannot read from backfilling global secondary index: ", found->name)));
  stretch.index = &*found;
  if (found->global && request.consistency == Consistency::strong) {
    return fail(validation("Consistent reads are not supported on global secondary indexes"));
  }
  TRY(check_projection(request, stretch));
  return stretch;
}

AwsResult<void> check_key_paths(const TableDescription& table, const PageRequest& request) {
  if (request.wanted) TRY(check_key_paths(table, *request.wanted));
  return request.filter ? check_key_paths(table, *request.filter) : AwsResult<void>();
}

std::optional<std::string> start_key(const Stretch& stretch, json::Value key) {
  const TableDescription& table = stretch.table->description;
  if (!stretch.index) {
    auto ordered = key_of_request(table, key);
    return ordered ? std::optional(std::move(*ordered)) : std::nullopt;
  }
  auto item = canonical_item(key);
  if (!item) return std::nullopt;
  KeySchema schema = schema_of(table), index = schema_of(*stretch.index);
  bool only_keys = std::all_of(item->begin(), item->end(),
                               [&](const Attribute& attribute) { return schema.find(attribute.name) || index.find(attribute.name); });
  if (!only_keys) return std::nullopt;
  return index_key(table, *stretch.index, Attributes(*item));
}

Page read_page(const DynamoDbReadModel& state, const Stretch& stretch, const PageRequest& request) {
  DynamoDbReadModel::Load load = needed(stretch, request);
  PageReader reader(stretch, request, load);
  std::optional<int64_t> index = stretch.index ? std::optional(stretch.index->number) : std::nullopt;
  state.walk(stretch.table->id, index, stretch.range, load, [&](const DynamoDbReadModel::Visit& visit) { return reader.take(visit); });
  return reader.finish();
}

Consumed cost_of(const Stretch& stretch, const PageRequest& request, const Page& page, HalfUnits least_cost) {
  HalfUnits cost = std::max(read_cost(page.bytes, request.consistency), least_cost);
  Consumed consumed{.table = page.fetched};
  if (stretch.index) consumed.indexes[stretch.index->number] = cost;
  else consumed.table += cost;
  return consumed;
}

http::Response page_response(const Stretch& stretch, const PageRequest& request, const Page& page, HalfUnits least_cost) {
  http::Response response;
  response.body.reserve(page.items.size() + 128);
  JsonWriter json(response.body);
  json.begin_object().field("Count", page.count);
  if (!request.count_only) json.key("Items").begin_array().raw(page.items).end_array();
  json.field("ScannedCount", page.scanned);
  if (!page.last_key.empty()) json.raw_field("LastEvaluatedKey", page.last_key);
  if (request.detail != CapacityDetail::none) {
    json.key("ConsumedCapacity");
    write_consumed(json, {stretch.table, request.table}, request.detail, cost_of(stretch, request, page, least_cost));
  }
  json.end_object();
  return response;
}

}  // namespace cloudemu::dynamodb
