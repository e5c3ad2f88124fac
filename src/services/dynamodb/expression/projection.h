#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "services/dynamodb/expression/path.h"
#include "services/dynamodb/expression/placeholders.h"

/// Which parts of an item are returned.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
namespace cloudemu::dynamodb::expression {

class Projection {
 public:
  Projection() = default;
  explicit Projection(const std::vector<Path>& paths);

  /// What is left of an item. Documents on the way to a path are kept as far as they hold something; elements of lists move up.
  Item apply(const Item& item) const;

 private:
  /// A tree of the paths' steps.
  struct Node {
    PathStep step;
    bool whole = false;  ///< a path ends here
    std::vector<Node> below;
  };
  static Item pick(const std::vector<Node>& nodes, const Item& from);
  static bool pick(const Node& node, const Value& from, Value& to);

  std::vector<Node> roots_;
};

/// What is at each of the paths, under the name of its last step: as PartiQL has it.
Item flat_projection(const std::vector<Path>& paths, const Item& item);

AwsResult<std::vector<Path>> parse_projection(std::string_view text, Placeholders& placeholders);

}  // namespace cloudemu::dynamodb::expression
