#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "services/dynamodb/expression/condition.h"
#include "services/dynamodb/expression/parser.h"

namespace cloudemu::dynamodb::expression {

namespace {

using Op = Condition::Op;

/// What AWS looks for first.
enum Rank { parentheses, unknown_function, misused_function, reserved, undefined_name, undefined_value, operand_count, distinct, type };

constexpr std::string_view kKeywords[] = {"AND", "OR", "NOT", "BETWEEN", "IN"};
/// The first operand counts.
constexpr size_t kInOperandsMax = 100;

struct Function {
  std::string_view name;
  size_t operands;
  Op op;  // of those that are conditions
};
constexpr Function kFunctions[] = {{"attribute_exists", 1, Op::attribute_exists},
                                   {"attribute_not_exists", 1, Op::attribute_not_exists},
                                   {"attribute_type", 2, Op::attribute_type},
                                   {"begins_with", 2, Op::begins_with},
                                   {"contains", 2, Op::contains}};

/// A piece of an expression: it may turn out a condition, or something to compare.
struct Node {
  bool is_condition = false;
  bool in_parentheses = false;
  std::string_view function = {};  // that the piece is a call of
  Condition condition = {};
  Operand operand = {};
};

bool is_ordered(Type type) { return type == Type::string || type == Type::number || type == Type::binary; }

bool can_contain(Type type) { return type == Type::string || type == Type::binary || type == Type::list || is_set(type); }

/// As AWS prints the bound of a BETWEEN, which is a scalar: {N:1}, and bytes as base64.
std::string shown(const Value& value) {
  return concat("AttributeValue: {", type_code(value.type), ":", value.type == Type::binary ? base64(value.text) : value.text, "}");
}

class ConditionParser : Parser {
 public:
  ConditionParser(std::string_view kind, std::string_view text, Placeholders& placeholders) : Parser(kind, text, placeholders, kKeywords) {
    rank_reserved_ = Rank::reserved;
    rank_undefined_name_ = Rank::undefined_name;
    rank_undefined_value_ = Rank::undefined_value;
  }

  AwsResult<Condition> parse() {
    TRY(check_text());
    Condition condition = TRY(as_condition(TRY(disjunction())));
    if (peek().kind != TokenKind::end) return fail(syntax_error());
    TRY(finish());
    return condition;
  }

 private:
  AwsResult<Node> disjunction() {
    return joined(Op::any, "OR", [this] { return joined(Op::all, "AND", [this] { return negation(); }); });
  }

  template <class ParsePart>
  AwsResult<Node> joined(Op op, std::string_view keyword, ParsePart part) {
    Node first = TRY(part());
    if (!is_word(peek(), keyword)) return first;
    Node whole{.is_condition = true};
    whole.condition.op = op;
    whole.condition.parts.push_back(TRY(as_condition(std::move(first))));
    while (accept_word(keyword)) {
      TRY(count_operator());
      whole.condition.parts.push_back(TRY(as_condition(TRY(part()))));
    }
    return whole;
  }

  AwsResult<Node> negation() {
    if (!accept_word("NOT")) return comparison();
    TRY(count_operator());
    Level level(depth_);
    if (too_deep()) return fail(give_up("The expression is nested too deeply;"));
    Node whole{.is_condition = true};
    whole.condition.op = Op::negation;
    whole.condition.parts.push_back(TRY(as_condition(TRY(negation()))));
    return whole;
  }

  static std::optional<Op> comparator(const Token& token) {
    switch (token.kind) {
      case TokenKind::equal: return Op::equal;
      case TokenKind::not_equal: return Op::not_equal;
      case TokenKind::less: return Op::less;
      case TokenKind::less_equal: return Op::less_equal;
      case TokenKind::greater: return Op::greater;
      case TokenKind::greater_equal: return Op::greater_equal;
      default: break;
    }
    if (is_word(token, "BETWEEN")) return Op::between;
    if (is_word(token, "IN")) return Op::in;
    return std::nullopt;
  }

