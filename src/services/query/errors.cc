#include "services/query/errors.h"

#include "core/json_writer.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "protocol/xml_writer.h"
#include "services/iam/clock_skew.h"

namespace cloudemu::query {

namespace {

constexpr std::string_view kInvalidAction = "InvalidAction";

AwsError signature_does_not_match(std::string message) { return {"SignatureDoesNotMatch", 403, std::move(message)}; }

AwsError mismatch(const AuthRefusal& refusal) {
  return signature_does_not_match(
      concat("The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and "
             "signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have "
             "been\n'",
             refusal.canonical_request, "'\n\nThe String-to-Sign should have been\n'", refusal.string_to_sign, "'\n"));
}

AwsError expired(const AuthRefusal& refusal, TimeMs real_now) {
  TimeMs until = refusal.signed_at + refusal.expires_s * kSecondMs;
  return signature_does_not_match(concat("Signature expired: ", iso8601_basic(until), " is now earlier than ", iso8601_basic(real_now)));
}

}  // namespace

AwsError internal_failure() {
  return {"InternalFailure", 500, "The request processing has failed because of an unknown error, exception or failure."};
}

AwsError invalid_action(const ServiceTraits& service, std::string_view action, const Text& version) {
  AwsError error{std::string(kInvalidAction), 400, concat("The action ", action, " is not valid for this endpoint.")};
  if (service.fault_namespace.empty()) return error;
  error.message = concat("Could not find operation ", action, " for version ", version.value_or("NO_VERSION_SPECIFIED"));
  return error;
}

AwsError malformed_input(std::string message) { return {"MalformedInput", 400, std::move(message)}; }

AwsError not_implemented(const ServiceTraits& service, std::string_view operation) {
  return {"NotImplemented", 501, concat("CloudEmu does not implement the ", upper(service.name), " operation ", operation, " yet.")};
}

AwsError access_denied(std::string message) { return {"AccessDenied", 403, std::move(message)}; }

AwsError request_too_large() { return {"RequestEntityTooLarge", 413, "Request size exceeded the maximum allowed size."}; }

AwsError service_unavailable() {
  return {"ServiceUnavailable", 503, "The request has failed: the disk is full. Free some space and try again."};
}

AwsError overloaded() { return {"ServiceUnavailable", 503, "The request has failed: the service is temporarily overloaded. Try again."}; }

AwsError unavailable_error(Unavailable why) {
  switch (why) {
    case Unavailable::disk_full: return service_unavailable();
    case Unavailable::overloaded: return overloaded();
    case Unavailable::state_failed:
    case Unavailable::no_descriptors: return {"ServiceUnavailable", 503, std::string(explain(why))};
    case Unavailable::too_large: return {"LimitExceeded", 400, std::string(explain(why))};
    case Unavailable::log_failed: break;
  }
  return internal_failure();
}

AwsError refused(const AuthRefusal& refusal, const ServiceTraits& service, TimeMs real_now) {
  using Flaw = AuthRefusal::Flaw;
  switch (refusal.flaw) {
    case Flaw::missing: return {"MissingAuthenticationToken", 403, "Request is missing Authentication Token"};
    case Flaw::both_placements:
    case Flaw::malformed_v2_header:
    case Flaw::unsupported:
    case Flaw::malformed_header: return {"IncompleteSignature", 400, refusal.detail};
    case Flaw::malformed_credential:
      return {"IncompleteSignature", 400,
              concat("Credential must have exactly 5 slash-delimited elements, e.g. "
                     "keyid/date/region/service/term, got '",
                     refusal.detail, "'")};
    case Flaw::malformed_query:
      return {"IncompleteSignature", 400, concat("AWS query-string parameters must include '", refusal.detail, "'.")};
    case Flaw::bad_expires: return {"IncompleteSignature", 400, refusal.detail};
    case Flaw::bad_date:
      return {"IncompleteSignature", 400,
              concat("Date must be in ISO-8601 'basic format'. Got '", refusal.detail, "'. See http://en.wikipedia.org/wiki/ISO_8601")};
    case Flaw::malformed_day:
    case Flaw::wrong_day: return signature_does_not_match(day_message(refusal.detail, refusal.expected));
    case Flaw::wrong_service:
      return signature_does_not_match(concat("Credential should be scoped to correct service: '", service.name, "'."));
    case Flaw::wrong_region:
      return signature_does_not_match(concat("Credential should be scoped to a valid region, not '", refusal.detail, "'. "));
    case Flaw::unknown_key:
    case Flaw::wrong_token: return {"InvalidClientTokenId", 403, "The security token included in the request is invalid."};
    case Flaw::expired_token: return {"ExpiredToken", 403, "The security token included in the request is expired"};
    case Flaw::expired: return expired(refusal, real_now);
    case Flaw::not_yet_valid:
    case Flaw::skewed: return signature_does_not_match(skew_message(refusal.signed_at, real_now));
    case Flaw::headers_not_signed:
      if (refusal.detail == "host")
        return signature_does_not_match("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
      return signature_does_not_match(concat("'", refusal.detail, "' must be a 'SignedHeader' in the AWS Authorization."));
    case Flaw::missing_hash:
    case Flaw::mismatch: break;
  }
  return mismatch(refusal);
}

http::Response render_error(const AwsError& error, const ServiceTraits& service, Shape shape, uint64_t request_id) {
  http::Response response{.status = error.status, .headers = error.headers, .body = {}};
  std::string_view type = error.status < 500 ? "Sender" : "Receiver";
  std::string id = request_id_uuid(request_id);
  if (shape == Shape::json) {
    JsonWriter json(response.body);
    json.begin_object().field("__type", service.json_error_type(error.code));
    if (!error.message.empty()) json.field("message", error.message);
    json.end_object();
    response.set("x-amzn-query-error", concat(error.code, ';', type));
  } else if (shape == Shape::query_json) {
    JsonWriter json(response.body);
    json.begin_object().key("Error").begin_object();
    json.field("Code", error.code).field("Message", error.message).field("Type", type).end_object();
    json.field("RequestId", id).end_object();
  } else {
    std::string& out = response.body;
    bool is_fault = error.code == kInvalidAction && !service.fault_namespace.empty();
    append(out, "<?xml version=\"1.0\"?><ErrorResponse xmlns=\"", is_fault ? service.fault_namespace : service.xml_namespace,
           "\"><Error><Type>", type, "</Type><Code>", error.code, "</Code><Message>");
    xml::append_text(out, error.message);
    append(out, "</Message>", service.error_detail ? "<Detail/>" : "", "</Error><RequestId>", id, "</RequestId></ErrorResponse>");
  }
  response.set("Content-Type", ReplyWriter::content_type(shape));
  return response;
}

}  // namespace cloudemu::query
