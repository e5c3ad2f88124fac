#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/http_message.h"
#include "protocol/xml_shape.h"

/// Which pages of other origins may use a bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
namespace cloudemu::s3 {

struct CorsRule {
  std::optional<std::string> id;
  std::vector<std::string> allowed_headers, allowed_methods, allowed_origins, expose_headers;
  std::optional<int32_t> max_age_seconds;

  bool operator==(const CorsRule&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("ID", self.id);
    fields("AllowedHeader", self.allowed_headers);
    fields("AllowedMethod", self.allowed_methods, xml::kRequired);
    fields("AllowedOrigin", self.allowed_origins, xml::kRequired);
    fields("ExposeHeader", self.expose_headers);
    fields("MaxAgeSeconds", self.max_age_seconds);
  }
};

struct Cors {
  static constexpr std::string_view kSetting = "cors";
  std::vector<CorsRule> rules;

  bool operator==(const Cors&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("CORSRule", self.rules, xml::kRequired);
  }
};

/// What a page asks for. `headers`: those beyond the usual ones, as Access-Control-Request-Headers lists them.
struct PageRequest {
  std::string_view origin, method, headers;
};

/// The reply headers of the first rule that allows it, which let the page read the reply; nothing if no rule does. A request that is made
/// itself names no headers.
std::optional<http::Headers> cors_headers(const Cors& cors, const PageRequest& request);

/// Whether browsers may be asked to use such a method at all.
bool is_cors_method(std::string_view method);

}  // namespace cloudemu::s3