  AwsResult<Node> comparison() {
    Node left = TRY(primary());
    auto op = comparator(peek());
    if (!op) return left;
    Node whole{.is_condition = true};
    whole.condition.op = *op;
    whole.condition.operands.push_back(TRY(as_operand(std::move(left))));
    next();
    TRY(count_operator());
    if (*op == Op::in) {
      TRY(list_of_values(whole.condition.operands));
    } else {
      whole.condition.operands.push_back(TRY(as_operand(TRY(primary()))));
    }
    if (*op == Op::between) {
      if (!accept_word("AND")) return fail(syntax_error());
      whole.condition.operands.push_back(TRY(as_operand(TRY(primary()))));
    }
    check_operands(whole.condition);
    return whole;
  }

  AwsResult<void> list_of_values(std::vector<Operand>& operands) {
    TRY(expect(TokenKind::open));
    do operands.push_back(TRY(as_operand(TRY(primary()))));
    while (accept(TokenKind::comma));
    return expect(TokenKind::close);
  }

  AwsResult<Node> primary() {
    const Token& token = peek();
    if (token.kind == TokenKind::open) return in_parentheses();
    if (token.kind == TokenKind::word && peek(1).kind == TokenKind::open) return function();
    Node node;
    if (token.kind == TokenKind::value) node.operand.constant = constant();
    else node.operand.path = TRY(path());
    return node;
  }

  AwsResult<Node> in_parentheses() {
    next();
    Level level(depth_);
    if (too_deep()) return fail(give_up("The expression has redundant parentheses;"));
    Node inner = TRY(disjunction());
    TRY(expect(TokenKind::close));
    if (inner.in_parentheses) note(Rank::parentheses, "The expression has redundant parentheses;");
    inner.in_parentheses = true;
    return inner;
  }

  AwsResult<Node> function() {
    std::string_view name = next().text;
    next();
    auto known = std::find_if(std::begin(kFunctions), std::end(kFunctions), [&](const Function& f) { return f.name == name; });
    bool is_size = name == "size";
    if (known == std::end(kFunctions) && !is_size) note_function(name);
    Level level(depth_);
    if (too_deep()) return fail(give_up(concat("Invalid function name; function: ", name)));
    Node node{.is_condition = !is_size, .function = name};
    std::vector<Operand>& operands = node.condition.operands;
    do {
      Node argument = TRY(primary());
      // A size is a number like any other; what it may be an operand of is a question of types.
      if (!argument.function.empty() && argument.function != "size") note_misuse(argument.function);
      operands.push_back(TRY(as_operand(std::move(argument))));
    } while (accept(TokenKind::comma));
    TRY(expect(TokenKind::close));
    size_t wanted = is_size || known == std::end(kFunctions) ? 1 : known->operands;
    if ((is_size || known != std::end(kFunctions)) && operands.size() != wanted) note_count(name, operands.size());
    else if (is_size) node.operand = size_of(std::move(operands.front()));
    else if (known != std::end(kFunctions)) check_call(node.condition, known->op);
    return node;
  }

  void note_function(std::string_view name) {
    if (name == "if_not_exists" || name == "list_append") {
      note(Rank::misused_function, concat("The function is not allowed in a condition expression; function: ", name));
    } else {
      note(Rank::unknown_function, concat("Invalid function name; function: ", name));
    }
  }

  void note_misuse(std::string_view function) {
    note(Rank::misused_function, concat("The function is not allowed to be used this way in an expression; function: ", function));
  }

  void note_count(std::string_view name, size_t count) {
    note(Rank::operand_count,
         concat("Incorrect number of operands for operator or function; operator or function: ", name, ", number of operands: ", count));
  }

  void note_type(std::string_view name, std::string_view type) {
    note(Rank::type, concat("Incorrect operand type for operator or function; operator or function: ", name, ", operand type: ", type));
  }

  AwsResult<Condition> as_condition(Node node) {
    if (node.is_condition) return std::move(node.condition);
    if (node.function.empty()) return fail(syntax_error());
    note_misuse(node.function);
    return Condition{};
  }

