#include "services/dynamodb/partiql/parser.h"

#include <memory>

#include "core/strings.h"
#include "services/dynamodb/partiql/tokens.h"
#include "services/dynamodb/partiql/where.h"

namespace cloudemu::dynamodb::partiql {

namespace {

using expression::Path;
using expression::SetValue;
using expression::UpdateAction;

class Parser {
 public:
  explicit Parser(Tokens tokens) : tokens_(std::move(tokens)) {}

  AwsResult<Statement> run() {
    TRY(statement());
    tokens_.accept_sign(";");
    if (!tokens_.at_end()) return fail(tokens_.unexpected());
    TRY(tokens_.check_parameters());
    return std::move(statement_);
  }

 private:
  AwsResult<void> statement() {
    if (tokens_.accept_word("SELECT")) return select();
    if (tokens_.accept_word("INSERT")) return insert();
    if (tokens_.accept_word("UPDATE")) return update();
    if (tokens_.accept_word("DELETE")) return remove();
    if (tokens_.accept_word("EXISTS")) return exists();
    return fail(malformed("Expected data manipulation"));
  }

  AwsResult<void> table() {
    statement_.table = TRY(tokens_.name());
    if (tokens_.accept_sign(".")) statement_.index = TRY(tokens_.name());
    return {};
  }

  AwsResult<void> where() {
    if (tokens_.accept_word("WHERE")) statement_.where = TRY(read_where(tokens_));
    return {};
  }

  AwsResult<void> select() {
    if (!tokens_.accept_sign("*")) {
      statement_.wanted.emplace();
      do statement_.wanted->push_back(TRY(tokens_.path()));
      while (tokens_.accept_sign(","));
    }
    TRY(tokens_.expect_word("FROM"));
    TRY(table());
    TRY(where());
    if (!tokens_.accept_word("ORDER")) return {};
    TRY(tokens_.expect_word("BY"));
    do {
      OrderKey key{.attribute = TRY(tokens_.name())};
      if (tokens_.accept_word("DESC")) key.descending = true;
      else tokens_.accept_word("ASC");
      statement_.order.push_back(std::move(key));
    } while (tokens_.accept_sign(","));
    return {};
  }

  /// EXISTS(SELECT ...): a condition of a transaction.
  AwsResult<void> exists() {
    TRY(tokens_.expect_sign("("));
    TRY(tokens_.expect_word("SELECT"));
    TRY(select());
    statement_.kind = Statement::Kind::exists;
    return tokens_.expect_sign(")");
  }

  AwsResult<void> insert() {
    statement_.kind = Statement::Kind::insert;
    TRY(tokens_.expect_word("INTO"));
    TRY(table());
    // SQL's list of columns: AWS names what comes after it. https://github.com/passren/PyDynamoDB/issues/26
    if (tokens_.is_sign("(") && tokens_.comes("VALUES")) return fail(malformed("Unexpected keyword"));
    TRY(tokens_.expect_word("VALUE"));
    statement_.item = TRY(tokens_.item());
    return {};
  }

  AwsResult<void> remove() {
    statement_.kind = Statement::Kind::remove;
    TRY(tokens_.expect_word("FROM"));
    TRY(table());
    TRY(where());
    TRY(returning());
    if (statement_.returned == ReturnValues::none || statement_.returned == ReturnValues::all_old) return {};
    return fail(malformed("DELETE returns nothing but ALL OLD *"));
  }

  AwsResult<void> update() {
    statement_.kind = Statement::Kind::update;
    TRY(table());
    do {
      bool sets = tokens_.accept_word("SET");
      if (!sets && !tokens_.accept_word("REMOVE")) return fail(malformed("Expected data manipulation"));
      do TRY(action(sets));
      while (tokens_.accept_sign(","));
    } while (tokens_.is_word("SET") || tokens_.is_word("REMOVE"));
    TRY(expression::check_clashes(statement_.update));
    TRY(where());
    return returning();
  }

  AwsResult<void> action(bool sets) {
    UpdateAction action{.op = UpdateAction::Op::remove, .path = {}};
    action.path = TRY(tokens_.path());
    if (sets) {
      TRY(tokens_.expect_sign("="));
      action.op = UpdateAction::Op::set;
      TRY(set_to(action));
    }
    statement_.update.actions.push_back(std::move(action));
    return {};
  }

