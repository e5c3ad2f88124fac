#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "protocol/aws_error.h"
#include "protocol/json.h"
#include "services/dynamodb/patterns.h"

/// What an operation's input looks like. AWS checks a request in two passes before any rule of the operation sees it: first the JSON
/// types, which fails with a SerializationException at the first flaw, then the constraints, whose violations are reported together.
/// Members that AWS does not know are ignored, null means absent.
namespace cloudemu::dynamodb {

enum class Kind : uint8_t { string, blob, boolean, integer, long_integer, structure, list, map };

struct Shape;

struct Member {
  std::string_view name;
  const Shape* shape;
  bool required = false;
};

inline constexpr int64_t kUnbounded = INT64_MAX;

/// How violations of an operation's constraints are told; AWS moves its operations to other front ends one by one.
struct Telling {
  bool name_alone = false;  ///< of a TableName that cannot be one nothing else is told
  bool one_word = false;    ///< of words that are not in their enumerations only the first is told
  bool plain = false;       ///< without the values, and with members as they are written in the request
};

struct Shape {
  Kind kind;
  std::string_view name = {};                     ///< of structures, as AWS's Java classes are called
  std::span<const Member> members = {};           ///< of structures, in the order in which violations are reported
  const Shape* of = nullptr;                      ///< elements of a list, values of a map
  const Shape* keys = nullptr;                    ///< keys of a map, if constrained
  int64_t min = 0, max = kUnbounded;              ///< length of texts, lists and maps; value of integers
  const Pattern* pattern = nullptr;               ///< of texts
  bool is_table_ref = false;                      ///< a text that is a table's name, or the ARN of a table
  std::span<const std::string_view> values = {};  ///< all that a text may be
  Telling telling = {};                           ///< of an operation's input
};

/// First pass. Error: SerializationException; NotImplemented by name for a member that is real at AWS, but not in the shape.
AwsResult<void> check_types(const Shape& shape, json::Value input);
/// Second pass. Error: "N validation errors detected: ...", at most ten of them.
AwsResult<void> check_constraints(const Shape& shape, json::Value input);

}  // namespace cloudemu::dynamodb
