#pragma once
#include <string>
#include <vector>

#include "commands.h"
#include "line.h"
#include "selection.h"
#include "subjects.h"

namespace cloudemu::tool {

/// "dynamodb" for "ddb", which is what types call it.
std::string_view service_named(std::string_view name);
/// "s3" of "s3.ObjectPut"; "dynamodb" of "ddb.ItemPut".
std::string_view service_of(std::string_view type);

/// What `log` was asked for.
class EventFilter {
 public:
  /// Error: Errc::bad_input for what can match nothing.
  static Result<EventFilter> of(const LogOptions& options);

  bool matches(const Line& line, const Subject& subject) const;
  /// Whether it goes by the ids of messages, of which one event can have many.
  bool wants_all_messages() const { return address_.kind == Selection::Kind::queue && !address_.part.empty(); }
  /// What was asked for, as it was typed: "--bucket photos --type ObjectPut". Empty: everything.
  const std::string& words() const { return words_; }
  /// Why nothing may have been found: event types that this program does not know.
  std::string advice() const;

 private:
  explicit EventFilter(const LogOptions& options) : options_(options) {}
  bool type_matches(std::string_view type) const;
  bool address_matches(const Subject& subject) const;

  LogOptions options_;
  Selection address_;
  std::string request_digits_;
  std::string words_;
};

}  // namespace cloudemu::tool
