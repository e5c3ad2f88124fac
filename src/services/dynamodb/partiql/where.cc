#include "services/dynamodb/partiql/where.h"

#include <memory>
#include <optional>

#include "core/strings.h"

namespace cloudemu::dynamodb::partiql {

namespace {

using expression::Condition;
using expression::Operand;
using Op = Condition::Op;

/// Operands of IN: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-operators.html
constexpr size_t kInOperandsMax = 100;

Condition negated(Condition condition) {
  Condition whole{.op = Op::negation};
  whole.parts.push_back(std::move(condition));
  return whole;
}

Condition of_operands(Op op, std::vector<Operand> operands) { return {.op = op, .operands = std::move(operands)}; }

Operand constant_operand(Value value) { return Operand::of(std::make_shared<const Value>(std::move(value))); }

class WhereParser {
 public:
  explicit WhereParser(Tokens& tokens) : tokens_(tokens) {}

  AwsResult<Condition> any() { return joined(Op::any, "OR", &WhereParser::all); }

 private:
  AwsResult<Condition> all() { return joined(Op::all, "AND", &WhereParser::one); }

  AwsResult<Condition> joined(Op op, std::string_view keyword, AwsResult<Condition> (WhereParser::*part)()) {
    Condition first = TRY((this->*part)());
    if (!tokens_.is_word(keyword)) return first;
    Condition whole{.op = op};
    whole.parts.push_back(std::move(first));
    while (tokens_.accept_word(keyword)) whole.parts.push_back(TRY((this->*part)()));
    return whole;
  }

  AwsResult<Condition> one() {
    Tokens::Level level(tokens_);
    TRY(tokens_.check_depth());
    if (tokens_.accept_word("NOT")) return negated(TRY(one()));
    if (tokens_.accept_sign("(")) {
      Condition inner = TRY(any());
      TRY(tokens_.expect_sign(")"));
      return inner;
    }
    if (tokens_.is_call() && !tokens_.is_word("size")) return function();
    return comparison();
  }

  AwsResult<Operand> operand() {
    if (tokens_.is_constant()) return constant_operand(TRY(tokens_.constant()));
    if (!tokens_.is_call()) return Operand{.path = TRY(tokens_.path()), .constant = {}};
    if (!tokens_.is_word("size")) return fail(tokens_.unexpected());
    tokens_.take();
    tokens_.take();
    Operand measured{.path = TRY(tokens_.path()), .constant = {}, .is_size = true};
    TRY(tokens_.expect_sign(")"));
    return measured;
  }

  AwsResult<Condition> function() {
    std::string name = lower(tokens_.take());
    tokens_.take();
    std::vector<Operand> operands;
    do operands.push_back(TRY(operand()));
    while (tokens_.accept_sign(","));
    TRY(tokens_.expect_sign(")"));
    constexpr std::pair<std::string_view, Op> kFunctions[] = {
        {"attribute_type", Op::attribute_type}, {"begins_with", Op::begins_with}, {"contains", Op::contains}};
    for (const auto& [known, op] : kFunctions) {
      if (known != name) continue;
      if (operands.size() != 2 || !operands[0].is_path()) return fail(validation(concat("Incorrect operands for function: ", name)));
      return of_operands(op, std::move(operands));
    }
    return fail(malformed(concat("No such function: ", name)));
  }

  AwsResult<Condition> comparison() {
    Operand left = TRY(operand());
    if (tokens_.accept_word("IS")) return is(std::move(left));
    bool negates = tokens_.is_word("NOT") && (tokens_.is_word("IN", 1) || tokens_.is_word("BETWEEN", 1));
    if (negates) tokens_.take();
    std::optional<Condition> found;
    if (tokens_.accept_word("BETWEEN")) found = TRY(between(std::move(left)));
    else if (tokens_.accept_word("IN")) found = TRY(in(std::move(left)));
    if (found) return negates ? negated(std::move(*found)) : std::move(*found);
    constexpr std::pair<std::string_view, Op> kOperators[] = {{"=", Op::equal},         {"<>", Op::not_equal},  {"!=", Op::not_equal},
                                                              {"<", Op::less},          {"<=", Op::less_equal}, {">", Op::greater},
                                                              {">=", Op::greater_equal}};
    auto sign = std::find_if(std::begin(kOperators), std::end(kOperators), [&](const auto& row) { return tokens_.accept_sign(row.first); });
    if (sign == std::end(kOperators)) return fail(tokens_.unexpected());
    Operand right = TRY(operand());
    return of_operands(sign->second, {std::move(left), std::move(right)});
  }

  AwsResult<Condition> between(Operand left) {
    Operand lower = TRY(operand());
    TRY(tokens_.expect_word("AND"));
    Operand upper = TRY(operand());
    return of_operands(Op::between, {std::move(left), std::move(lower), std::move(upper)});
  }

  /// IN [a, b], IN (a, b), IN ?.
  AwsResult<Condition> in(Operand left) {
    std::vector<Operand> operands{std::move(left)};
    if (tokens_.accept_sign("(")) {
      do operands.push_back(TRY(operand()));
      while (tokens_.accept_sign(","));
      TRY(tokens_.expect_sign(")"));
    } else {
      Value list = TRY(tokens_.constant());
      if (list.type != Type::list) return fail(malformed("Expected a list"));
      for (Value& element : list.elements) operands.push_back(constant_operand(std::move(element)));
    }
    if (operands.size() > kInOperandsMax + 1) {
      return fail(validation(concat("Too many values in the IN operator: ", operands.size() - 1, ", at most ", kInOperandsMax)));
    }
    return of_operands(Op::in, std::move(operands));
  }

  AwsResult<Condition> is(Operand left) {
    bool negates = tokens_.accept_word("NOT");
    if (tokens_.accept_word("MISSING")) return of_operands(negates ? Op::attribute_exists : Op::attribute_not_exists, {std::move(left)});
    TRY(tokens_.expect_word("NULL"));
    Condition null = of_operands(Op::attribute_type, {std::move(left), constant_operand(Value::string("NULL"))});
    return negates ? negated(std::move(null)) : null;
  }

  Tokens& tokens_;
};

}  // namespace

AwsResult<Condition> read_where(Tokens& tokens) { return WhereParser(tokens).any(); }

}  // namespace cloudemu::dynamodb::partiql
