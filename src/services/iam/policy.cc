#include "services/iam/policy.h"

#include <algorithm>
#include <unordered_map>

#include "core/account_id.h"
#include "core/strings.h"
#include "core/word_list.h"
#include "protocol/json.h"

namespace cloudemu::iam {

namespace {

using json::Value;
using Kind = PolicyFlaw::Kind;
template <class T>
using Parsed = Result<T, PolicyFlaw>;

constexpr std::string_view kDocumentFields[] = {"Version", "Id", "Statement"};
constexpr std::string_view kStatementFields[] = {"Sid",       "Effect",   "Principal",   "NotPrincipal", "Action",
                                                 "NotAction", "Resource", "NotResource", "Condition"};
/// The version that knows policy variables, and the one that is meant where none is named.
constexpr std::string_view kVersion = "2012-10-17", kOldVersion = "2008-10-17";

/// Documents that are remembered, and their bytes together.
constexpr size_t kRememberedMax = 512;
constexpr size_t kRememberedBytesMax = 2 << 20;

auto flaw(Kind kind, std::string_view detail = {}) { return fail(PolicyFlaw{kind, std::string(detail)}); }

/// One text, or a list of texts: nothing for anything else.
std::optional<std::vector<std::string_view>> texts(Value value) {
  if (value.is_string()) return std::vector<std::string_view>{value.string()};
  if (!value.is_array()) return std::nullopt;
  std::vector<std::string_view> all;
  for (Value element : value.elements()) {
    if (!element.is_string()) return std::nullopt;
    all.push_back(element.string());
  }
  return all;
}

/// An element that may be inverted: "Action" or "NotAction", but not both.
struct Either {
  Value value;
  bool inverted;
};
Parsed<Either> either(Value statement, std::string_view name) {
  Value plain = statement[name], inverted = statement[concat("Not", name)];
  if (plain && inverted) return flaw(Kind::syntax);
  if (!plain && !inverted) return flaw(Kind::missing_field, name);
  return Either{plain ? plain : inverted, !plain};
}

/// An account, its root, a user, a role or a session. Wildcards may stand for everyone only.
bool is_aws_principal(std::string_view text) {
  if (is_account_id(text)) return true;
  bool is_unique_id = text.starts_with("AIDA") || text.starts_with("AROA");
  auto parts = split(text, ':');
  bool is_arn = parts.size() >= 6 && parts[0] == "arn" && (parts[2] == "iam" || parts[2] == "sts") && is_account_id(parts[4]);
  return (is_arn || is_unique_id) && text.find_first_of("*?") == std::string_view::npos;
}

Parsed<Principals> read_principals(const Either& element) {
  Principals principals{.inverted = element.inverted};
  Value value = element.value;
  if (value.is_string()) {
    if (value.string() != "*") return flaw(Kind::principal);
    principals.everyone = true;
    return principals;
  }
  if (!value.is_object() || value.size() == 0) return flaw(Kind::principal);
  for (auto [kind, names_value] : value.members()) {
    auto names = texts(names_value);
    if (!names || names->empty()) return flaw(Kind::principal);
    std::vector<std::string>* list = kind == "AWS"             ? &principals.aws
                                     : kind == "CanonicalUser" ? &principals.canonical_users
                                     : kind == "Service"       ? &principals.services
                                     : kind == "Federated"     ? &principals.federated
                                                               : nullptr;
    if (!list) return flaw(Kind::principal);
    for (std::string_view name : *names) {
      if (kind == "AWS" && name == "*") principals.everyone = true;
      else if (kind == "AWS" && !is_aws_principal(name)) return flaw(Kind::principal);
      else list->emplace_back(name);
    }
  }
  return principals;
}

/// "s3:Get*": what a service has is its own to say.
bool is_action(std::string_view action) {
  if (action == "*") return true;
  auto [service, name] = split_once(action, ':');
  return !service.empty() && !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_alnum(c) || c == '*' || c == '?'; });
}

Parsed<Patterns> read_patterns(const Either& element, Kind kind, Pattern::Syntax syntax) {
  auto list = texts(element.value);
  if (!list || list->empty()) return flaw(kind);
  Patterns patterns{.inverted = element.inverted, .any_of = {}};
  for (std::string_view text : *list) {
    if (kind == Kind::action && !is_action(text)) return flaw(kind, text);
    patterns.any_of.emplace_back(text, syntax);
  }
  return patterns;
}

