#pragma once
#include <string>
#include <string_view>

#include "core/check.h"
#include "core/json_writer.h"
#include "events/fields.h"

/// One field's value as JSON text, the same as in an event's line: for structured columns, and for values that rules keep as text.
namespace cloudemu::events {

template <class T>
std::string to_json(const T& value) {
  std::string out;
  JsonWriter json(out);
  FieldWriter writer(json);
  writer("v", value);  // {"v":...} without the braces, or nothing for a default
  if (!out.empty()) out.erase(0, 4);
  return out;
}

/// What to_json wrote; a default for an empty text.
template <class T>
T from_json(std::string_view text) {
  T value{};
  if (text.empty()) return value;
  std::string object;
  object.reserve(text.size() + 6);
  object.append("{\"v\":").append(text).append("}");
  FieldReader reader(object);
  reader("v", value);
  CHECK_INVARIANT(reader.ok());
  return value;
}

}  // namespace cloudemu::events
