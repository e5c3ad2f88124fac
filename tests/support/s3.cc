#include "support/s3.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "core/digest.h"
#include "core/encoding.h"
#include "core/strings.h"
#include "protocol/xml_reader.h"

namespace cloudemu::test {

namespace {

void collect(const xml::Element& parent, std::string_view path, std::vector<std::string>& found) {
  auto [name, rest] = split_once(path, '/');
  for (const xml::Element& child : parent.children) {
    if (child.name != name) continue;
    if (rest.empty()) found.push_back(child.text);
    else collect(child, rest, found);
  }
}

std::vector<std::string> find_all(const Reply& reply, std::string_view path) {
  INFO(reply.body);
  auto root = xml::parse(reply.body);
  REQUIRE(root);
  std::vector<std::string> found;
  collect(*root, path, found);
  return found;
}

/// The documents that AWS takes only with a digest, which SDKs send.
bool needs_digest(std::string_view method, std::string_view target) {
  if (method != "PUT") return false;
  bool is_bucket = target.find('/', 1) == std::string_view::npos;
  auto ends = [&](std::string_view subresource) { return target.ends_with(subresource); };
  return is_bucket ? ends("?cors") || ends("?lifecycle") || ends("?tagging") || ends("?object-lock")
                   : target.find("?retention") != std::string_view::npos || target.find("?legal-hold") != std::string_view::npos;
}

bool has_digest(const Headers& headers) {
  return std::any_of(headers.begin(), headers.end(), [](const auto& header) {
    return equals_ignoring_case(header.first, "content-md5") || starts_with_ignoring_case(header.first, "x-amz-checksum-");
  });
}

}  // namespace

Reply S3::call(std::string method, std::string target, Headers headers, std::string body) {
  if (needs_digest(method, target) && !has_digest(headers)) headers.emplace_back("Content-MD5", base64(md5(body)));
  last = world.send({.method = std::move(method), .target = std::move(target), .headers = std::move(headers), .body = std::move(body)});
  REQUIRE(last.arrived);
  return last;
}

Reply S3::put(std::string target, std::string body, Headers headers) {
  return call("PUT", std::move(target), std::move(headers), std::move(body));
}

Reply S3::post(std::string target, std::string body, Headers headers) {
  return call("POST", std::move(target), std::move(headers), std::move(body));
}

std::string S3::refusal(std::string method, std::string target, Headers headers, std::string body) {
  call(std::move(method), std::move(target), std::move(headers), std::move(body));
  CHECK(world.events().empty());
  return error_of(last);
}

void S3::bucket(std::string name) { REQUIRE(put(concat("/", name)).status == 200); }

void S3::set_versioning(const std::string& bucket, std::string_view status) {
  std::string document = concat("<VersioningConfiguration><Status>", status, "</Status></VersioningConfiguration>");
  REQUIRE(put(concat("/", bucket, "?versioning"), document).status == 200);
}

std::string S3::begin_upload(const std::string& target, Headers headers) {
  REQUIRE(post(target + "?uploads", {}, std::move(headers)).status == 200);
  return element(last, "UploadId");
}

std::string S3::upload_part(const std::string& target, const std::string& upload, int number, std::string body, Headers headers) {
  put(concat(target, "?partNumber=", number, "&uploadId=", upload), std::move(body), std::move(headers));
  INFO(last.body);
  REQUIRE(last.status == 200);
  return last.header("ETag");
}

std::pair<std::string, std::string> as(std::string_view account, std::string_view region) {
  return {"Authorization", concat("AWS4-HMAC-SHA256 Credential=", account, "/20261123/", region,
                                  "/s3/aws4_request, SignedHeaders=host, Signature=", std::string(64, '0'))};
}

std::string element(const Reply& reply, std::string_view path) {
  auto found = find_all(reply, path);
  return found.empty() ? "-" : found.front();
}

std::string elements(const Reply& reply, std::string_view path) {
  std::string joined;
  for (const std::string& text : find_all(reply, path)) append(joined, joined.empty() ? "" : " ", text);
  return joined;
}

std::string error_of(const Reply& reply) {
  if (reply.body.empty()) return std::to_string(reply.status);
  return concat(reply.status, ' ', element(reply, "Code"), ": ", element(reply, "Message"));
}

std::string parts_document(const std::vector<std::string>& etags) {
  std::string document = "<CompleteMultipartUpload>";
  int number = 0;
  for (const std::string& etag : etags) {
    append(document, "<Part><PartNumber>", ++number, "</PartNumber><ETag>", etag, "</ETag></Part>");
  }
  return document + "</CompleteMultipartUpload>";
}

}  // namespace cloudemu::test
