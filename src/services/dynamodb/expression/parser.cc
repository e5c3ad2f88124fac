#include "services/dynamodb/expression/parser.h"

#include <algorithm>

#include "core/strings.h"
#include "services/dynamodb/expression/reserved_words.h"

namespace cloudemu::dynamodb::expression {

Parser::Parser(std::string_view kind, std::string_view text, Placeholders& placeholders, std::span<const std::string_view> keywords)
    : kind_(kind), text_(text), placeholders_(placeholders), keywords_(keywords) {
  if (text.size() <= kExpressionBytesMax) tokens_ = tokenize(text);
}

AwsResult<void> Parser::check_text() const {
  if (text_.size() > kExpressionBytesMax) {
    // Of an update AWS does not tell it: https://github.com/aws/aws-sdk-java-v2/issues/4597
    std::string size = kind_ == "UpdateExpression" ? "" : concat(" expression size: ", text_.size());
    return fail(error(concat("Expression size has exceeded the maximum allowed size;", size)));
  }
  if (peek().kind == TokenKind::end) return fail(error("The expression can not be empty;"));
  return {};
}

AwsResult<void> Parser::finish() const {
  if (notes_.empty()) return {};
  return fail(error(notes_.begin()->second));
}

AwsError Parser::give_up(std::string message) const { return error(notes_.empty() ? message : notes_.begin()->second); }

const Token& Parser::peek(size_t ahead) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }

Token Parser::next() {
  Token token = peek();
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool Parser::accept(TokenKind kind) {
  if (peek().kind != kind) return false;
  next();
  return true;
}

bool Parser::accept_word(std::string_view keyword) {
  if (!is_word(peek(), keyword)) return false;
  next();
  return true;
}

AwsResult<void> Parser::expect(TokenKind kind) {
  if (!accept(kind)) return fail(syntax_error());
  return {};
}

AwsError Parser::error(std::string_view message) const { return validation(concat("Invalid ", kind_, ": ", message)); }

AwsError Parser::syntax_error() const {
  return error(concat("Syntax error; token: \"", peek().text, "\", near: \"", neighbourhood(text_, tokens_, at_), "\""));
}

AwsResult<void> Parser::count_operator() {
  if (++operators_ <= kOperatorsMax) return {};
  return fail(give_up(concat("The expression contains too many operators; operator count: ", operators_)));
}

bool Parser::is_keyword(const Token& word) const {
  return std::any_of(keywords_.begin(), keywords_.end(), [&](std::string_view keyword) { return is_word(word, keyword); });
}

AwsResult<PathStep> Parser::member() {
  const Token& token = peek();
  if (token.kind == TokenKind::word && !is_keyword(token)) {
    std::string_view name = next().text;
    if (is_reserved(name)) note(rank_reserved_, concat("Attribute name is a reserved keyword; reserved keyword: ", name));
    return PathStep::member(name);
  }
  if (token.kind != TokenKind::name) return fail(syntax_error());
  std::string_view key = next().text;
  if (const std::string* name = placeholders_.name(key)) return PathStep::member(*name);
  note(rank_undefined_name_, concat("An expression attribute name used in the document path is not defined; attribute name: ", key));
  return PathStep::member(key);
}

AwsResult<PathStep> Parser::element() {
  if (peek().kind != TokenKind::number) return fail(syntax_error());
  std::string_view digits = next().text;
  auto index = parse_integer<uint32_t>(digits);
  if (!index || *index > kListIndexMax) return fail(error(concat("List index is not within the allowable range; index: [", digits, "]")));
  TRY(expect(TokenKind::close_bracket));
  return PathStep::element(*index);
}

AwsResult<Path> Parser::path() {
  Path path;
  path.steps.push_back(TRY(member()));
  while (true) {
    if (accept(TokenKind::dot)) path.steps.push_back(TRY(member()));
    else if (accept(TokenKind::open_bracket)) path.steps.push_back(TRY(element()));
    else break;
  }
  if (path.steps.size() > kPathLevelsMax) {
    return fail(error(concat("The document path has too many nesting levels; nesting levels: ", path.steps.size())));
  }
  return path;
}

Constant Parser::constant() {
  std::string_view key = next().text;
  Constant value = placeholders_.value(key);
  if (!value) {
    note(rank_undefined_value_, concat("An expression attribute value used in expression is not defined; attribute value: ", key));
  }
  return value;
}

}  // namespace cloudemu::dynamodb::expression
