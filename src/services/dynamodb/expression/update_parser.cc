#include <algorithm>
#include <array>

#include "core/strings.h"
#include "services/dynamodb/expression/parser.h"
#include "services/dynamodb/expression/update.h"

namespace cloudemu::dynamodb::expression {

namespace {

/// What AWS looks for first.
enum Rank { reserved, unknown_function, section, undefined_name, undefined_value, overlap, conflict, operand_type, misused_function };

constexpr std::string_view kSections[] = {"SET", "REMOVE", "ADD", "DELETE"};

/// The names of types in error messages about operands of ADD and DELETE.
std::string_view long_name(Type type) {
  constexpr std::string_view kNames[] = {"STRING",     "NUMBER", "BINARY", "STRING_SET", "NUMBER_SET",
                                         "BINARY_SET", "MAP",    "LIST",   "BOOLEAN",    "NULL"};
  return kNames[static_cast<size_t>(type)];
}

std::string told(Clash clash, const Path& one, const Path& two) {
  return concat("Two document paths ", clash == Clash::overlap ? "overlap" : "conflict",
                " with each other; must remove or rewrite one of these paths; path one: ", shown(one), ", path two: ", shown(two));
}

class UpdateParser : Parser {
 public:
  UpdateParser(std::string_view text, Placeholders& placeholders) : Parser("UpdateExpression", text, placeholders, kSections) {
    rank_reserved_ = Rank::reserved;
    rank_undefined_name_ = Rank::undefined_name;
    rank_undefined_value_ = Rank::undefined_value;
  }

  AwsResult<Update> parse() {
    TRY(check_text());
    while (peek().kind != TokenKind::end) TRY(clause());
    note_clashes();
    TRY(finish());
    return std::move(update_);
  }

 private:
  AwsResult<void> clause() {
    for (size_t i = 0; i < std::size(kSections); ++i) {
      if (!accept_word(kSections[i])) continue;
      if (std::exchange(seen_[i], true)) {
        note(Rank::section, concat("The \"", kSections[i], "\" section can only be used once in an update expression;"));
      }
      do TRY(action(i));
      while (accept(TokenKind::comma));
      return {};
    }
    return fail(syntax_error());
  }

  AwsResult<void> action(size_t clause) {
    constexpr UpdateAction::Op kOps[] = {UpdateAction::Op::set, UpdateAction::Op::remove, UpdateAction::Op::add,
                                         UpdateAction::Op::delete_members};
    Path target = TRY(path());
    UpdateAction action{.op = kOps[clause], .path = std::move(target), .value = {}, .constant = {}};
    switch (action.op) {
      case UpdateAction::Op::remove: break;
      case UpdateAction::Op::set:
        TRY(expect(TokenKind::equal));
        action.value = TRY(set_value());
        break;
      default:
        if (peek().kind != TokenKind::value) return fail(syntax_error());
        action.constant = constant();
        check_operand(action);
    }
    update_.actions.push_back(std::move(action));
    return {};
  }

  void check_operand(const UpdateAction& action) {
    if (!action.constant) return;
    Type type = action.constant->type;
    bool adds = action.op == UpdateAction::Op::add;
    if (is_set(type) || (adds && type == Type::number)) return;
    std::string_view name = adds ? "ADD" : "DELETE";
    note_type(name, concat(long_name(type), ", typeSet: ALLOWED_FOR_", name, "_OPERAND"), "; operator: ");
  }

  void note_type(std::string_view name, std::string_view type, std::string_view label = "; operator or function: ") {
    note(Rank::operand_type, concat("Incorrect operand type for operator or function", label, name, ", operand type: ", type));
  }

  /// One plus or minus at most, and not inside of functions.
  AwsResult<SetValue> set_value() {
    SetValue left = TRY(operand());
    TokenKind kind = peek().kind;
    if (kind != TokenKind::plus && kind != TokenKind::minus) return left;
    std::string_view name = next().text;
    TRY(count_operator());
    SetValue whole{.op = kind == TokenKind::plus ? SetValue::Op::plus : SetValue::Op::minus, .path = {}, .constant = {}, .operands = {}};
    whole.operands.push_back(std::move(left));
    whole.operands.push_back(TRY(operand()));
    for (const SetValue& part : whole.operands) {
      if (part.op == SetValue::Op::list_append) note_type(name, "L");
      if (part.constant && part.constant->type != Type::number) note_type(name, type_code(part.constant->type));
    }
    return whole;
  }

