#include "app/hints.h"

#include <algorithm>

#include "control/localstack.h"
#include "core/strings.h"

namespace cloudemu {

namespace {

/// More changes than that make another word.
constexpr size_t kChangesMax = 3;

/// How many characters must be changed, taken away or put in to make one word of the other.
size_t changes_between(std::string_view one, std::string_view other) {
  std::vector<size_t> row(other.size() + 1);
  for (size_t j = 0; j <= other.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= one.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= other.size(); ++j) {
      size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

struct Ignored {
  std::string_view name;
  std::string_view instead;
};
constexpr Ignored kIgnored[] = {
    {"DISABLE_CORS_HEADERS", "pages of other sites are kept out unless --cors-origins lets them in"},
    {"DISABLE_CUSTOM_CORS_S3", "rules of buckets always have their say"},
    {"DYNAMODB_DELAY_TRANSIENT_STATUSES", "tables are usable at once, and say so"},
    {"DYNAMODB_ERROR_PROBABILITY", "nothing fails on purpose"},
    {"DYNAMODB_HEAP_SIZE", "there is no heap to size"},
    {"DYNAMODB_IN_MEMORY", "to keep nothing, start with --ephemeral"},
    {"DYNAMODB_OPTIMIZE_DB_BEFORE_STARTUP", "there is nothing to optimise"},
    {"DYNAMODB_READ_ERROR_PROBABILITY", "nothing fails on purpose"},
    {"DYNAMODB_WRITE_ERROR_PROBABILITY", "nothing fails on purpose"},
    {"ENABLE_CONFIG_UPDATES", "what is set at the start stays"},
    {"PARITY_AWS_ACCESS_KEY_ID", "an access key of 12 digits is an account, and any other one the default account"},
    {"S3_SKIP_KMS_KEY_VALIDATION", "keys are labels, and never looked for"},
    {"SNAPSHOT_FLUSH_INTERVAL", "everything is kept as it happens"},
    {"SNAPSHOT_LOAD_STRATEGY", "everything is kept as it happens"},
    {"SNAPSHOT_SAVE_STRATEGY", "everything is kept as it happens"},
    {"SQS_CLOUDWATCH_METRICS_REPORT_INTERVAL", "there is no CloudWatch here"},
    {"SQS_DISABLE_CLOUDWATCH_METRICS", "there is no CloudWatch here"},
    {"SQS_ENABLE_MESSAGE_RETENTION_PERIOD", "messages always go when their time is over"},
    {"USE_SSL", "https is spoken on the same port, to whoever begins with it"},
};

/// "SERVICES=s3,lambda,sns": those that are not here.
std::string services_not_here(std::string_view list) {
  std::string missing;
  for (std::string_view service : split(list, ',')) {
    service = trim(service.substr(0, service.find(':')));  // "s3:4572" of old times
    const auto& here = control::kServiceNames;
    if (service.empty() || std::find(std::begin(here), std::end(here), service) != std::end(here)) continue;
    append(missing, missing.empty() ? "" : ", ", service);
  }
  return missing;
}

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string>& known) {
  std::string_view best;
  size_t changes = std::min(kChangesMax, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    size_t needed = changes_between(word, candidate);
    if (needed >= changes) continue;
    changes = needed;
    best = candidate;
  }
  return best;
}

std::vector<std::string> unknown_variables(const Variables& variables, const std::vector<std::string>& known) {
  std::vector<std::string> sentences;
  for (const auto& [name, value] : variables) {
    if (!name.starts_with("CLOUDEMU_") || std::find(known.begin(), known.end(), name) != known.end()) continue;
    std::string_view meant = nearest(name, known);
    sentences.push_back(concat(name, " is no variable of cloudemu", meant.empty() ? "" : "; was ", meant, meant.empty() ? "" : " meant?"));
  }
  return sentences;
}

std::vector<std::string> ignored_localstack_variables(const Variables& variables) {
  std::vector<std::string> sentences;
  for (const auto& [name, value] : variables) {
    if (value.empty()) continue;
    std::string_view word = name;
    if (word.starts_with(kLocalStackPrefix)) word.remove_prefix(kLocalStackPrefix.size());
    auto ignored = std::find_if(std::begin(kIgnored), std::end(kIgnored), [&](const Ignored& one) { return one.name == word; });
    if (ignored != std::end(kIgnored)) sentences.push_back(concat(name, " has no effect: ", ignored->instead));
    if (word == "S3_SKIP_SIGNATURE_VALIDATION" && value == "0") {
      sentences.push_back(concat(name, "=0 has no effect: to have signatures checked, start with --auth verify"));
    }
    std::string missing = word == "SERVICES" ? services_not_here(value) : std::string();
    if (!missing.empty()) sentences.push_back(concat("SERVICES names what is not here: ", missing));
  }
  return sentences;
}

}  // namespace cloudemu