Parsed<std::vector<Pattern>> read_values(Value value, const Operator& op, bool variables) {
  std::vector<Pattern> values;
  auto add = [&](Value element) {
    bool is_scalar = element.is_string() || element.is_number() || element.is_boolean();
    if (is_scalar) values.emplace_back(element.is_string() ? std::string(element.string()) : element.text(), syntax_of(op, variables));
    return is_scalar;
  };
  if (!value.is_array()) {
    if (!add(value)) return flaw(Kind::condition_value);
    return values;
  }
  for (Value element : value.elements()) {
    if (!add(element)) return flaw(Kind::condition_value);
  }
  return values;
}

Parsed<void> read_conditions(Value conditions, bool variables, std::vector<Condition>& into) {
  if (!conditions) return {};
  if (!conditions.is_object()) return flaw(Kind::syntax);
  for (auto [name, keys] : conditions.members()) {
    auto op = parse_operator(name);
    if (!op) return flaw(Kind::condition_operator, name);
    if (!keys.is_object()) return flaw(Kind::syntax);
    for (auto [key, values] : keys.members()) {
      std::vector<Pattern> patterns = TRY(read_values(values, *op, variables));
      into.push_back({.op = *op, .key = normal_key(key), .values = std::move(patterns)});
    }
  }
  return {};
}

/// Whoever has a session is meant by its policy, which may not say so.
Parsed<Principals> read_principals(Value statement, PolicyOf of) {
  if (of == PolicyOf::session) {
    if (statement["Principal"] || statement["NotPrincipal"]) return flaw(Kind::principal);
    return Principals{.everyone = true};
  }
  Either principal = TRY(either(statement, "Principal"));
  return read_principals(principal);
}

Parsed<Statement> read_statement(Value value, bool variables, PolicyOf of) {
  if (!value.is_object()) return flaw(Kind::syntax);
  for (auto [name, member] : value.members()) {
    if (!contains(kStatementFields, name)) return flaw(Kind::unknown_field, name);
  }
  Value effect = value["Effect"];
  if (!effect) return flaw(Kind::missing_field, "Effect");
  if (effect.string() != "Allow" && effect.string() != "Deny") return flaw(Kind::effect, effect.string());
  // One after the other: what leaves an initializer early leaves behind what was made of it.
  Statement statement;
  statement.sid = value["Sid"].string();
  statement.effect = effect.string() == "Allow" ? Effect::allow : Effect::deny;
  statement.principals = TRY(read_principals(value, of));
  Either action = TRY(either(value, "Action"));
  statement.actions = TRY(read_patterns(action, Kind::action, {.wildcards = true, .folded = true}));
  Either resource = TRY(either(value, "Resource"));
  statement.resources = TRY(read_patterns(resource, Kind::resource, {.wildcards = true, .variables = variables}));
  TRY(read_conditions(value["Condition"], variables, statement.conditions));
  return statement;
}

}  // namespace

Result<Policy, PolicyFlaw> parse_policy(std::string_view document, PolicyOf of) {
  auto parsed = json::Document::parse(document);
  if (!parsed) return flaw(Kind::not_json);
  Value root = parsed->root();
  if (!root.is_object()) return flaw(Kind::syntax);
  Value version = root["Version"], statements = root["Statement"];
  if (version && version.string() != kVersion && version.string() != kOldVersion) return flaw(Kind::version);
  if (!statements) return flaw(Kind::missing_field, "Statement");
  for (auto [name, value] : root.members()) {
    if (!contains(kDocumentFields, name)) return flaw(Kind::unknown_field, name);
  }
  if (!statements.is_object() && !statements.is_array()) return flaw(Kind::syntax);
  bool variables = version.string() == kVersion;
  Policy policy;
  auto add = [&](Value value) -> Parsed<void> {
    Statement statement = TRY(read_statement(value, variables, of));
    policy.statements.push_back(std::move(statement));
    return {};
  };
  // One statement may stand without a list around it.
  if (statements.is_object()) TRY(add(statements));
  for (Value statement : statements.elements()) TRY(add(statement));
  return policy;
}

const Policy& remembered_policy(std::string_view document, PolicyOf of) {
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct Memory {
    std::unordered_map<std::string, Policy, Hash, std::equal_to<>> policies;
    size_t bytes = 0;
  };
  static thread_local Memory memories[2];  // the same text may be a policy of the one kind, and none of the other
  Memory& memory = memories[static_cast<size_t>(of)];
  auto known = memory.policies.find(document);
  if (known != memory.policies.end()) return known->second;
  if (memory.policies.size() >= kRememberedMax || memory.bytes + document.size() > kRememberedBytesMax) memory = {};
  memory.bytes += document.size();
  return memory.policies.emplace(std::string(document), parse_policy(document, of).value_or(Policy())).first->second;
}

}  // namespace cloudemu::iam
