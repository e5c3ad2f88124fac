#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "services/dynamodb/value.h"

/// Byte strings whose order, compared byte by byte, is the order in which DynamoDB returns items: first by a hash of the partition
/// key, then by the sort key.
///
///   table  hash8(P)  part(P)...  part(S)...
///   index  hash8(P)  part(P)...  part(S)...  hash8(p s)  part(p)  part(s)
///
/// P and S are the key attributes of the table or index, p and s those of the table: so index keys are unique. hash8 is the
/// first eight bytes of MD5("Outliers" + bytes), the order in which DynamoDB itself scans. A part is the attribute's bytes, 00
/// written as 00 FF, ended by 00 01: no part is the beginning of another, and order is kept.
namespace cloudemu::dynamodb {

/// A scalar's bytes: UTF-8 of a string, bytes of a binary, ordered bytes of a number.
std::string key_bytes(const Value& scalar);

inline constexpr size_t kHashBytes = 8;
void append_hash(std::string& key, std::span<const std::string> parts);
void append_part(std::string& key, std::string_view bytes);
/// Removes the first part from a key, and gives its bytes as they were.
std::string take_part(std::string_view& key);
/// The encoding of `bytes` without its terminator: the common prefix of all values that begin with `bytes`.
void append_open_part(std::string& key, std::string_view bytes);

/// The least key that is greater than all keys which begin with `prefix`; empty if no key is greater.
std::string after_prefix(std::string prefix);

/// Where segment `segment` of `total` begins; for `segment == total`, where the last one ends (empty: at the end). Segments are equal
/// slices of the first 12 bits of the hash.
std::string segment_start(int64_t segment, int64_t total);

}  // namespace cloudemu::dynamodb
