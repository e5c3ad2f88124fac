#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace cloudemu::dynamodb::expression {

enum class TokenKind {
  word,    ///< a bare name, a keyword, a function's name
  name,    ///< #name
  value,   ///< :value
  number,  ///< digits
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  plus,
  minus,
  dot,
  comma,
  open,
  close,
  open_bracket,
  close_bracket,
  unknown,  ///< a character that no expression has
  end
};

struct Token {
  TokenKind kind;
  std::string_view text;  ///< within the expression; "<EOF>" for the end
};

/// All tokens of an expression, the last one is the end. The text must outlive them.
std::vector<Token> tokenize(std::string_view text);

/// What AWS shows of an expression around a token: the one before to the one after it.
std::string_view neighbourhood(std::string_view text, const std::vector<Token>& tokens, size_t at);

/// Keywords are recognised in any case.
bool is_word(const Token& token, std::string_view keyword);

}  // namespace cloudemu::dynamodb::expression