  AwsResult<Operand> as_operand(Node node) {
    if (!node.is_condition) return std::move(node.operand);
    if (node.function.empty()) return fail(syntax_error());
    note_misuse(node.function);
    return Operand{};
  }

  /// As far as it is known without an item.
  static std::optional<Type> type_of(const Operand& operand) {
    if (operand.is_size) return Type::number;
    return operand.constant ? std::optional(operand.constant->type) : std::nullopt;
  }

  Operand size_of(Operand operand) {
    auto of = type_of(operand);
    if (of == Type::number || of == Type::boolean || of == Type::null) note_type("size", type_code(*of));
    operand.is_size = true;
    return operand;
  }

  void check_call(Condition& condition, Op op) {
    condition.op = op;
    const Operand& first = condition.operands.front();
    std::string_view name = name_of(op);
    if (op == Op::attribute_exists || op == Op::attribute_not_exists) {
      if (!first.is_path() || first.is_size) {
        note(Rank::type, concat("Operator or function requires a document path; operator or function: ", name));
      }
      return;
    }
    check_distinct(condition);
    const Operand& second = condition.operands[1];
    if (op == Op::attribute_type) return check_type_name(second);
    if (op == Op::begins_with) {
      for (const Operand* operand : {&first, &second}) {
        auto of = type_of(*operand);
        if (of && of != Type::string && of != Type::binary) note_type(name, type_code(*of));
      }
    } else if (first.constant && !first.is_size && !can_contain(first.constant->type)) {
      note_type(name, type_code(first.constant->type));
    }
  }

  void check_type_name(const Operand& operand) {
    if (operand.is_size) return note_type("attribute_type", type_code(Type::number));
    if (operand.is_path()) return note_type("attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
    if (!operand.constant) return;
    const Value& value = *operand.constant;
    if (value.type != Type::string) return note_type("attribute_type", type_code(value.type));
    if (type_of_code(value.text)) return;
    note(Rank::type, concat("Invalid attribute type name found; type: ", value.text, ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"));
  }

  void check_distinct(const Condition& condition) {
    const Operand& first = condition.operands.front();
    if (!first.is_path()) return;
    auto same = [&](const Operand& other) { return other.is_size == first.is_size && other.path == first.path; };
    if (std::none_of(condition.operands.begin() + 1, condition.operands.end(), same)) return;
    note(Rank::distinct, concat("The first operand must be distinct from the remaining operands for this operator or function; operator: ",
                                name_of(condition.op), ", first operand: ", expression::shown(first.path)));
  }

  void check_operands(const Condition& condition) {
    std::string_view name = name_of(condition.op);
    if (condition.op == Op::in && condition.operands.size() > kInOperandsMax) note_count(name, condition.operands.size());
    check_distinct(condition);
    bool needs_order = condition.op >= Op::less && condition.op <= Op::between;
    if (!needs_order) return;
    for (const Operand& operand : condition.operands) {
      if (operand.is_size || !operand.constant) continue;
      if (!is_ordered(operand.constant->type)) note_type(name, type_code(operand.constant->type));
    }
    if (condition.op == Op::between) check_bounds(condition.operands[1], condition.operands[2]);
  }

  void check_bounds(const Operand& lower, const Operand& upper) {
    if (!lower.constant || !upper.constant || lower.is_size || upper.is_size) return;
    const Value &low = *lower.constant, &high = *upper.constant;
    std::string bounds = concat("; lower bound operand: ", shown(low), ", upper bound operand: ", shown(high));
    if (low.type != high.type) {
      note(Rank::type, concat("The BETWEEN operator requires same data type for lower and upper bounds", bounds));
    } else if (auto order = compare(low, high); order && *order > 0) {
      note(Rank::type, concat("The BETWEEN operator requires upper bound to be greater than or equal to lower bound", bounds));
    }
  }
};

}  // namespace

AwsResult<Condition> parse_condition(std::string_view kind, std::string_view text, Placeholders& placeholders) {
  return ConditionParser(kind, text, placeholders).parse();
}

}  // namespace cloudemu::dynamodb::expression
