#include "services/dynamodb/partiql/tokens.h"

#include <algorithm>

#include "core/strings.h"
#include "services/dynamodb/canonical.h"
#include "services/dynamodb/number.h"
#include "services/dynamodb/partiql/statement.h"

namespace cloudemu::dynamodb::partiql {

namespace {

/// Words that are no names unless they stand in double quotes.
constexpr std::string_view kKeywords[] = {"AND",  "AS",    "ASC",     "BETWEEN", "BY",     "DELETE", "DESC",      "EXISTS", "FALSE",
                                          "FROM", "GROUP", "HAVING",  "IN",      "INTO",   "INSERT", "IS",        "JOIN",   "LIMIT",
                                          "LIKE", "NOT",   "MISSING", "NULL",    "ON",     "OR",     "ORDER",     "REMOVE", "SELECT",
                                          "SET",  "TRUE",  "UPDATE",  "VALUE",   "VALUES", "WHERE",  "RETURNING", "UNION"};

bool is_keyword(std::string_view word) {
  return std::any_of(std::begin(kKeywords), std::end(kKeywords),
                     [&](std::string_view keyword) { return equals_ignoring_case(word, keyword); });
}

/// "Unexpected keyword", where a statement has a word of SQL that DynamoDB does not know in that place.
std::string_view described(const Token& token) {
  switch (token.kind) {
    case Kind::word: return is_keyword(token.text) ? "Unexpected keyword" : "Unexpected term";
    case Kind::sign: return "Unexpected operator";
    default: return "Unexpected term";
  }
}

}  // namespace

bool Tokens::is_sign(std::string_view sign, size_t ahead) const {
  return at_ + ahead < tokens_.size() && tokens_[at_ + ahead].kind == Kind::sign && tokens_[at_ + ahead].text == sign;
}

bool Tokens::is_word(std::string_view keyword, size_t ahead) const {
  return at_ + ahead < tokens_.size() && tokens_[at_ + ahead].kind == Kind::word &&
         equals_ignoring_case(tokens_[at_ + ahead].text, keyword);
}

bool Tokens::comes(std::string_view keyword) const {
  for (size_t ahead = 1; at_ + ahead < tokens_.size(); ++ahead) {
    if (is_word(keyword, ahead)) return true;
  }
  return false;
}

bool Tokens::is_call() const { return !at_end() && tokens_[at_].kind == Kind::word && is_sign("(", 1); }

bool Tokens::accept_sign(std::string_view sign) {
  if (!is_sign(sign)) return false;
  ++at_;
  return true;
}

bool Tokens::accept_word(std::string_view keyword) {
  if (!is_word(keyword)) return false;
  ++at_;
  return true;
}

AwsResult<void> Tokens::expect_sign(std::string_view sign) {
  if (accept_sign(sign)) return {};
  return fail(unexpected());
}

AwsResult<void> Tokens::expect_word(std::string_view keyword) {
  if (accept_word(keyword)) return {};
  return fail(unexpected());
}

AwsError Tokens::unexpected() const { return malformed(at_end() ? "Unexpected end of statement" : described(tokens_[at_])); }

AwsResult<void> Tokens::check_depth() const {
  if (depth_ > kDepthMax) return fail(malformed("Statement is nested too deeply"));
  return {};
}

AwsResult<std::string> Tokens::name() {
  bool is_name = !at_end() && (tokens_[at_].kind == Kind::name || (tokens_[at_].kind == Kind::word && !is_keyword(tokens_[at_].text)));
  if (!is_name) return fail(unexpected());
  std::string name = take();
  if (const char* flaw = attribute_name_flaw(name)) return fail(validation(flaw));
  return name;
}

/// [3] or ['name'].
AwsResult<expression::PathStep> Tokens::bracket() {
  if (at_end()) return fail(unexpected());
  expression::PathStep step;
  if (tokens_[at_].kind == Kind::string) {
    step = expression::PathStep::member(take());
  } else {
    auto index = tokens_[at_].kind == Kind::number ? parse_integer<uint32_t>(tokens_[at_].text) : std::nullopt;
    if (!index) return fail(malformed("Unexpected path component"));
    ++at_;
    step = expression::PathStep::element(*index);
  }
  TRY(expect_sign("]"));
  return step;
}

AwsResult<expression::Path> Tokens::path() {
  expression::Path path = expression::Path::of_attribute(TRY(name()));
  while (true) {
    if (accept_sign(".")) path.steps.push_back(expression::PathStep::member(TRY(name())));
    else if (accept_sign("[")) path.steps.push_back(TRY(bracket()));
    else break;
    if (path.steps.size() > expression::kPathLevelsMax + 1) {
      return fail(validation(concat("The document path has too many nesting levels; nesting levels: ", path.steps.size() - 1)));
    }
  }
  return path;
}

bool Tokens::is_constant() const {
  if (at_end()) return false;
  const Token& token = tokens_[at_];
  if (token.kind == Kind::string || token.kind == Kind::number || token.kind == Kind::parameter) return true;
  if (is_word("TRUE") || is_word("FALSE") || is_word("NULL")) return true;
  bool is_signed = (is_sign("-") || is_sign("+")) && at_ + 1 < tokens_.size() && tokens_[at_ + 1].kind == Kind::number;
  return is_signed || is_sign("[") || is_sign("{") || is_sign("<<");
}

AwsResult<Value> Tokens::constant() {
  if (!is_constant()) return fail(unexpected());
  if (tokens_[at_].kind == Kind::parameter) return parameter();
  if (tokens_[at_].kind == Kind::string) return Value::string(take());
  if (accept_word("TRUE")) return Value{.type = Type::boolean, .boolean = true};
  if (accept_word("FALSE")) return Value{.type = Type::boolean};
  if (accept_word("NULL")) return Value{.type = Type::null};
  if (is_sign("[")) return list();
  if (is_sign("{")) return map();
  if (is_sign("<<")) return set();
  bool negative = accept_sign("-");
  if (!negative) accept_sign("+");
  return number(negative);
}

AwsResult<Value> Tokens::parameter() {
  ++at_;
  if (parameters_used_ >= parameters_.size()) return fail(validation("Number of parameters in request and statement don't match."));
  return canonical_value(parameters_.at(parameters_used_++));
}

AwsResult<void> Tokens::check_parameters() const {
  if (parameters_used_ == parameters_.size()) return {};
  return fail(validation("Number of parameters in request and statement don't match."));
}

AwsResult<Value> Tokens::number(bool negative) {
  std::string text = take();
  auto canonical = canonical_number(negative ? concat('-', text) : text);
  if (!canonical) return fail(bad_number(canonical.error(), text));
  return Value::number(std::move(*canonical));
}

namespace {

AwsError too_deep() { return validation("Nesting Levels have exceeded supported limits"); }

}  // namespace

AwsResult<Value> Tokens::list() {
  ++at_;
  if (++documents_ >= kNestingMax) return fail(too_deep());
  Value list{.type = Type::list};
  if (!is_sign("]")) {
    do list.elements.push_back(TRY(constant()));
    while (accept_sign(","));
  }
  TRY(expect_sign("]"));
  --documents_;
  return list;
}

AwsResult<Value> Tokens::set() {
  ++at_;
  Value set{.type = Type::string_set};
  do set.elements.push_back(TRY(constant()));
  while (accept_sign(","));
  TRY(expect_sign(">>"));
  Type type = set.elements.front().type;
  if (type > Type::binary) return fail(validation("A set may hold only strings, numbers or binary values"));
  set.type = set_type(type);
  for (size_t i = 0; i < set.elements.size(); ++i) {
    if (set.elements[i].type != type) return fail(validation("All elements of a set must be of the same type"));
  }
  std::vector<std::string_view> members;
  for (const Value& element : set.elements) members.push_back(element.text);
  std::sort(members.begin(), members.end());
  if (std::adjacent_find(members.begin(), members.end()) != members.end()) {
    return fail(invalid_values("Input collection contains duplicates."));
  }
  return set;
}

AwsResult<Value> Tokens::map() {
  ++at_;
  if (++documents_ >= kNestingMax) return fail(too_deep());
  Value map{.type = Type::map};
  while (!is_sign("}")) {
    bool is_key = !at_end() && (tokens_[at_].kind == Kind::string || tokens_[at_].kind == Kind::name);
    if (!is_key) return fail(unexpected());
    std::string key = take();
    if (const char* flaw = attribute_name_flaw(key)) return fail(validation(flaw));
    TRY(expect_sign(":"));
    put(map.map, key, TRY(constant()));
    if (!accept_sign(",")) break;
  }
  TRY(expect_sign("}"));
  --documents_;
  return map;
}

AwsResult<Item> Tokens::item() {
  documents_ = -1;  // the item is the first level of itself
  Value value = TRY(constant());
  documents_ = 0;
  if (value.type != Type::map) return fail(malformed("Expected a tuple"));
  return std::move(value.map);
}

}  // namespace cloudemu::dynamodb::partiql
