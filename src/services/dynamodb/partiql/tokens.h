#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "protocol/json.h"
#include "services/dynamodb/expression/path.h"
#include "services/dynamodb/expression/placeholders.h"
#include "services/dynamodb/partiql/lexer.h"

namespace cloudemu::dynamodb::partiql {

/// What the parsers of all parts of a statement share: the words, the parameters, names, paths and constants.
class Tokens {
 public:
  /// `parameters`: a list of attribute values, or absent.
  Tokens(std::vector<Token> tokens, json::Value parameters) : tokens_(std::move(tokens)), parameters_(parameters) {}

  bool at_end() const { return at_ >= tokens_.size(); }
  bool is_sign(std::string_view sign, size_t ahead = 0) const;
  bool is_word(std::string_view keyword, size_t ahead = 0) const;
  /// Whether a keyword comes anywhere after what is at hand.
  bool comes(std::string_view keyword) const;
  /// A function's name and its parenthesis.
  bool is_call() const;
  bool accept_sign(std::string_view sign);
  bool accept_word(std::string_view keyword);
  AwsResult<void> expect_sign(std::string_view sign);
  AwsResult<void> expect_word(std::string_view keyword);
  /// The word at hand, whatever it is.
  std::string take() { return tokens_[at_++].text; }
  /// What does not fit here.
  AwsError unexpected() const;

  /// A name, in double quotes or bare, if it is no keyword.
  AwsResult<std::string> name();
  /// "a.b[3]", "a['b']".
  AwsResult<expression::Path> path();
  /// Whether a constant begins here: a literal or a parameter.
  bool is_constant() const;
  AwsResult<Value> constant();
  /// `{...}` or a parameter of type M: an item.
  AwsResult<Item> item();
  /// Error: there are other parameters than those that were used.
  AwsResult<void> check_parameters() const;

  /// To be held while inside of parentheses or a function.
  class Level {
   public:
    explicit Level(Tokens& tokens) : depth_(tokens.depth_) { ++depth_; }
    ~Level() { --depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    int& depth_;
  };
  /// Error: nested too deep to go on.
  AwsResult<void> check_depth() const;

 private:
  AwsResult<Value> parameter();
  AwsResult<Value> number(bool negative);
  AwsResult<Value> list();
  AwsResult<Value> set();
  AwsResult<Value> map();
  AwsResult<expression::PathStep> bracket();

  const std::vector<Token> tokens_;
  json::Value parameters_;
  size_t at_ = 0, parameters_used_ = 0;
  int depth_ = 0, documents_ = 0;
};

}  // namespace cloudemu::dynamodb::partiql
