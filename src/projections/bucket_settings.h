#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/field_json.h"

namespace cloudemu::s3 {

/// The settings of one bucket: the values that its events gave them. Each is parsed when a rule first asks for it, and then kept parsed as
/// long as the bucket does not change: a PutObject looks at several of them.
class BucketSettings {
 public:
  /// `value`: nothing for a setting that was removed.
  void add(std::string name, std::optional<std::string> value) { all_.push_back({std::move(name), std::move(value), nullptr}); }

  /// The value as its event has it; null where there is none.
  const std::string* value(std::string_view name) const {
    const Entry* entry = find_entry(name);
    return entry && entry->value ? &*entry->value : nullptr;
  }
  /// Whether it was removed, and not set again since.
  bool was_removed(std::string_view name) const {
    const Entry* entry = find_entry(name);
    return entry && !entry->value;
  }
  /// The setting T::kSetting; null where there is none. It is read by T::from_value(text) if T has that, else as what its fields say.
  template <class T>
  const T* find() const {
    const Entry* entry = find_entry(T::kSetting);
    if (!entry || !entry->value) return nullptr;
    if (!entry->parsed) entry->parsed = std::make_shared<const T>(parse<T>(*entry->value));
    return static_cast<const T*>(entry->parsed.get());
  }

 private:
  struct Entry {
    std::string name;
    std::optional<std::string> value;
    mutable std::shared_ptr<const void> parsed;
  };

  template <class T>
  static T parse(const std::string& value) {
    if constexpr (requires { T::from_value(value); }) return T::from_value(value);
    else return events::from_json<T>(value);
  }

  const Entry* find_entry(std::string_view name) const {
    for (const Entry& entry : all_) {
      if (entry.name == name) return &entry;
    }
    return nullptr;
  }

  std::vector<Entry> all_;
};

}  // namespace cloudemu::s3
