#include "services/dynamodb/expression/lexer.h"

#include "core/strings.h"

namespace cloudemu::dynamodb::expression {

namespace {

bool is_name_char(char c) { return is_alnum(c) || c == '_'; }

size_t run_length(std::string_view text, bool (*belongs)(char)) {
  size_t length = 0;
  while (length < text.size() && belongs(text[length])) ++length;
  return length;
}

Token placeholder(std::string_view text, TokenKind kind) {
  size_t length = run_length(text.substr(1), is_name_char);
  if (length == 0) return {TokenKind::unknown, text.substr(0, 1)};
  return {kind, text.substr(0, length + 1)};
}

Token comparison(std::string_view text) {
  char second = text.size() > 1 ? text[1] : '\0';
  if (text.front() == '=') return {TokenKind::equal, text.substr(0, 1)};
  if (text.front() == '<' && second == '>') return {TokenKind::not_equal, text.substr(0, 2)};
  if (text.front() == '<' && second == '=') return {TokenKind::less_equal, text.substr(0, 2)};
  if (text.front() == '>' && second == '=') return {TokenKind::greater_equal, text.substr(0, 2)};
  return {text.front() == '<' ? TokenKind::less : TokenKind::greater, text.substr(0, 1)};
}

TokenKind punctuation(char c) {
  switch (c) {
    case '+': return TokenKind::plus;
    case '-': return TokenKind::minus;
    case '.': return TokenKind::dot;
    case ',': return TokenKind::comma;
    case '(': return TokenKind::open;
    case ')': return TokenKind::close;
    case '[': return TokenKind::open_bracket;
    case ']': return TokenKind::close_bracket;
    default: return TokenKind::unknown;
  }
}

Token next_token(std::string_view text) {
  char c = text.front();
  if (is_alpha(c)) return {TokenKind::word, text.substr(0, run_length(text, is_name_char))};
  if (is_digit(c)) return {TokenKind::number, text.substr(0, run_length(text, is_digit))};
  if (c == '#') return placeholder(text, TokenKind::name);
  if (c == ':') return placeholder(text, TokenKind::value);
  if (c == '=' || c == '<' || c == '>') return comparison(text);
  // Characters beyond ASCII are shown whole in error messages.
  return {punctuation(c), first_character(text)};
}

}  // namespace

std::vector<Token> tokenize(std::string_view text) {
  std::vector<Token> tokens;
  std::string_view rest = text;
  while (true) {
    while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
    if (rest.empty()) break;
    tokens.push_back(next_token(rest));
    rest.remove_prefix(tokens.back().text.size());
  }
  tokens.push_back({TokenKind::end, "<EOF>"});
  return tokens;
}

std::string_view neighbourhood(std::string_view text, const std::vector<Token>& tokens, size_t at) {
  size_t first = at == 0 ? 0 : at - 1, last = at + 1 < tokens.size() ? at + 1 : at;
  while (last > first && tokens[last].kind == TokenKind::end) --last;
  if (tokens[first].kind == TokenKind::end) return {};
  auto offset = [&](std::string_view part) { return static_cast<size_t>(part.data() - text.data()); };
  size_t start = offset(tokens[first].text), end = offset(tokens[last].text) + tokens[last].text.size();
  return text.substr(start, end - start);
}

bool is_word(const Token& token, std::string_view keyword) {
  return token.kind == TokenKind::word && equals_ignoring_case(token.text, keyword);
}

}  // namespace cloudemu::dynamodb::expression
