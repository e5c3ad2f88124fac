#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/world.h"

namespace cloudemu::test {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// A client of S3, path style, as account 000000000000 in us-east-1 unless a header says otherwise. Documents that need a digest get one.
class S3 {
 public:
  explicit S3(Environment environment = {}) : world(std::move(environment)) {}

  Reply call(std::string method, std::string target, Headers headers = {}, std::string body = {});
  Reply get(std::string target, Headers headers = {}) { return call("GET", std::move(target), std::move(headers)); }
  Reply head(std::string target, Headers headers = {}) { return call("HEAD", std::move(target), std::move(headers)); }
  Reply put(std::string target, std::string body = {}, Headers headers = {});
  Reply post(std::string target, std::string body = {}, Headers headers = {});
  Reply remove(std::string target, Headers headers = {}) { return call("DELETE", std::move(target), std::move(headers)); }

  /// Sends what must be refused: "404 NoSuchKey: The specified key does not exist." A refusal leaves no event.
  std::string refusal(std::string method, std::string target, Headers headers = {}, std::string body = {});

  /// Buckets made in one go; none of these may fail.
  void bucket(std::string name);
  void set_versioning(const std::string& bucket, std::string_view status);
  /// Id of a new multipart upload of "/bucket/key".
  std::string begin_upload(const std::string& target, Headers headers = {});
  /// Uploads a part; returns its ETag, with quotes.
  std::string upload_part(const std::string& target, const std::string& upload, int number, std::string body, Headers headers = {});

  World world;
  Reply last;
};

/// The header that makes a call another account's, or another region's. Nothing checks its signature.
std::pair<std::string, std::string> as(std::string_view account, std::string_view region = "us-east-1");

/// Text of the first element at that path below the root of a reply's document ("Contents/Key"); "-" if there is none.
std::string element(const Reply& reply, std::string_view path);
/// The texts of all of them, joined by blanks.
std::string elements(const Reply& reply, std::string_view path);
/// "404 NoSuchKey: The specified key does not exist."
std::string error_of(const Reply& reply);

/// The document of CompleteMultipartUpload: parts 1, 2, ... with these ETags.
std::string parts_document(const std::vector<std::string>& etags);

}  // namespace cloudemu::test
