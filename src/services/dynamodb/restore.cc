#include "services/dynamodb/restore.h"

#include "projections/state.h"
#include "services/dynamodb/key_schema.h"

namespace cloudemu::dynamodb {

void Source::walk(std::string_view from, const std::function<bool(const BackupReadModel::Visit&)>& visit) const {
  if (backup) return present->backups().walk(backup->facts.table, backup->number, from, visit);
  past->walk(table, std::nullopt, {.from = std::string(from)}, DynamoDbReadModel::Load::items, [&](const DynamoDbReadModel::Visit& item) {
    return visit({item.key, item.size, item.json});
  });
}

Source source_of(const DynamoDbReadModel& state, const Origin& origin, int64_t number, const Brought* brought) {
  Source source{.present = &state, .table = origin.table};
  source.backup = state.backups().find(origin.backup);
  if (source.backup) return source;
  auto before = state.backups().find(number - 1);
  if (before && before->facts.kind == kHold && before->facts.table == origin.table) source.backup = std::move(before);
  if (source.backup) return source;
  if (!brought) source.errand = Errand{Errand::Past{.at = origin.at, .before = static_cast<uint64_t>(number)}};
  else if (brought->past) source.past = &brought->past->dynamodb();
  return source;
}

ItemPut restored_item(const Table& table, const BackupReadModel::Visit& item) {
  ItemPut put{.table = table.id, .key = {std::string(item.key)}, .item = {std::string(item.json)}, .size = item.size};
  if (table.description.indexes.empty()) return put;
  Item tree = read_item(item.json);
  put.indexes = index_keys(table.description, Attributes(tree), item.size);
  return put;
}

}  // namespace cloudemu::dynamodb
