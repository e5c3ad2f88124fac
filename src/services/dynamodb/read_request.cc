#include "services/dynamodb/read_request.h"

#include <algorithm>

#include "core/strings.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/write_request.h"

namespace cloudemu::dynamodb {

using expression::Path;
using expression::Placeholders;

AwsResult<WantedPaths> read_attributes_to_get(json::Value names) {
  if (!names.is_array()) return WantedPaths();
  std::vector<Path> paths;
  for (json::Value name : names.elements()) {
    if (const char* flaw = attribute_name_flaw(name.string())) return fail(validation(flaw));
    Path path = Path::of_attribute(name.string());
    if (std::find(paths.begin(), paths.end(), path) != paths.end()) {
      return fail(invalid_values(concat("Duplicate value in attribute name: ", name.string())));
    }
    paths.push_back(std::move(path));
  }
  return WantedPaths(std::move(paths));
}

AwsResult<WantedPaths> read_projection(json::Value text, Placeholders& placeholders) {
  if (!text.is_string()) return WantedPaths();
  return WantedPaths(TRY(expression::parse_projection(text.string(), placeholders)));
}

AwsResult<WantedPaths> read_wanted(json::Value input) {
  constexpr static std::string_view kLegacy[] = {"AttributesToGet"}, kExpressions[] = {"ProjectionExpression"};
  TRY(check_parameters(input, {.legacy = kLegacy, .expressions = kExpressions, .with_values = {}}));
  WantedPaths wanted = TRY(read_attributes_to_get(input["AttributesToGet"]));
  if (wanted) return wanted;
  Placeholders placeholders = TRY(Placeholders::read(input["ExpressionAttributeNames"], {}));
  wanted = TRY(read_projection(input["ProjectionExpression"], placeholders));
  TRY(placeholders.check_all_used());
  return wanted;
}

std::string project(std::string_view item, const WantedPaths& wanted) {
  std::string out;
  append_item(out, expression::Projection(*wanted).apply(read_item(item)));
  return out;
}

}  // namespace cloudemu::dynamodb
