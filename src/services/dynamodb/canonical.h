#pragma once
#include <string>
#include <string_view>

#include "protocol/json.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/value.h"

/// What a client sent, checked and brought into the form in which it is stored and returned: compact JSON, numbers as plain decimals.
/// One pass, no tree. The input is of the right JSON types already (shape.h).
namespace cloudemu::dynamodb {

inline constexpr int kNestingMax = 32;  ///< levels of documents; the item is the first
inline constexpr size_t kAttributeNameBytesMax = 65535;

/// Appends one attribute value; gives its size in DynamoDB's count.
AwsResult<size_t> append_canonical(std::string& out, json::Value value);
/// Appends a map of attribute values; gives its size. Where an attribute is given twice, the last one counts.
AwsResult<size_t> append_canonical_item(std::string& out, json::Value item);

/// Trees of what a client sent.
AwsResult<Value> canonical_value(json::Value value);
AwsResult<Item> canonical_item(json::Value item);

/// Error for documents of more levels than kNestingMax.
AwsError nested_too_deeply();

/// A boolean; AWS reads them from texts ("yes", "1"), too.
bool is_true(json::Value value);
/// Whether a member is there: null is as good as absent.
bool is_given(json::Value value);

/// Null if a name may be an attribute's, else what is wrong with it.
const char* attribute_name_flaw(std::string_view name);

}  // namespace cloudemu::dynamodb
