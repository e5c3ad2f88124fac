#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "services/iam/condition.h"

/// Policies that stand on resources, read.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
namespace cloudemu::iam {

enum class Effect { allow, deny };

/// Principal or NotPrincipal.
struct Principals {
  bool inverted = false;
  bool everyone = false;         ///< "*" or {"AWS": "*"}
  std::vector<std::string> aws;  ///< account ids, ARNs of roots, users, roles and sessions, unique ids
  std::vector<std::string> canonical_users, services, federated;
};

/// Action or NotAction, Resource or NotResource.
struct Patterns {
  bool inverted = false;
  std::vector<Pattern> any_of;
};

struct Statement {
  std::string sid;
  Effect effect = Effect::allow;
  Principals principals;
  Patterns actions, resources;
  std::vector<Condition> conditions;  ///< all must be met
};

struct Policy {
  std::vector<Statement> statements;
};

/// Why a document is no policy. Each service words it in its own way.
struct PolicyFlaw {
  enum class Kind {
    not_json,
    syntax,  ///< a value of the wrong kind, or both of two elements that exclude each other
    version,
    unknown_field,  ///< `detail`: its name
    missing_field,  ///< `detail`: its name
    effect,         ///< `detail`: what stands there
    principal,
    action,  ///< `detail`: what stands there, if it is a text
    resource,
    condition_operator,  ///< `detail`: what stands there
    condition_value      ///< not a text, a number or a boolean, or no address where one must stand
  };
  Kind kind;
  std::string detail = {};
};

/// Whose a policy is: only those of resources name principals.
enum class PolicyOf { resource, session };

/// Reads a document as AWS checks it when it is put on a resource. What is allowed depends on the service (which actions, which resources)
/// is left to it; a policy without statements is one, here.
Result<Policy, PolicyFlaw> parse_policy(std::string_view document, PolicyOf of = PolicyOf::resource);

/// The same, remembered: each text is read once. A document that is no policy (an old log may hold one) grants and denies nothing.
/// Valid until the next call.
const Policy& remembered_policy(std::string_view document, PolicyOf of = PolicyOf::resource);

}  // namespace cloudemu::iam
