#include "services/dynamodb/wire.h"

#include <algorithm>

#include "core/crc32.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "events/envelope.h"
#include "protocol/content_coding.h"
#include "services/dynamodb/errors.h"

namespace cloudemu::dynamodb {

namespace {

/// Shorter replies are never packed.
constexpr size_t kPackedBytesMin = 4097;

/// 52 characters: the id as it stands in the log, and a tail that is a function of it.
std::string request_id_header(uint64_t id) {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUV";  // of five bits
  constexpr int kRounds = 3, kDigitsPerRound = 12;
  char tail[kRounds * kDigitsPerRound];
  char* to = tail;
  uint64_t mixed = id;
  for (int round = 0; round < kRounds; ++round) {
    mixed = mixed * 6364136223846793005ULL + 1442695040888963407ULL;
    for (int digit = 0; digit < kDigitsPerRound; ++digit) *to++ = kDigits[mixed >> (5 * digit) & 31];
  }
  return concat(request_id_text(id), std::string_view(tail, sizeof tail));
}

std::string_view content_type(const http::Request& request) {
  std::string_view type = request.header("content-type");
  return trim(type.substr(0, type.find(';')));
}

void pack(http::Response& response, const http::Request& request) {
  if (response.body.size() < kPackedBytesMin) return;
  auto coding = accepted_coding(request.header("accept-encoding"));
  if (!coding) return;
  response.body = encode_content(*coding, response.body);
  response.set("Content-Encoding", *coding == ContentCoding::gzip ? "gzip" : "deflate");
}

}  // namespace

http::Response render(const AwsError& error) {
  // Where AWS's model of an error has its text as "Message"; everywhere else it is "message".
  constexpr std::string_view kUpperCase[] = {"AccessDeniedException", "IdempotentParameterMismatchException", "SerializationException",
                                             "TransactionCanceledException"};
  http::Response response{.status = error.status};
  JsonWriter json(response.body);
  json.begin_object().field("__type", qualified(error.code));
  bool upper_case = std::find(std::begin(kUpperCase), std::end(kUpperCase), error.code) != std::end(kUpperCase);
  bool is_silent = error.message.empty() && (upper_case || error.code == "UnknownOperationException");
  if (!is_silent) json.field(upper_case ? "Message" : "message", error.message);
  for (const auto& [name, value] : error.members) json.raw_field(name, value);
  json.end_object();
  return response;
}

void finish(http::Response& response, const http::Request& request, uint64_t request_id) {
  bool amazon = content_type(request) == "application/x-amz-json-1.0";
  pack(response, request);
  response.set("Content-Type", amazon ? "application/x-amz-json-1.0" : "application/json")
      .set("x-amzn-RequestId", request_id_header(request_id))
      .set("x-amz-crc32", std::to_string(crc32(response.body)));
}

http::Response health(const http::Request& request) {
  if (request.path != "/") return unknown_page();
  return http::Response{.body = concat("healthy: ", request.header("host"), " ")};
}

http::Response unknown_page() { return http::Response{.status = 404, .body = "<UnknownOperationException/>\n"}; }

Result<std::string, http::Response> decoded_body(const http::Request& request, size_t bytes_max) {
  std::string coding = lower(request.header("content-encoding"));
  if (coding != "gzip" && coding != "deflate") return fail(render({"InternalServerError", 500, ""}));
  auto body = decode_content(coding == "gzip" ? ContentCoding::gzip : ContentCoding::deflate, request.body, bytes_max);
  if (body) return std::move(*body);
  if (body.error() == CodingFlaw::too_large) return fail(http::Response{.status = 413});
  return fail(render({"InternalServerError", 500, ""}));
}

}  // namespace cloudemu::dynamodb
