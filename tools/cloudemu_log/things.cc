#include "things.h"

#include "contents.h"
#include "core/strings.h"
#include "item_key.h"
#include "settings.h"

namespace cloudemu::tool {

namespace {

using Kind = Selection::Kind;

constexpr std::string_view kEmpty = "{}";

class Walk {
 public:
  Walk(State& state, const Selection& wanted, const Place& only, const std::function<void(Thing)>& visit)
      : state_(state), wanted_(wanted), only_(only), visit_(visit) {}

  void run() {
    std::string owner;
    for (const Place& place : all_places(state_, only_)) {
      bool is_new_owner = place.account != owner;  // places are sorted
      owner = place.account;
      if (is_new_owner) visit_buckets(owner);
      for (const auto& name : state_.dynamodb().table_names(place.account, place.region, "", kAllNames)) {
        if (wanted_.covers(Kind::table, name)) visit_table(place, name);
      }
      visit_backups(place);
      for (const auto& name : state_.sqs().queue_names(place.account, place.region, "", "", kAllNames)) {
        if (wanted_.covers(Kind::queue, name)) visit_queue(place, name);
      }
    }
  }

 private:
  void show(std::string_view kind, std::string name, std::string content) {
    visit_({std::string(kind), std::move(name), container_, std::move(content)});
  }

  /// A bucket, table or queue, unless only something in it is wanted.
  void show_container(Kind kind, const std::string& name, const std::vector<Setting>& settings) {
    container_ = concat(kind_name(kind), " ", name);
    if (!wanted_.part.empty()) return;
    show(kind_name(kind), name, std::string(kEmpty));
    for (const Setting& setting : settings) show(kSetting, concat(name, " ", setting.name), setting.value);
  }

  void visit_buckets(const std::string& owner) {
    for (const s3::Bucket& bucket : state_.s3().buckets(owner, "", "", kAllNames)) {
      if (!wanted_.covers(Kind::bucket, bucket.name) || (!only_.region.empty() && bucket.region != only_.region)) continue;
      show_container(Kind::bucket, bucket.name, settings_of(state_, bucket));
      visit_versions(bucket);
      visit_uploads(bucket);
    }
  }

  void visit_versions(const s3::Bucket& bucket) {
    state_.s3().scan_versions(bucket.id, wanted_.part, std::nullopt, [&](const s3::ListedVersion& listed) {
      if (!listed.key.starts_with(wanted_.part)) return s3::Visit::stop;
      bool is_null = listed.version == "null";
      std::string name = concat(bucket.name, "/", listed.key, is_null ? "" : "  version ", is_null ? "" : listed.version);
      auto object = state_.s3().version(bucket.id, listed.key, listed.id);
      std::string content = object ? content_of(state_, *object, listed.latest) : std::string(kEmpty);
      show(listed.marker ? "delete marker" : "object", std::move(name), std::move(content));
      return s3::Visit::go_on;
    });
  }

  void visit_uploads(const s3::Bucket& bucket) {
    state_.s3().scan_uploads(bucket.id, wanted_.part, -1, [&](const s3::Upload& upload) {
      if (!upload.key.starts_with(wanted_.part)) return s3::Visit::stop;
      show("upload", concat(bucket.name, "/", upload.key, "  upload ", upload.upload), content_of(state_, upload));
      return s3::Visit::go_on;
    });
  }

  void visit_table(const Place& place, const std::string& name) {
    const dynamodb::Table* table = state_.dynamodb().find_table(place.account, place.region, name);
    const dynamodb::TableDescription& description = table->description;
    std::string full_name = name_in(place, name), range_name = description.range ? description.range->name : "";
    show_container(Kind::table, full_name, settings_of(state_, *table, Figures::without));
    state_.dynamodb().walk(table->id, std::nullopt, {}, dynamodb::DynamoDbReadModel::Load::items,
                           [&](const dynamodb::DynamoDbReadModel::Visit& item) {
                             std::string key = key_of_item(item.json, description.hash.name, range_name);
                             bool is_wanted = wanted_.part.empty() || is_item_name(wanted_.part, key);
                             if (is_wanted) show("item", concat(full_name, " ", key), std::string(item.json));
                             return true;
                           });
  }

  /// They outlive their tables.
  void visit_backups(const Place& place) {
    if (!wanted_.part.empty()) return;
    state_.dynamodb().backups().for_each(place.account, place.region, "", [&](const dynamodb::Backup& backup) {
      const dynamodb::BackupCreated& facts = backup.facts;
      if (!wanted_.covers(Kind::table, facts.description.name)) return true;
      std::string table = name_in(place, facts.description.name);
      container_ = concat(kind_name(Kind::table), " ", table);
      std::string id = facts.arn.substr(facts.arn.rfind('/') + 1);
      show("backup", concat(table, " ", facts.name, " ", id), content_of(backup));
      return true;
    });
  }

  void visit_queue(const Place& place, const std::string& name) {
    std::string full_name = name_in(place, name);
    const sqs::Queue* queue = state_.sqs().find_queue(place.account, place.region, name);
    show_container(Kind::queue, full_name, settings_of(state_, *queue, Figures::without));
    state_.sqs().visit_messages(queue->id, [&](const sqs::Message& message) {
      bool is_wanted = wanted_.part.empty() || wanted_.part == message.message_id;
      if (is_wanted) show("message", concat(full_name, " ", message.message_id), content_of(*queue, message));
      return true;
    });
  }

  State& state_;
  const Selection& wanted_;
  const Place& only_;
  const std::function<void(Thing)>& visit_;
  std::string container_;
};

}  // namespace

void visit_things(State& state, const Selection& wanted, const Place& only, const std::function<void(Thing)>& visit) {
  Walk(state, wanted, only, visit).run();
}

}  // namespace cloudemu::tool
