#include "services/dynamodb/partiql/lexer.h"

#include <algorithm>

#include "core/strings.h"

namespace cloudemu::dynamodb::partiql {

namespace {

constexpr std::string_view kSigns[] = {"<<", ">>", "<=", ">=", "<>", "!=", "=", "<", ">", "(", ")",
                                       "[",  "]",  "{",  "}",  ",",  ".",  ":", "*", "+", "-", ";"};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : rest_(text) {}

  AwsResult<std::vector<Token>> run() {
    for (skip(); !rest_.empty(); skip()) TRY(next());
    return std::move(tokens_);
  }

 private:
  void skip() {
    while (!rest_.empty() && (is_space(rest_.front()) || rest_.starts_with("--"))) {
      if (is_space(rest_.front())) rest_.remove_prefix(1);
      else rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    }
  }

  AwsResult<void> next() {
    char c = rest_.front();
    if (is_alpha(c) || c == '_' || c == '$') return take(Kind::word, word_length());
    if (is_digit(c) || (c == '.' && rest_.size() > 1 && is_digit(rest_[1]))) return take(Kind::number, number_length());
    if (c == '\'') return quoted(Kind::string);
    if (c == '"') return quoted(Kind::name);
    if (c == '?') return take(Kind::parameter, 1);
    for (std::string_view sign : kSigns) {
      if (rest_.starts_with(sign)) return take(Kind::sign, sign.size());
    }
    return fail(malformed("Unexpected character"));
  }

  AwsResult<void> take(Kind kind, size_t length) {
    tokens_.push_back({kind, std::string(rest_.substr(0, length))});
    rest_.remove_prefix(length);
    return {};
  }

  size_t word_length() const {
    auto is_part = [](char c) { return is_alnum(c) || c == '_' || c == '$'; };
    return static_cast<size_t>(std::find_if_not(rest_.begin(), rest_.end(), is_part) - rest_.begin());
  }

  size_t digits_from(size_t at) const {
    while (at < rest_.size() && is_digit(rest_[at])) ++at;
    return at;
  }

  size_t number_length() const {
    size_t end = digits_from(0);
    if (end < rest_.size() && rest_[end] == '.') end = digits_from(end + 1);
    if (end >= rest_.size() || to_lower(rest_[end]) != 'e') return end;
    size_t exponent = end + 1;
    if (exponent < rest_.size() && (rest_[exponent] == '+' || rest_[exponent] == '-')) ++exponent;
    size_t past = digits_from(exponent);
    return past > exponent ? past : end;
  }

  /// The quote itself is written twice.
  AwsResult<void> quoted(Kind kind) {
    char quote = rest_.front();
    Token token{kind, {}};
    for (size_t at = 1; at < rest_.size(); ++at) {
      bool ends = rest_[at] == quote && (at + 1 == rest_.size() || rest_[at + 1] != quote);
      if (ends) {
        rest_.remove_prefix(at + 1);
        tokens_.push_back(std::move(token));
        return {};
      }
      if (rest_[at] == quote) ++at;
      token.text.push_back(rest_[at]);
    }
    return fail(malformed("Unterminated quoted text"));
  }

  std::string_view rest_;
  std::vector<Token> tokens_;
};

}  // namespace

AwsError malformed(std::string_view why) { return validation(concat("Statement wasn't well formed, can't be processed: ", why)); }

AwsResult<std::vector<Token>> tokenize(std::string_view statement) { return Lexer(statement).run(); }

}  // namespace cloudemu::dynamodb::partiql
