#include "app/seed.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <vector>

#include "app/plain_client.h"
#include "app/seed_history.h"
#include "app/seed_items.h"
#include "core/encoding.h"
#include "core/strings.h"

namespace cloudemu {

namespace {

namespace fs = std::filesystem;

/// In what scripts and the line to paste have: account 000000000000.
http::Headers signed_for(std::string_view service) {
  return {{"Authorization",
           concat("AWS4-HMAC-SHA256 Credential=test/20261127/us-east-1/", service,
                  "/aws4_request, SignedHeaders=host, Signature=0000000000000000000000000000000000000000000000000000000000000000")},
          {"X-Amz-Date", "20261127T000000Z"},
          {"User-Agent", "cloudemu-seed"}};
}

std::string_view content_type(const fs::path& file) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kTypes = {{{".css", "text/css"},
                                                                                     {".csv", "text/csv"},
                                                                                     {".gif", "image/gif"},
                                                                                     {".htm", "text/html"},
                                                                                     {".html", "text/html"},
                                                                                     {".jpeg", "image/jpeg"},
                                                                                     {".jpg", "image/jpeg"},
                                                                                     {".js", "text/javascript"},
                                                                                     {".json", "application/json"},
                                                                                     {".pdf", "application/pdf"},
                                                                                     {".png", "image/png"},
                                                                                     {".svg", "image/svg+xml"},
                                                                                     {".txt", "text/plain"},
                                                                                     {".xml", "application/xml"}}};
  std::string extension = lower(file.extension().string());
  auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& type) { return type.first == extension; });
  return found == kTypes.end() ? std::string_view("binary/octet-stream") : found->second;
}

bool is_for_dynamodb(const fs::path& file) {
  std::string name = file.filename().string();
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  return name.ends_with(".json") || name.ends_with(".jsonl") || name.ends_with(".ndjson");
}

/// AWS's message in a refusal, of either protocol.
std::string reason_in(const std::string& body) {
  for (auto [before, after] : {std::pair(std::string_view("<Message>"), std::string_view("</Message>")),
                               {"\"message\":\"", "\""},
                               {"\"Message\":\"", "\""},
                               {"\"error\":\"", "\""}}) {
    size_t at = body.find(before);
    if (at == std::string::npos) continue;
    at += before.size();
    return body.substr(at, body.find(after, at) - at);
  }
  return body;
}

/// What is put into one daemon.
class Seeding {
 public:
  explicit Seeding(const std::string& address) : client_(address) {}

  Result<void> put_directory(const fs::path& directory) {
    std::vector<fs::path> folders, files;
    std::error_code wrong;
    for (auto entry = fs::directory_iterator(directory, wrong); !wrong && entry != fs::end(entry); entry.increment(wrong)) {
      if (entry->path().filename().string().starts_with('.')) continue;
      if (entry->is_directory()) folders.push_back(entry->path());
      else if (is_for_dynamodb(entry->path())) files.push_back(entry->path());
      else std::fprintf(stderr, "cloudemu: %s is not taken for a seed: it is no JSON\n", entry->path().c_str());
    }
    if (wrong) return fail(Errc::io, concat("cannot read ", directory.string(), ": ", wrong.message()));
    std::sort(folders.begin(), folders.end());
    std::sort(files.begin(), files.end());
    TRY(put_tables(files));
    for (const fs::path& folder : folders) TRY(put_bucket(folder));
    return {};
  }

  /// The definitions in all files before the items in all files.
  Result<void> put_tables(const std::vector<fs::path>& files) {
    for (bool definitions : {true, false}) {
      for (const fs::path& file : files) {
        auto requests = definitions ? read_definitions(file.string()) : read_items(file.string());
        if (!requests) return fail(requests.error());
        for (const SeedRequest& request : *requests) TRY(call_dynamodb(file, request));
      }
    }
    return {};
  }

 private:
  Result<void> call_dynamodb(const fs::path& file, const SeedRequest& request) {
    http::Headers headers = signed_for("dynamodb");
    headers.set("X-Amz-Target", concat("DynamoDB_20120810.", request.operation));
    headers.set("Content-Type", "application/x-amz-json-1.0");
    auto reply = TRY(client_.call("POST", "/", headers, request.body));
    bool is_there = request.operation == "CreateTable" && reply.body.find("ResourceInUseException") != std::string::npos;
    if (reply.status == 200 || is_there) return {};
    return fail(Errc::bad_input, concat(file.string(), ": ", request.operation, ": ", reason_in(reply.body)));
  }

  Result<void> put_bucket(const fs::path& folder) {
    std::string bucket = folder.filename().string();
    auto made = TRY(client_.call("PUT", concat('/', percent_encode(bucket)), signed_for("s3")));
    bool is_there = made.body.find("<Code>BucketAlreadyOwnedByYou<") != std::string::npos;
    if (made.status != 200 && !is_there) return fail(Errc::bad_input, concat(folder.string(), ": ", reason_in(made.body)));
    std::vector<fs::path> objects;
    std::error_code wrong;
    for (auto entry = fs::recursive_directory_iterator(folder, wrong); !wrong && entry != fs::end(entry); entry.increment(wrong)) {
      bool marks_folder = entry->path().filename() == ".gitkeep";  // so that git keeps an empty bucket
      if (entry->is_regular_file() && !marks_folder) objects.push_back(entry->path());
    }
    if (wrong) return fail(Errc::io, concat("cannot read ", folder.string(), ": ", wrong.message()));
    std::sort(objects.begin(), objects.end());
    for (const fs::path& object : objects) TRY(put_object(bucket, object.lexically_relative(folder).generic_string(), object));
    return {};
  }

  Result<void> put_object(const std::string& bucket, const std::string& key, const fs::path& file) {
    std::error_code wrong;
    uint64_t size = fs::file_size(file, wrong);
    std::ifstream in(file, std::ios::binary);
    if (wrong || !in) return fail(Errc::io, concat("cannot read ", file.string()));
    http::Headers headers = signed_for("s3");
    headers.set("Content-Type", content_type(file));
    headers.set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD");
    std::string target = concat('/', percent_encode(bucket), '/', percent_encode(key, Slash::keep));
    auto reply = client_.upload("PUT", target, headers, size, [&](char* into, size_t room) -> Result<size_t> {
      in.read(into, static_cast<std::streamsize>(room));
      return static_cast<size_t>(in.gcount());
    });
    if (!reply) return fail(reply.error().code, concat(file.string(), ": ", reply.error().context));
    if (reply->status != 200) return fail(Errc::bad_input, concat(file.string(), ": ", reason_in(reply->body)));
    return {};
  }

  PlainClient client_;
};

}  // namespace

bool is_script(const std::string& path) {
  std::error_code absent;
  return (path.ends_with(".sh") || path.ends_with(".py")) && !fs::is_directory(path, absent);
}

Result<void> seed(const std::string& address, const std::string& path) {
  if (is_history(path)) return fail(Errc::bad_input, concat(path, " is a data directory: only a new one can go on from it, by --seed"));
  std::error_code absent;
  Seeding seeding(address);
  if (fs::is_directory(path, absent)) return seeding.put_directory(path);
  if (fs::is_regular_file(path, absent)) return seeding.put_tables({path});
  return fail(Errc::not_found, concat("there is no ", path, " to seed from"));
}

}  // namespace cloudemu
