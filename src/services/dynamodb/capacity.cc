#include "services/dynamodb/capacity.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu::dynamodb {

namespace {

constexpr size_t kReadUnitBytes = 4096, kWriteUnitBytes = 1024;

uint64_t units(size_t bytes, size_t unit) { return std::max<uint64_t>(1, (bytes + unit - 1) / unit); }

std::string shown(HalfUnits halves) { return concat(halves / 2, halves % 2 == 0 ? ".0" : ".5"); }

void write_units(JsonWriter& json, HalfUnits halves, CapacityKind kind) {
  json.begin_object();
  if (kind == CapacityKind::reads) json.raw_field("ReadCapacityUnits", shown(halves));
  if (kind == CapacityKind::writes) json.raw_field("WriteCapacityUnits", shown(halves));
  json.raw_field("CapacityUnits", shown(halves)).end_object();
}

void write_indexes(JsonWriter& json, const Table& table, const Consumed& consumed, CapacityKind kind) {
  for (bool global : {true, false}) {
    bool any = false;
    for (const IndexDescription& index : table.description.indexes) {
      auto cost = consumed.indexes.find(index.number);
      if (index.global != global || cost == consumed.indexes.end() || cost->second == 0) continue;
      if (!any) json.key(global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes").begin_object();
      any = true;
      json.key(index.name);
      write_units(json, cost->second, kind);
    }
    if (any) json.end_object();
  }
}

}  // namespace

CapacityDetail capacity_detail(json::Value input) {
  std::string_view wanted = input["ReturnConsumedCapacity"].string();
  if (wanted == "TOTAL") return CapacityDetail::total;
  return wanted == "INDEXES" ? CapacityDetail::indexes : CapacityDetail::none;
}

HalfUnits read_cost(size_t bytes, Consistency consistency) {
  return units(bytes, kReadUnitBytes) * (consistency == Consistency::strong ? 2 : 1);
}

HalfUnits write_cost(size_t bytes) { return units(bytes, kWriteUnitBytes) * 2; }

Consumed& Consumed::operator+=(const Consumed& other) {
  table += other.table;
  for (auto [number, cost] : other.indexes) indexes[number] += cost;
  return *this;
}

HalfUnits Consumed::total() const {
  HalfUnits sum = table;
  for (auto [number, cost] : indexes) sum += cost;
  return sum;
}

void write_consumed(JsonWriter& json, const NamedTable& of, CapacityDetail detail, const Consumed& consumed, CapacityKind kind) {
  json.begin_object().field("TableName", of.name);
  std::string total = shown(consumed.total());
  json.raw_field("CapacityUnits", total);
  if (kind == CapacityKind::reads) json.raw_field("ReadCapacityUnits", total);
  if (kind == CapacityKind::writes) json.raw_field("WriteCapacityUnits", total);
  if (detail == CapacityDetail::indexes) {
    json.key("Table");
    write_units(json, consumed.table, kind);
    write_indexes(json, *of.table, consumed, kind);
  }
  json.end_object();
}

}  // namespace cloudemu::dynamodb
