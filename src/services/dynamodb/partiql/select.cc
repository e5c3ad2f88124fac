#include "services/dynamodb/partiql/select.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "services/dynamodb/partiql/plan.h"

namespace cloudemu::dynamodb::partiql {

namespace {

/// Where a page begins: in which of a query's ranges, and behind which key.
struct Start {
  size_t range = 0;
  std::string after = {};  ///< ordering key; empty: from the range's beginning
};

AwsError bad_token() { return validation("The NextToken is not valid for this statement"); }

AwsResult<Start> read_token(const SelectOptions& options, const Stretch& stretch, size_t ranges) {
  if (options.next_token.empty()) return Start{};
  auto text = unbase64(options.next_token);
  if (!text) return fail(bad_token());
  auto document = json::Document::parse(*text);
  if (!document) return fail(bad_token());
  json::Value token = document->root();
  int64_t range = token["range"].integer();
  if (token["of"].string() != options.fingerprint || range < 0 || range >= static_cast<int64_t>(ranges)) return fail(bad_token());
  Start start{.range = static_cast<size_t>(range)};
  if (!token["after"].is_object()) return start;
  auto key = start_key(stretch, token["after"]);
  if (!key) return fail(bad_token());
  start.after = std::move(*key);
  return start;
}

std::string write_token(const SelectOptions& options, size_t range, std::string_view after) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().field("of", options.fingerprint).field("range", static_cast<int64_t>(range));
  if (!after.empty()) json.raw_field("after", after);
  json.end_object();
  return base64(text);
}

AwsResult<void> set_range(Stretch& stretch, const ReadPlan& plan, size_t number, const std::string& after) {
  stretch.range = {.forward = plan.forward};
  if (!plan.scans) {
    stretch.range.from = plan.ranges[number].from;
    stretch.range.to = plan.ranges[number].to;
  }
  if (after.empty()) return {};
  bool is_outside = after < stretch.range.from || (!stretch.range.to.empty() && after >= stretch.range.to);
  if (is_outside) return fail(bad_token());
  if (plan.forward) stretch.range.from = after + '\0';
  else stretch.range.to = after;
  return {};
}

void add(Page& sum, Page page) {
  if (!sum.items.empty() && !page.items.empty()) sum.items.push_back(',');
  sum.items.append(page.items);
  sum.count += page.count;
  sum.scanned += page.scanned;
  sum.bytes += page.bytes;
  sum.fetched += page.fetched;
  sum.last_key = std::move(page.last_key);
}

bool is_full(const Page& page, const SelectOptions& options) {
  return page.bytes >= kPageBytesMax || page.scanned >= kPageItemsMax || (options.limit && page.scanned >= *options.limit);
}

}  // namespace

AwsResult<Selected> select(const DynamoDbReadModel& state, const Call& call, const Statement& statement, const SelectOptions& options) {
  PageRequest request{.table = statement.table, .index = statement.index, .limit = options.limit};
  request.consistency = options.consistency;
  request.wanted = statement.wanted;
  request.flat = true;
  request.filter = statement.where;
  Stretch stretch = TRY(find_stretch(state, call, request));
  ReadPlan plan = TRY(plan_read(stretch.schema(), statement));
  request.filter = plan.filter;
  bool is_item = !stretch.index && plan.is_single();
  if (options.must_be_single && !is_item) {
    return fail(validation(concat("Select statements within ", call.operation, " must specify the primary key in the where clause.")));
  }

  size_t ranges = plan.scans ? 1 : plan.ranges.size();
  Start start = TRY(read_token(options, stretch, ranges));
  Selected selected{.table = stretch.table};
  Page& page = selected.page;
  size_t range = start.range;
  for (; range < ranges && !is_full(page, options) && page.last_key.empty(); ++range) {
    TRY(set_range(stretch, plan, range, range == start.range ? start.after : std::string()));
    if (options.limit) request.limit = *options.limit - page.scanned;
    add(page, read_page(state, stretch, request));
  }
  // A range of a single item has no further page.
  if (!stretch.index && !plan.scans && plan.ranges[range - 1].single_item) page.last_key.clear();
  if (!page.last_key.empty()) selected.next_token = write_token(options, range - 1, page.last_key);
  else if (range < ranges) selected.next_token = write_token(options, range, {});
  selected.consumed = cost_of(stretch, request, page, 1);
  return selected;
}

}  // namespace cloudemu::dynamodb::partiql
