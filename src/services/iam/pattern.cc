#include "services/iam/pattern.h"

#include "core/strings.h"

namespace cloudemu::iam {

namespace {

constexpr char16_t kAny = 0x100;  // `*`
constexpr char16_t kOne = 0x101;  // `?`
constexpr char16_t kEnd = 0x102;  // no token
constexpr size_t kNone = std::string_view::npos;

char16_t token(char c) { return static_cast<unsigned char>(c); }
bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Bytes of the character that begins at `at`.
size_t character_bytes(std::string_view text, size_t at) {
  size_t end = at + 1;
  while (end < text.size() && continues_character(text[end])) ++end;
  return end - at;
}

constexpr int kArnParts = 6;

/// Takes the next part of an ARN off the front; the last one holds all that is left.
template <class View>
View take_part(View& rest, bool last) {
  size_t colon = last ? View::npos : rest.find(static_cast<typename View::value_type>(':'));
  View part = rest.substr(0, colon);
  rest = colon == View::npos ? View() : rest.substr(colon + 1);
  return part;
}

}  // namespace

Pattern::Pattern(std::string_view text, Syntax syntax) : text_(text), syntax_(syntax) { compile(text_); }

void Pattern::compile(std::string_view text) {
  tokens_.reserve(text.size());
  while (!text.empty()) {
    if (syntax_.variables && text.starts_with("${")) {
      if (size_t length = compile_variable(text); length > 0) {
        text.remove_prefix(length);
        continue;
      }
    }
    char c = text.front();
    text.remove_prefix(1);
    if (syntax_.wildcards && c == '*') {
      bool follows_variable = !variables_.empty() && variables_.back().at == tokens_.size();
      if (tokens_.empty() || tokens_.back() != kAny || follows_variable) tokens_.push_back(kAny);
    } else if (syntax_.wildcards && c == '?') {
      tokens_.push_back(kOne);
    } else {
      tokens_.push_back(token(syntax_.folded ? to_lower(c) : c));
    }
  }
}

/// "${aws:username}", "${aws:username, 'nobody'}", or one of the characters that would otherwise mean something: ${*} ${?} ${$}.
/// Returns how much of the text that was; 0: it is no variable after all.
size_t Pattern::compile_variable(std::string_view text) {
  size_t end = text.find('}');
  if (end == kNone) return 0;
  std::string_view inside = text.substr(2, end - 2);
  if (inside == "*" || inside == "?" || inside == "$") {
    tokens_.push_back(token(inside.front()));
    return end + 1;
  }
  auto [name, rest] = split_once(inside, ',');
  Variable variable{.at = tokens_.size(), .name = std::string(trim(name)), .fallback = std::nullopt};
  rest = trim(rest);
  if (rest.size() >= 2 && rest.front() == '\'' && rest.back() == '\'') variable.fallback = std::string(rest.substr(1, rest.size() - 2));
  variables_.push_back(std::move(variable));
  return end + 1;
}

std::optional<Pattern::Tokens> Pattern::tokens_with(const Variables& variables) const {
  Tokens tokens;
  size_t at = 0;
  for (const Variable& variable : variables_) {
    tokens.append(tokens_, at, variable.at - at);
    at = variable.at;
    auto value = variables(variable.name);
    if (!value) value = variable.fallback;
    if (!value) return std::nullopt;
    for (char c : *value) tokens.push_back(token(syntax_.folded ? to_lower(c) : c));
  }
  tokens.append(tokens_, at);
  return tokens;
}

std::optional<std::string> Pattern::expand(const Variables& variables) const {
  auto tokens = tokens_with(variables);
  if (!tokens) return std::nullopt;
  std::string text;
  for (char16_t t : *tokens) text.push_back(t == kAny ? '*' : t == kOne ? '?' : static_cast<char>(t));
  return text;
}

/// Goes back to the last `*` only, so that the work is bounded by the product of the two lengths; `effort` bounds that.
bool Pattern::matches_tokens(std::u16string_view pattern, std::string_view text, Effort& effort) const {
  size_t p = 0, t = 0, star = kNone, star_text = 0;
  uint64_t steps = 0;
  while (t < text.size() && !effort.exhausted()) {
    if (++steps % 4096 == 0) effort.spend(4096);
    char16_t wanted = p < pattern.size() ? pattern[p] : kEnd;
    if (wanted == kAny) {
      star = p++;
      star_text = t;
    } else if (wanted == kOne) {
      ++p;
      t += character_bytes(text, t);
    } else if (wanted == token(syntax_.folded ? to_lower(text[t]) : text[t])) {
      ++p, ++t;
    } else if (star != kNone) {
      p = star + 1;
      t = star_text += character_bytes(text, star_text);
    } else {
      break;
    }
  }
  effort.spend(1 + steps % 4096);
  if (t < text.size()) return false;
  while (p < pattern.size() && pattern[p] == kAny) ++p;
  return p == pattern.size();
}

bool Pattern::matches(std::string_view text, const Variables& variables, Effort& effort) const {
  if (variables_.empty()) return matches_tokens(tokens_, text, effort);
  auto tokens = tokens_with(variables);
  return tokens && matches_tokens(*tokens, text, effort);
}

bool Pattern::matches_arn(std::string_view arn, const Variables& variables, Effort& effort) const {
  std::optional<Tokens> made;
  if (!variables_.empty()) made = tokens_with(variables);
  if (!variables_.empty() && !made) return false;
  std::u16string_view pattern = made ? *made : tokens_;
  if (pattern.size() == 1 && pattern.front() == kAny) return true;
  constexpr char16_t kAnyPart[] = {kAny, 0};
  for (int part = 1; part <= kArnParts; ++part) {
    bool left_out = pattern.data() == nullptr;
    std::string_view text = take_part(arn, part == kArnParts);
    std::u16string_view wanted = left_out ? std::u16string_view(kAnyPart) : take_part(pattern, part == kArnParts);
    if (!matches_tokens(wanted, text, effort)) return false;
  }
  return true;
}

}  // namespace cloudemu::iam