  AwsResult<SetValue> operand() {
    const Token& token = peek();
    if (token.kind == TokenKind::open) return in_parentheses();
    if (token.kind == TokenKind::word && peek(1).kind == TokenKind::open) return function();
    SetValue value;
    if (token.kind == TokenKind::value) {
      value.constant = constant();
      return value;
    }
    value.op = SetValue::Op::path;
    value.path = TRY(path());
    return value;
  }

  AwsResult<SetValue> in_parentheses() {
    next();
    Level level(depth_);
    if (too_deep()) return fail(give_up("The expression has redundant parentheses;"));
    SetValue inner = TRY(set_value());
    TRY(expect(TokenKind::close));
    return inner;
  }

  AwsResult<SetValue> function() {
    std::string_view name = next().text;
    next();
    Level level(depth_);
    if (too_deep()) return fail(give_up(concat("Invalid function name; function: ", name)));
    std::vector<SetValue> arguments;
    do arguments.push_back(TRY(operand()));
    while (accept(TokenKind::comma));
    TRY(expect(TokenKind::close));
    return call(name, std::move(arguments));
  }

  SetValue call(std::string_view name, std::vector<SetValue> arguments) {
    SetValue value;
    bool appends = name == "list_append";
    if (!appends && name != "if_not_exists") {
      note_function(name);
      return value;
    }
    if (arguments.size() != 2) {
      note(Rank::operand_type, concat("Incorrect number of operands for operator or function; operator or function: ", name,
                                      ", number of operands: ", arguments.size()));
      return value;
    }
    for (const SetValue& argument : arguments) {
      if (argument.op != SetValue::Op::list_append) continue;
      note(Rank::misused_function, "The function is not allowed to be used this way in an expression; function: list_append");
    }
    if (appends) {
      value.op = SetValue::Op::list_append;
      for (const SetValue& argument : arguments) {
        if (argument.constant && argument.constant->type != Type::list) note_type(name, type_code(argument.constant->type));
      }
      value.operands = std::move(arguments);
      return value;
    }
    if (arguments[0].op != SetValue::Op::path) {
      note(Rank::operand_type, "Operator or function requires a document path; operator or function: if_not_exists");
    }
    value.op = SetValue::Op::if_not_exists;
    value.path = std::move(arguments[0].path);
    value.operands.push_back(std::move(arguments[1]));
    return value;
  }

  void note_function(std::string_view name) {
    constexpr std::array<std::string_view, 6> kOfConditions = {
        "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size"};
    if (std::find(kOfConditions.begin(), kOfConditions.end(), name) != kOfConditions.end()) {
      note(Rank::misused_function, concat("The function is not allowed in an update expression; function: ", name));
    } else {
      note(Rank::unknown_function, concat("Invalid function name; function: ", name));
    }
  }

  void note_clashes() {
    const std::vector<UpdateAction>& actions = update_.actions;
    for (size_t i = 1; i < actions.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        Clash clash = clash_of(actions[j].path, actions[i].path);
        if (clash == Clash::none) continue;
        note(clash == Clash::overlap ? Rank::overlap : Rank::conflict, told(clash, actions[j].path, actions[i].path));
      }
    }
  }

  Update update_;
  bool seen_[4] = {};
};

}  // namespace

bool Update::creates() const {
  return actions.empty() || std::any_of(actions.begin(), actions.end(), [](const UpdateAction& action) { return action.creates(); });
}

AwsResult<void> check_clashes(const Update& update) {
  const std::vector<UpdateAction>& actions = update.actions;
  for (size_t i = 1; i < actions.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      Clash clash = clash_of(actions[j].path, actions[i].path);
      if (clash != Clash::none) return fail(validation(told(clash, actions[j].path, actions[i].path)));
    }
  }
  return {};
}

AwsResult<Update> parse_update(std::string_view text, Placeholders& placeholders) { return UpdateParser(text, placeholders).parse(); }

}  // namespace cloudemu::dynamodb::expression