  /// What SET sets a path to. set_add and set_delete change the set at that very path.
  AwsResult<void> set_to(UpdateAction& action) {
    bool adds = tokens_.is_word("set_add"), deletes = tokens_.is_word("set_delete");
    if (!tokens_.is_call() || (!adds && !deletes)) {
      action.value = TRY(sum());
      return {};
    }
    std::string name = lower(tokens_.take());
    tokens_.take();
    Path changed = TRY(tokens_.path());
    if (!(changed == action.path)) {
      return fail(validation(concat("The first argument to ", adds ? "SET_ADD" : "SET_DELETE", " must equal the assignment value")));
    }
    TRY(tokens_.expect_sign(","));
    Value members = TRY(tokens_.constant());
    if (!is_set(members.type) && !(adds && members.type == Type::number)) {
      return fail(validation(concat("Incorrect operand type for operator or function; operator or function: ", name,
                                    ", operand type: ", type_code(members.type))));
    }
    action.op = adds ? UpdateAction::Op::add : UpdateAction::Op::delete_members;
    action.constant = std::make_shared<const Value>(std::move(members));
    return tokens_.expect_sign(")");
  }

  AwsResult<SetValue> sum() {
    SetValue left = TRY(term());
    while (tokens_.is_sign("+") || tokens_.is_sign("-")) {
      SetValue whole{.op = tokens_.take() == "+" ? SetValue::Op::plus : SetValue::Op::minus};
      whole.operands.push_back(std::move(left));
      whole.operands.push_back(TRY(term()));
      left = std::move(whole);
      if (++terms_ > kDepthMax) return fail(malformed("Statement is nested too deeply"));
    }
    return left;
  }

  AwsResult<SetValue> term() {
    Tokens::Level level(tokens_);
    TRY(tokens_.check_depth());
    if (tokens_.accept_sign("(")) {
      SetValue inner = TRY(sum());
      TRY(tokens_.expect_sign(")"));
      return inner;
    }
    if (tokens_.is_call()) return function();
    SetValue value;
    if (tokens_.is_constant()) {
      value.constant = std::make_shared<const Value>(TRY(tokens_.constant()));
      return value;
    }
    value.op = SetValue::Op::path;
    value.path = TRY(tokens_.path());
    return value;
  }

  AwsResult<SetValue> function() {
    std::string name = lower(tokens_.take());
    tokens_.take();
    if (name != "list_append" && name != "if_not_exists") return fail(malformed(concat("No such function: ", name)));
    SetValue call{.op = name == "list_append" ? SetValue::Op::list_append : SetValue::Op::if_not_exists};
    SetValue first = TRY(sum());
    TRY(tokens_.expect_sign(","));
    SetValue second = TRY(sum());
    TRY(tokens_.expect_sign(")"));
    if (call.op == SetValue::Op::list_append) {
      call.operands.push_back(std::move(first));
    } else {
      if (first.op != SetValue::Op::path) {
        return fail(validation("Operator or function requires a document path; operator or function: if_not_exists"));
      }
      call.path = std::move(first.path);
    }
    call.operands.push_back(std::move(second));
    return call;
  }

  /// RETURNING ALL OLD *, MODIFIED OLD *, ALL NEW *, MODIFIED NEW *.
  AwsResult<void> returning() {
    if (!tokens_.accept_word("RETURNING")) return {};
    bool all = tokens_.accept_word("ALL");
    if (!all) TRY(tokens_.expect_word("MODIFIED"));
    bool is_new = tokens_.accept_word("NEW");
    if (!is_new) TRY(tokens_.expect_word("OLD"));
    if (all) statement_.returned = is_new ? ReturnValues::all_new : ReturnValues::all_old;
    else statement_.returned = is_new ? ReturnValues::updated_new : ReturnValues::updated_old;
    return tokens_.expect_sign("*");
  }

  Tokens tokens_;
  Statement statement_;
  int terms_ = 0;
};

}  // namespace

std::string_view Statement::action() const {
  switch (kind) {
    case Kind::insert: return "dynamodb:PartiQLInsert";
    case Kind::update: return "dynamodb:PartiQLUpdate";
    case Kind::remove: return "dynamodb:PartiQLDelete";
    case Kind::select:
    case Kind::exists: break;
  }
  return "dynamodb:PartiQLSelect";
}

AwsResult<Statement> parse(std::string_view text, json::Value parameters) { return Parser(Tokens(TRY(tokenize(text)), parameters)).run(); }

}  // namespace cloudemu::dynamodb::partiql
