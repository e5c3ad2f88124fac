#include <algorithm>

#include "core/strings.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/real_members.h"
#include "services/dynamodb/shape.h"

namespace cloudemu::dynamodb {

namespace {

/// AWS words the same flaw differently for the member of a structure and for the element of a collection.
enum class Place { member, element };

constexpr std::string_view kTypes = "com.amazonaws.dynamodb.v20120810.";

std::string java_type(const Shape& shape) {
  switch (shape.kind) {
    case Kind::string: return "java.lang.String";
    case Kind::blob: return "java.nio.ByteBuffer";
    case Kind::boolean: return "java.lang.Boolean";
    case Kind::integer: return "java.lang.Integer";
    case Kind::long_integer: return "java.lang.Long";
    case Kind::structure: return concat(kTypes, shape.name);
    case Kind::list: return concat("java.util.List<", java_type(*shape.of), ">");
    case Kind::map: return concat("java.util.Map<java.lang.String, ", java_type(*shape.of), ">");
  }
  return {};
}

std::string_view token(json::Value input) {
  switch (input.kind()) {
    case json::Kind::boolean: return input.boolean() ? "TRUE_VALUE" : "FALSE_VALUE";
    case json::Kind::number: return input.is_integer() ? "NUMBER_VALUE" : "DECIMAL_VALUE";
    default: return "STRING_VALUE";
  }
}

AwsError found_structure() { return serialization("Start of structure or map found where not expected"); }

AwsError found_list(const Shape& shape) {
  bool parameterised = shape.kind == Kind::map || shape.kind == Kind::list;
  return serialization(concat("Unrecognized collection type ", parameterised ? "" : "class ", java_type(shape)));
}

AwsError found_scalar(const Shape& shape, Place place) {
  if (place == Place::member) return serialization("Unexpected field type");
  if (shape.kind == Kind::structure) return serialization("Unexpected value type in payload");
  constexpr std::string_view kGenerics = "sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl";
  return serialization(concat("class ", kGenerics, " cannot be cast to class java.lang.Class (", kGenerics,
                              " and java.lang.Class are in module java.base of loader 'bootstrap')"));
}

AwsError not_convertible(json::Value input, std::string_view type) {
  return serialization(concat(token(input), " cannot be converted to ", type));
}

AwsResult<void> check_boolean(json::Value input) {
  if (input.is_boolean()) return {};
  if (!input.is_string()) return fail(not_convertible(input, "Boolean"));
  std::string text = lower(input.string());
  for (std::string_view word : {"true", "false", "1", "0", "yes", "no"}) {
    if (text == word) return {};
  }
  return fail(serialization("Unexpected token received from parser"));
}

bool is_base64_digit(char c) { return is_alnum(c) || c == '+' || c == '/'; }

/// Bits of the last digit that stand for no byte must be zero.
bool has_stray_bits(std::string_view digits, size_t padding) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (padding == 0) return false;
  size_t last = kDigits.find(digits.back());
  return (last & (padding == 1 ? 3 : 15)) != 0;
}

AwsResult<void> check_blob(json::Value input) {
  if (!input.is_string()) return fail(serialization("only base-64-encoded strings are convertible to bytes"));
  std::string_view text = input.string();
  if (text.empty()) return {};
  if (text.size() % 4 != 0) {
    return fail(serialization(concat("Base64 encoded length is expected a multiple of 4 bytes but found: ", text.size())));
  }
  size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  std::string_view digits = text.substr(0, text.size() - padding);
  auto bad = std::find_if_not(digits.begin(), digits.end(), is_base64_digit);
  if (bad != digits.end()) {
    // Half a character would make the reply no UTF-8.
    std::string_view from = digits.substr(static_cast<size_t>(bad - digits.begin()));
    return fail(serialization(concat("Invalid Base64 character: '", first_character(from), "'")));
  }
  if (has_stray_bits(digits, padding)) return fail(serialization("Invalid last non-pad Base64 character dectected"));
  return {};
}

AwsResult<void> check(const Shape& shape, json::Value input, Place place);

AwsResult<void> check_scalar(const Shape& shape, json::Value input) {
  if (input.is_object()) return fail(found_structure());
  if (input.is_array()) return fail(found_list(shape));
  switch (shape.kind) {
    case Kind::string: return input.is_string() ? AwsResult<void>() : fail(not_convertible(input, "String"));
    case Kind::boolean: return check_boolean(input);
    case Kind::blob: return check_blob(input);
    case Kind::integer: return input.is_number() ? AwsResult<void>() : fail(not_convertible(input, "Integer"));
    default: return input.is_number() ? AwsResult<void>() : fail(not_convertible(input, "Long"));
  }
}

const Shape* shape_of_member(const Shape& shape, std::string_view name) {
  for (const Member& member : shape.members) {
    if (member.name == name) return member.shape;
  }
  return nullptr;
}

/// "CreateTable with VectorIndexes"
AwsError unbuilt(const Shape& shape, std::string_view member) {
  constexpr std::string_view kInput = "Input";
  std::string_view name = shape.name;
  if (name.ends_with(kInput)) name.remove_suffix(kInput.size());
  return not_implemented(concat(name, " with ", member));
}

AwsResult<void> check_structure(const Shape& shape, json::Value input, Place place) {
  if (input.is_array()) return fail(found_list(shape));
  if (!input.is_object()) return fail(found_scalar(shape, place));
  for (auto [name, value] : input.members()) {
    if (value.is_null()) continue;
    if (const Shape* member = shape_of_member(shape, name)) TRY(check(*member, value, Place::member));
    else if (is_real_member(shape.name, name)) return fail(unbuilt(shape, name));
  }
  return {};
}

AwsResult<void> check_list(const Shape& shape, json::Value input, Place place) {
  if (input.is_object()) return fail(found_structure());
  if (!input.is_array()) return fail(found_scalar(shape, place));
  for (json::Value element : input.elements()) {
    bool scalar = shape.of->kind == Kind::string || shape.of->kind == Kind::blob;
    if (element.is_null() && scalar) return fail(serialization("Unexpected token received from parser"));
    if (!element.is_null()) TRY(check(*shape.of, element, Place::element));
  }
  return {};
}

AwsResult<void> check_map(const Shape& shape, json::Value input, Place place) {
  if (input.is_array()) return fail(found_list(shape));
  if (!input.is_object()) return fail(found_scalar(shape, place));
  for (auto [name, value] : input.members()) {
    if (!value.is_null()) TRY(check(*shape.of, value, Place::element));
  }
  return {};
}

AwsResult<void> check(const Shape& shape, json::Value input, Place place) {
  switch (shape.kind) {
    case Kind::structure: return check_structure(shape, input, place);
    case Kind::list: return check_list(shape, input, place);
    case Kind::map: return check_map(shape, input, place);
    default: return check_scalar(shape, input);
  }
}

}  // namespace

AwsResult<void> check_types(const Shape& shape, json::Value input) {
  if (!input.is_object()) return fail(input.is_array() ? found_list(shape) : found_scalar(shape, Place::element));
  return check(shape, input, Place::member);
}

}  // namespace cloudemu::dynamodb
