#include "app/certificates.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/strings.h"
#include "log/file.h"

namespace cloudemu {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kServices[] = {"s3", "dynamodb", "sqs", "sts", "queue"};
/// Names with a region in them would be many: these are the regions that tests are written for.
constexpr std::string_view kRegions[] = {"us-east-1",    "us-east-2", "us-west-1",      "us-west-2",
                                         "eu-central-1", "eu-west-1", "ap-northeast-1", "ap-southeast-2"};

/// Of a data directory.
std::string tls_directory(const std::string& data_dir) { return data_dir + "/tls"; }

Result<std::string> read(const std::string& path) {
  log::PosixFileSystem files;
  return log::read_file(files, path);
}

/// What was there under that name is replaced at once or not at all. Only the owner may read it.
Result<void> write(const std::string& path, std::string_view text) {
  std::string draft = path + ".tmp";
  std::error_code wrong;
  {
    std::ofstream out(draft, std::ios::binary | std::ios::trunc);
    fs::permissions(draft, fs::perms::owner_read | fs::perms::owner_write, wrong);
    out << text;
    if (!out.flush()) return fail(io_error(concat("cannot write ", draft)));
  }
  fs::rename(draft, path, wrong);
  if (wrong) return fail(Errc::io, concat("cannot write ", path, ": ", wrong.message()));
  return {};
}

std::string this_host() {
  char name[256] = "";
  return ::gethostname(name, sizeof name - 1) == 0 ? lower(name) : "";
}

/// Of a text that may hold the key as well.
std::string certificates_in(std::string_view pem) {
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----", kEnd = "-----END CERTIFICATE-----";
  std::string out;
  for (size_t at = pem.find(kBegin); at != std::string_view::npos; at = pem.find(kBegin, at + 1)) {
    size_t end = pem.find(kEnd, at);
    if (end != std::string_view::npos) append(out, pem.substr(at, end + kEnd.size() - at), '\n');
  }
  return out;
}

/// The last certificate is the authority's.
std::string last_certificate(std::string_view chain) {
  size_t at = chain.rfind("-----BEGIN CERTIFICATE-----");
  return std::string(at == std::string_view::npos ? std::string_view() : chain.substr(at));
}

}  // namespace

std::vector<std::string> certificate_names(const std::vector<std::string>& domains, std::string_view host) {
  std::vector<std::string> names;
  auto add = [&](std::string name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  };
  // A star stands for one label, and most clients heed none that is followed by fewer than two: "*.localhost" is for the others.
  auto add_all = [&](std::string_view base) {
    add(std::string(base));
    add(concat("*.", base));
    for (std::string_view service : kServices) add(concat(service, '.', base));
    add(concat("*.s3.", base));
    for (std::string_view region : kRegions) {
      add(concat("*.", region, '.', base));
      add(concat("*.s3.", region, '.', base));
    }
  };
  for (std::string_view base : {"localhost", "localhost.localstack.cloud"}) add_all(base);
  for (std::string_view name : {"cloudemu", "localstack", "host.docker.internal"}) add(std::string(name));
  if (!host.empty()) add(std::string(host));
  for (const std::string& domain : domains) add_all(domain);
  for (std::string_view address : {"127.0.0.1", "::1"}) add(std::string(address));
  return names;
}

Result<std::unique_ptr<Certificates>> Certificates::open(Options options, const Clock& real_clock) {
  std::unique_ptr<Certificates> made(new Certificates(std::move(options), real_clock));
  TRY(made->read_users());
  return made;
}

Result<void> Certificates::read_users() {
  if (options_.cert_file.empty()) return {};
  net::Identity given;
  given.chain = TRY(read(options_.cert_file));
  given.key = TRY(read(options_.key_file));
  if (auto fits = net::check_identity(given); !fits) {
    bool is_one = options_.cert_file == options_.key_file;
    return fail(fits.error().code,
                concat(options_.cert_file, is_one ? "" : " and ", is_one ? "" : options_.key_file, ": ", fits.error().context));
  }
  given.ca = certificates_in(given.chain);
  identity_ = std::move(given);
  return {};
}

Result<net::Identity> Certificates::identity() {
  std::lock_guard lock(mutex_);
  if (!identity_) identity_ = TRY(make());
  return *identity_;
}

Result<std::string> Certificates::ca_pem() {
  net::Identity known = TRY(identity());
  return known.ca;
}

std::string Certificates::ca_file() const {
  if (options_.data_dir.empty() || !options_.cert_file.empty()) return {};
  return tls_directory(options_.data_dir) + "/ca.pem";
}

/// What is kept of an earlier run is taken if it still does: clients trust it already.
Result<net::Identity> Certificates::make() {
  std::vector<std::string> names = certificate_names(options_.domains, this_host());
  TimeMs now = clock_.now();
  if (options_.data_dir.empty()) return net::make_identity(names, now);
  std::string directory = tls_directory(options_.data_dir), file = directory + "/server.pem";
  if (auto kept = read(file)) {
    net::Identity identity{.chain = *kept, .key = *kept, .ca = last_certificate(*kept)};
    if (net::is_good_for(identity, names, now)) {
      if (auto ca = read(ca_file()); !ca || *ca != identity.ca) TRY(write(ca_file(), identity.ca));
      return identity;
    }
  }
  std::error_code wrong;
  fs::create_directories(directory, wrong);
  if (wrong) return fail(Errc::io, concat("cannot make ", directory, ": ", wrong.message()));
  net::Identity identity = TRY(net::make_identity(names, now));
  TRY(write(file, identity.key + identity.chain));
  TRY(write(ca_file(), identity.ca));
  return identity;
}

}  // namespace cloudemu
