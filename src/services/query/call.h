#pragma once
#include <algorithm>
#include <functional>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "projections/state.h"
#include "protocol/aws_error.h"
#include "services/environment.h"
#include "services/moment.h"
#include "services/outcome.h"
#include "services/principal.h"
#include "services/query/input.h"
#include "services/query/reply.h"

namespace cloudemu::iam {
class Judge;
}

/// What SQS and STS have in common: operations known by their name alone, reached by the Query protocol (a form in, XML out) and, of
/// SQS, by JSON 1.0 with X-Amz-Target as well. An operation sees neither: it reads an input and writes a reply.
namespace cloudemu::query {

/// A service as its callers see it.
struct ServiceTraits {
  std::string_view name;     ///< as in a credential scope
  std::string_view version;  ///< of the API, as in the Query protocol's parameter
  std::string_view xml_namespace;
  bool error_detail;  ///< XML errors hold an empty <Detail/>
  /// Of a framework that knows actions by their version: the namespace of its own errors. Empty: actions have no version.
  std::string_view fault_namespace = {};
  /// What an error with this code is called in JSON; null: the service speaks Query alone.
  std::string (*json_error_type)(std::string_view code) = nullptr;
};

/// What an operation is asked, besides its input.
struct Call {
  const http::Request& http;
  const ServiceTraits& service;
  const Environment& environment;
  const Principal& principal;
  const Moment& moment;
  std::string_view operation;
  uint64_t request_id;
  Shape shape;

  TimeMs now() const { return moment.now; }
  ReplyWriter reply() const { return ReplyWriter(shape, operation, service.xml_namespace, request_id); }

  /// What a call comes to: events (none: nothing changed) and a reply.
  Answer answer(ReplyWriter& reply, std::vector<Event> events = {}) const {
    return {.events = std::move(events), .response = {.body = reply.take()}};
  }
  /// Of an operation that returns nothing.
  Answer answer_nothing(std::vector<Event> events = {}) const {
    return {.events = std::move(events), .response = {.body = ReplyWriter::nothing(shape, operation, service.xml_namespace, request_id)}};
  }
  Answer answer_nothing(Event event) const {
    std::vector<Event> events;
    events.push_back(std::move(event));
    return answer_nothing(std::move(events));
  }
};

/// Where an operation may be called by the Query protocol: that of a queue at the queue's URL as well as at the service's.
enum class Endpoint { any, service_only };

/// What is left of a rule whose input was read. May be asked again.
using Rest = std::function<AwsResult<Outcome>(const State& state, const Call& call)>;
/// Reads an input, which needs nothing else, into the rest of the rule.
using Decide = AwsResult<Rest> (*)(const Input& input);

/// What an operation wants to do to which resource, for policies.
struct Needs {
  /// Where the input names the resource.
  enum class Of {
    nothing,
    token,  ///< likewise; and who calls is proven by a token in the input, not by a signature
    account,
    queue_url,
    queue_name,
    source_queue_arn
  };
  Of of = Of::nothing;
  std::string_view action = {};  ///< without the service's prefix; empty: the operation's name
  bool owners_only = false;      ///< no policy can grant it to another account
};
/// Whether a policy can let anybody in who does not belong to the owner's account.
inline bool can_be_granted(const Needs& needs) {
  constexpr Needs::Of kNever[] = {Needs::Of::nothing, Needs::Of::token, Needs::Of::account};
  return std::find(std::begin(kNever), std::end(kNever), needs.of) == std::end(kNever) && !needs.owners_only;
}

/// One row of a service's table.
struct Operation {
  std::string_view name;
  Decide decide = nullptr;  ///< null: not built; answers NotImplemented
  Needs needs = {};
  Endpoint endpoint = Endpoint::any;
};

/// A service with its table.
struct Service {
  ServiceTraits traits;
  std::span<const Operation> operations;  ///< sorted by name
  std::string_view only_action = {};      ///< what a form means that names none
  /// Whether a path belongs to a resource, so that operations of the service as a whole cannot be called there.
  bool (*is_resource_path)(std::string_view path) = [](std::string_view) { return false; };
  /// Refuses callers whom policies do not let in. Null: the service's resources have no policies.
  AwsResult<void> (*authorise)(const State& state, const Call& call, const Operation& operation, const Input& input,
                               iam::Judge& judge) = nullptr;

  const Operation* find(std::string_view operation) const;
};

/// Makes a row's function of a rule that sees one read model and an input of its own type:
/// AwsResult<Outcome> rule(const Model& state, const Call& call, const SomeInput& input).
template <class Model>
const Model& read_model(const State& state);
/// Or all of them.
template <>
inline const State& read_model(const State& state) {
  return state;
}

template <auto rule>
struct Bound;
template <class Model, class Argument, AwsResult<Outcome> (*rule)(const Model&, const Call&, const Argument&)>
struct Bound<rule> {
  static AwsResult<Rest> decide(const Input& input) {
    Argument argument = TRY(read_input<Argument>(input));
    return Rest(
        [argument = std::move(argument)](const State& state, const Call& call) { return rule(read_model<Model>(state), call, argument); });
  }
};

}  // namespace cloudemu::query
