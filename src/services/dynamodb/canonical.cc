#include "services/dynamodb/canonical.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "core/json_writer.h"
#include "core/strings.h"

namespace cloudemu::dynamodb {

namespace {

constexpr std::string_view kNothingSet = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
constexpr std::string_view kTooMuchSet =
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes";

size_t decoded_size(std::string_view base64) {
  size_t padding = base64.ends_with("==") ? 2 : base64.ends_with("=") ? 1 : 0;
  return base64.size() / 4 * 3 - padding;
}

bool has_duplicates(std::vector<std::string_view> texts) {
  std::sort(texts.begin(), texts.end());
  return std::adjacent_find(texts.begin(), texts.end()) != texts.end();
}

/// For each member of an object that is not null whether another of the same name follows; empty if there is no such.
std::vector<bool> overridden(json::Value object) {
  std::vector<std::string_view> names;
  names.reserve(object.size());
  for (auto [name, value] : object.members()) {
    if (!value.is_null()) names.push_back(name);
  }
  if (!has_duplicates(names)) return {};
  std::vector<bool> out(names.size());
  std::unordered_set<std::string_view> later;
  for (size_t i = names.size(); i-- > 0;) out[i] = !later.insert(names[i]).second;
  return out;
}

class Canonical {
 public:
  explicit Canonical(std::string& out) : out_(out) {}

  /// `level`: how many documents the value is inside of.
  AwsResult<size_t> value(json::Value input, int level) {
    size_t types = 0, size = 0;
    for (auto [code, content] : input.members()) {
      auto type = type_of_code(code);
      if (!type || content.is_null()) continue;
      ++types;
      out_.append("{\"").append(code).append("\":");
      size = TRY(this->content(*type, content, level));
      out_.push_back('}');
    }
    if (types == 0) return fail(validation(std::string(kNothingSet)));
    if (types > 1) return fail(validation(std::string(kTooMuchSet)));
    return size;
  }

  /// `overhead`: what each attribute counts besides its name and value.
  AwsResult<size_t> attributes(json::Value input, int level, size_t overhead) {
    std::vector<bool> skipped = overridden(input);
    size_t size = 0, index = 0;
    bool first = true;
    out_.push_back('{');
    for (auto [name, content] : input.members()) {
      if (content.is_null()) continue;
      if (size_t i = index++; !skipped.empty() && skipped[i]) continue;
      if (const char* flaw = attribute_name_flaw(name)) return fail(validation(flaw));
      if (!first) out_.push_back(',');
      first = false;
      append_json_string(out_, name);
      out_.push_back(':');
      size += overhead + name.size() + TRY(value(content, level));
    }
    out_.push_back('}');
    return size;
  }

 private:
  AwsResult<size_t> content(Type type, json::Value content, int level) {
    switch (type) {
      case Type::string: append_json_string(out_, content.string()); return content.string().size();
      case Type::number: return number(content.string());
      case Type::binary: append_json_string(out_, content.string()); return decoded_size(content.string());
      case Type::string_set: return string_set(content);
      case Type::number_set: return number_set(content);
      case Type::binary_set: return binary_set(content);
      case Type::map:
      case Type::list: return document(type, content, level + 1);
      case Type::boolean: out_.append(is_true(content) ? "true" : "false"); return size_t{1};
      case Type::null:
        if (!is_true(content)) return fail(invalid_values("Null attribute value types must have the value of true"));
        out_.append("true");
        return size_t{1};
    }
    return size_t{0};
  }

  AwsResult<size_t> number(std::string_view text) {
    auto canonical = canonical_number(text);
    if (!canonical) return fail(bad_number(canonical.error(), text));
    out_.append("\"").append(*canonical).append("\"");
    return number_size(*canonical);
  }

