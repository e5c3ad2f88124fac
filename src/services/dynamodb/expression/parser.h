#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/dynamodb/errors.h"
#include "services/dynamodb/expression/lexer.h"
#include "services/dynamodb/expression/path.h"
#include "services/dynamodb/expression/placeholders.h"

namespace cloudemu::dynamodb::expression {

/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters
inline constexpr size_t kExpressionBytesMax = 4096;
inline constexpr int kOperatorsMax = 300;
/// The greatest index that AWS takes: https://github.com/floci-io/floci/issues/3073
inline constexpr uint32_t kListIndexMax = 4'294'967'294;
/// Deeper nesting than this cannot be legal, given the two limits above; it bounds the recursion of parsers and evaluators.
inline constexpr int kExpressionDepthMax = 310;

/// What the parsers of all kinds of expressions share. A flaw of syntax ends the reading; other flaws are noted with a rank, and of
/// all that were found the one of the lowest rank is reported: AWS looks for one kind of flaw after the other.
class Parser {
 protected:
  /// `kind`: "UpdateExpression". `keywords`: words that cannot be names in this kind of expression.
  Parser(std::string_view kind, std::string_view text, Placeholders& placeholders, std::span<const std::string_view> keywords);

  /// The expression's length, and that there is something in it.
  AwsResult<void> check_text() const;
  /// After the last token: the worst of what was noted.
  AwsResult<void> finish() const;

  const Token& peek(size_t ahead = 0) const;
  Token next();
  bool accept(TokenKind kind);
  bool accept_word(std::string_view keyword);
  AwsResult<void> expect(TokenKind kind);

  AwsResult<Path> path();
  /// Reads the ":x" at hand. Null, and a note, if it is not defined.
  Constant constant();

  AwsResult<void> count_operator();
  /// To be held while inside of parentheses or a function; `too_deep()` after entering ends the reading.
  class Level {
   public:
    explicit Level(int& depth) : depth_(depth) { ++depth_; }
    ~Level() { --depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    int& depth_;
  };
  bool too_deep() const { return depth_ > kExpressionDepthMax; }
  /// The error for what cannot be read on: a noted one before anything else.
  AwsError give_up(std::string message) const;

  AwsError error(std::string_view message) const;
  /// About the token at hand.
  AwsError syntax_error() const;
  void note(int rank, const std::string& message) { notes_.try_emplace(rank, message); }

  /// Ranks of what paths and constants may have wrong; each kind of expression has its own order.
  int rank_reserved_ = 0, rank_undefined_name_ = 0, rank_undefined_value_ = 0;
  int depth_ = 0;

 private:
  AwsResult<PathStep> member();
  AwsResult<PathStep> element();
  bool is_keyword(const Token& word) const;

  std::string_view kind_, text_;
  Placeholders& placeholders_;
  std::span<const std::string_view> keywords_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  int operators_ = 0;
  std::map<int, std::string> notes_;
};

}  // namespace cloudemu::dynamodb::expression
