#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/aws_error.h"
#include "protocol/json.h"
#include "services/query/form.h"

/// The input of an operation, whichever protocol it came in. An input lists its members once:
///
///   struct SetQueueAttributesInput {
///     Text queue_url;
///     TextMap attributes;
///     template <class Self, class Members>
///     static void describe(Self& self, Members& members) {
///       members("QueueUrl", self.queue_url);
///       members.map("Attributes", kAttributeMap, self.attributes);
///     }
///   };
///
/// Texts are views into the request, which outlives the call. Absent and null are the same.
namespace cloudemu::query {

using Text = std::optional<std::string_view>;
using Integer = std::optional<int64_t>;
using TextList = std::vector<std::string_view>;
template <class Value>
using MapOf = std::vector<std::pair<std::string_view, Value>>;
using TextMap = MapOf<std::string_view>;

/// How the Query protocol spells a map: "Attribute.1.Name=..&Attribute.1.Value=..".
struct MapNames {
  std::string_view entry, key, value;
};

template <class T, class Members>
concept Described = requires(T& value, Members& members) {
  T::describe(value, members);
};

/// Reads members from a JSON object. The first member of a wrong type is what flaw() tells.
class JsonInput {
 public:
  explicit JsonInput(json::Value object) : object_(object) {}

  void operator()(std::string_view name, Text& text) { read(object_[name], text); }
  void operator()(std::string_view name, Integer& integer);
  void list(std::string_view name, std::string_view query_name, TextList& list);
  template <Described<JsonInput> T>
  void list(std::string_view name, std::string_view, std::vector<T>& list) {
    json::Value array = object_[name];
    if (!expect(array, json::Kind::array)) return;
    for (json::Value element : array.elements()) read_object(element, list.emplace_back());
  }
  void map(std::string_view name, const MapNames&, TextMap& map);
  template <Described<JsonInput> T>
  void map(std::string_view name, const MapNames&, MapOf<T>& map) {
    json::Value object = object_[name];
    if (!expect(object, json::Kind::object)) return;
    for (auto [key, value] : object.members()) read_object(value, map.emplace_back(key, T{}).second);
  }

  const std::optional<AwsError>& flaw() const { return flaw_; }

 private:
  /// False if the value is absent, null, or of another kind, which is a flaw.
  bool expect(const json::Value& value, json::Kind kind);
  void read(const json::Value& value, Text& text);
  template <class T>
  void read_object(const json::Value& value, T& into) {
    if (!expect(value, json::Kind::object)) return;
    JsonInput inner(value);
    T::describe(into, inner);
    if (!flaw_) flaw_ = inner.flaw();
  }

  json::Value object_;
  std::optional<AwsError> flaw_;
};

/// Reads members from a form.
class FormInput {
 public:
  /// `prefix`: what the names of all members begin with, e.g. "SendMessageBatchRequestEntry.1.".
  FormInput(const Form& form, std::string prefix) : form_(form), prefix_(std::move(prefix)) {}

  void operator()(std::string_view name, Text& text) { text = form_.find(prefix_ + std::string(name)); }
  void operator()(std::string_view name, Integer& integer);
  void list(std::string_view name, std::string_view query_name, TextList& list);
  template <Described<FormInput> T>
  void list(std::string_view name, std::string_view query_name, std::vector<T>& list) {
    for (const std::string& item : items(name, query_name)) read_object(item, list.emplace_back());
  }
  void map(std::string_view name, const MapNames& names, TextMap& map);
  template <Described<FormInput> T>
  void map(std::string_view name, const MapNames& names, MapOf<T>& map) {
    for (const std::string& item : items(name, names.entry)) {
      auto& [key, value] = map.emplace_back(form_.find(item + '.' + std::string(names.key)).value_or(""), T{});
      read_object(item + '.' + std::string(names.value), value);
    }
  }

  const std::optional<AwsError>& flaw() const { return flaw_; }

 private:
  /// Full names of the items of a list, as Form::items() has them. Some SDKs spell them with the name of the list.
  std::vector<std::string> items(std::string_view name, std::string_view query_name) const;
  template <class T>
  void read_object(const std::string& item, T& into) {
    FormInput inner(form_, item + '.');
    T::describe(into, inner);
    if (!flaw_) flaw_ = inner.flaw();
  }

  const Form& form_;
  std::string prefix_;
  std::optional<AwsError> flaw_;
};

/// The whole input of a call, not yet read.
using Input = std::variant<json::Value, const Form*>;

/// Reads an input. Error: a member is of a wrong type.
template <class T>
AwsResult<T> read_input(const Input& input) {
  auto read = [](auto&& members) -> AwsResult<T> {
    T value;
    T::describe(value, members);
    if (members.flaw()) return fail(*members.flaw());
    return value;
  };
  if (const json::Value* object = std::get_if<json::Value>(&input)) return read(JsonInput(*object));
  return read(FormInput(*std::get<const Form*>(input), {}));
}

}  // namespace cloudemu::query
