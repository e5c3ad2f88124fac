#pragma once
#include <memory>
#include <string_view>
#include <vector>

#include "services/dynamodb/expression/path.h"
#include "services/dynamodb/expression/placeholders.h"

/// Update expressions, and the legacy parameter AttributeUpdates.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
namespace cloudemu::dynamodb::expression {

/// What SET sets an attribute to.
struct SetValue {
  enum class Op { path, constant, plus, minus, if_not_exists, list_append };
  Op op = Op::constant;
  Path path;  ///< of path and if_not_exists
  Constant constant;
  std::vector<SetValue> operands;  ///< two of plus, minus and list_append, one of if_not_exists
};

struct UpdateAction {
  enum class Op {
    set,
    remove,
    add,            ///< to a number or a set
    add_or_append,  ///< AttributeUpdates may also add to a list
    delete_members  ///< of a set
  };
  Op op;
  Path path;
  SetValue value = {};  ///< of set
  Constant constant;    ///< of add and delete

  /// Whether it may create an item: SET and ADD do, REMOVE and DELETE do not.
  bool creates() const { return op != Op::remove && op != Op::delete_members; }
};

struct Update {
  std::vector<UpdateAction> actions;  ///< no two of their paths clash
  bool is_legacy = false;             ///< an AttributeUpdates: some errors have other words

  /// Whether it may create an item: one of its actions does, or it has none.
  bool creates() const;
};

/// Error: two of an update's paths overlap, or conflict.
AwsResult<void> check_clashes(const Update& update);

AwsResult<Update> parse_update(std::string_view text, Placeholders& placeholders);

/// Whether there was an item before an update.
enum class Before { absent, present };

/// Carries an update out on `item`, which is a mere key if there was none before: expressions then see the attributes of that key, as
/// at AWS. All actions see what was there before. Error: an operand is missing or of a wrong type, a path leads nowhere, a number leaves its range.
AwsResult<void> apply(const Update& update, Before before, Item& item);

}  // namespace cloudemu::dynamodb::expression