  AwsResult<size_t> document(Type type, json::Value content, int level) {
    if (level > kNestingMax) return fail(nested_too_deeply());
    constexpr size_t kOverhead = 3, kElementOverhead = 1;
    size_t size = kOverhead;
    if (type == Type::map) return size + TRY(attributes(content, level, kElementOverhead));
    bool first = true;
    out_.push_back('[');
    for (json::Value element : content.elements()) {
      if (!first) out_.push_back(',');
      first = false;
      size += kElementOverhead + TRY(value(element, level));
    }
    out_.push_back(']');
    return size;
  }

  AwsResult<size_t> string_set(json::Value content) {
    std::vector<std::string_view> members = texts(content);
    if (members.empty()) return fail(invalid_values("An string set  may not be empty"));
    if (has_duplicates(members)) return fail(invalid_values(concat("Input collection [", listed(members), "] contains duplicates.")));
    size_t size = 0;
    for (std::string_view member : members) size += member.size();
    append_members(members);
    return size;
  }

  AwsResult<size_t> number_set(json::Value content) {
    if (content.size() == 0) return fail(invalid_values("An number set  may not be empty"));
    std::vector<std::string> numbers;
    size_t size = 0;
    for (json::Value element : content.elements()) {
      auto canonical = canonical_number(element.string());
      if (!canonical) return fail(bad_number(canonical.error(), element.string()));
      size += number_size(*canonical);
      numbers.push_back(std::move(*canonical));
    }
    std::vector<std::string_view> members(numbers.begin(), numbers.end());
    if (has_duplicates(members)) return fail(validation("Input collection contains duplicates"));
    append_members(members);
    return size;
  }

  AwsResult<size_t> binary_set(json::Value content) {
    std::vector<std::string_view> members = texts(content);
    if (members.empty()) return fail(invalid_values("Binary sets should not be empty"));
    if (has_duplicates(members)) {
      return fail(invalid_values(concat("Input collection [", listed(members), "]of type BS contains duplicates.")));
    }
    size_t size = 0;
    for (std::string_view member : members) size += decoded_size(member);
    append_members(members);
    return size;
  }

  static std::vector<std::string_view> texts(json::Value list) {
    std::vector<std::string_view> out;
    out.reserve(list.size());
    for (json::Value element : list.elements()) out.push_back(element.string());
    return out;
  }

  static std::string listed(const std::vector<std::string_view>& texts) {
    std::string out;
    for (size_t i = 0; i < texts.size(); ++i) append(out, i == 0 ? "" : ", ", texts[i]);
    return out;
  }

  void append_members(const std::vector<std::string_view>& members) {
    out_.push_back('[');
    for (size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out_.push_back(',');
      append_json_string(out_, members[i]);
    }
    out_.push_back(']');
  }

  std::string& out_;
};

}  // namespace

AwsError nested_too_deeply() {
  return validation("Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit");
}

bool is_given(json::Value value) { return value && !value.is_null(); }

bool is_true(json::Value value) {
  if (!value.is_string()) return value.boolean();
  std::string text = lower(value.string());
  return text == "true" || text == "1" || text == "yes";
}

const char* attribute_name_flaw(std::string_view name) {
  if (name.empty()) return "Empty attribute name";
  if (name.size() > kAttributeNameBytesMax) return "Attribute name is too large, must be less than 65536 bytes";
  return nullptr;
}

AwsResult<size_t> append_canonical(std::string& out, json::Value value) { return Canonical(out).value(value, 1); }

AwsResult<size_t> append_canonical_item(std::string& out, json::Value item) {
  constexpr size_t kSomeBytes = 256;
  out.reserve(kSomeBytes);
  return Canonical(out).attributes(item, 1, 0);
}

AwsResult<Value> canonical_value(json::Value value) {
  std::string text;
  TRY(append_canonical(text, value));
  return read_value(text);
}

AwsResult<Item> canonical_item(json::Value item) {
  std::string text;
  TRY(append_canonical_item(text, item));
  return read_item(text);
}

}  // namespace cloudemu::dynamodb
