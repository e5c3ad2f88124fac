#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/xml_shape.h"

/// A bucket as a web site: https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html
namespace cloudemu::s3 {

struct ErrorDocument {
  std::string key;

  bool operator==(const ErrorDocument&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Key", self.key, xml::kRequired);
  }
};

struct IndexDocument {
  std::string suffix;

  bool operator==(const IndexDocument&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Suffix", self.suffix, xml::kRequired);
  }
};

struct RedirectAll {
  std::string host;
  std::optional<std::string> protocol;

  bool operator==(const RedirectAll&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("HostName", self.host, xml::kRequired);
    fields("Protocol", self.protocol);
  }
};

struct RoutingCondition {
  std::optional<std::string> error_code, prefix;

  bool operator==(const RoutingCondition&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("HttpErrorCodeReturnedEquals", self.error_code);
    fields("KeyPrefixEquals", self.prefix);
  }
};

struct Redirect {
  std::optional<std::string> host, code, protocol, prefix, key;

  bool operator==(const Redirect&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("HostName", self.host);
    fields("HttpRedirectCode", self.code);
    fields("Protocol", self.protocol);
    fields("ReplaceKeyPrefixWith", self.prefix);
    fields("ReplaceKeyWith", self.key);
  }
};

struct RoutingRule {
  std::optional<RoutingCondition> condition;
  Redirect redirect;

  bool operator==(const RoutingRule&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Condition", self.condition);
    fields("Redirect", self.redirect, xml::kRequired);
  }
};

struct RoutingRules {
  std::vector<RoutingRule> list;

  bool operator==(const RoutingRules&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("RoutingRule", self.list);
  }
};

struct Website {
  static constexpr std::string_view kSetting = "website";
  std::optional<ErrorDocument> error_document;
  std::optional<IndexDocument> index_document;
  std::optional<RedirectAll> redirect_all;
  std::optional<RoutingRules> rules;

  bool operator==(const Website&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("ErrorDocument", self.error_document);
    fields("IndexDocument", self.index_document);
    fields("RedirectAllRequestsTo", self.redirect_all);
    fields("RoutingRules", self.rules);
  }
};

}  // namespace cloudemu::s3
