#include "services/dynamodb/expiry.h"

#include <algorithm>

#include "core/bytes.h"
#include "core/strings.h"
#include "services/dynamodb/number.h"

namespace cloudemu::dynamodb {

namespace {

constexpr TimeMs kOldestMs = 5 * 365 * kDayMs;
constexpr int64_t kSecondsMax = 32'503'680'000;  // in the year 3000, as far as the clock goes
constexpr size_t kTimeBytes = 8;

}  // namespace

std::optional<TimeMs> expiry_of(const TableDescription& table, const Attributes& item, TimeMs now) {
  if (table.ttl_index == 0) return std::nullopt;
  auto value = item.find(table.ttl_attribute);
  if (!value || value->type != Type::number) return std::nullopt;
  std::string text = Number::of_ordered_bytes(value->bytes).text();
  auto seconds = parse_integer<int64_t>(std::string_view(text).substr(0, text.find('.')));
  if (!seconds || *seconds <= 0 || *seconds > kSecondsMax) return std::nullopt;
  TimeMs at = *seconds * 1000;
  if (at < now - kOldestMs) return std::nullopt;
  // What is over when it is written goes now: a stream tells that it went after it tells that it came.
  return std::max(at, now);
}

std::string expiry_bound(TimeMs at) {
  std::string bytes;
  put_be(bytes, static_cast<uint64_t>(at));
  return bytes;
}

IndexKey expiry_entry(const TableDescription& table, TimeMs at, std::string_view item_key) {
  return {.index = table.ttl_index, .key = {concat(expiry_bound(at), item_key)}, .size = 0};
}

TimeMs expiry_in(std::string_view entry_key) { return static_cast<TimeMs>(from_be<uint64_t>(entry_key.substr(0, kTimeBytes))); }

std::string_view item_key_in(std::string_view entry_key) { return entry_key.substr(kTimeBytes); }

void note_expiry(const TableDescription& table, const Attributes& item, TimeMs now, ItemPut& event) {
  auto at = expiry_of(table, item, now);
  if (!at) return;
  event.expires_at = *at;
  event.indexes.push_back(expiry_entry(table, *at, event.key.bytes));
}

}  // namespace cloudemu::dynamodb
