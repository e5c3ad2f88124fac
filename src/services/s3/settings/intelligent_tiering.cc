// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketIntelligentTieringConfiguration.html and its neighbours
//
// The configurations alone: no object moves between tiers.
#include <algorithm>

#include "core/strings.h"
#include "services/s3/settings/numbered.h"
#include "services/s3/settings/settings.h"

namespace cloudemu::s3 {

namespace {

constexpr std::string_view kStatuses[] = {"Enabled", "Disabled"};
constexpr std::string_view kArchive = "ARCHIVE_ACCESS";
constexpr std::string_view kTiers[] = {kArchive, "DEEP_ARCHIVE_ACCESS"};
constexpr int kArchiveDaysMin = 90, kDeepArchiveDaysMin = 180, kDaysMax = 730;

struct Tiering {
  int32_t days = 0;
  std::string tier;

  bool operator==(const Tiering&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Days", self.days, xml::kRequired);
    fields("AccessTier", self.tier, xml::kRequired, xml::OneOf{kTiers});
  }
};

struct IntelligentTiering {
  std::string id;
  std::optional<ObjectFilter> filter;
  std::string status;
  std::vector<Tiering> tierings;

  bool operator==(const IntelligentTiering&) const = default;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& fields) {
    fields("Id", self.id, xml::kRequired);
    fields("Filter", self.filter);
    fields("Status", self.status, xml::kRequired, xml::OneOf{kStatuses});
    fields("Tiering", self.tierings, xml::kRequired);
  }
};

AwsResult<void> check(IntelligentTiering& configuration, const SettingCall& asked) {
  TRY(check_id(configuration.id, asked));
  TRY(check_filter(configuration.filter));
  const auto& tierings = configuration.tierings;
  for (const Tiering& tiering : tierings) {
    auto same = std::count_if(tierings.begin(), tierings.end(), [&](const Tiering& other) { return other.tier == tiering.tier; });
    if (same > 1) return fail(malformed_xml());
    int least = tiering.tier == kArchive ? kArchiveDaysMin : kDeepArchiveDaysMin;
    if (tiering.days < least) {
      return fail(invalid_argument(concat("Days specified in ", tiering.tier, " tier should not be less than ", least), "Days",
                                   std::to_string(tiering.days)));
    }
    if (tiering.days <= kDaysMax) continue;
    return fail(invalid_argument(concat("'Days' for ", tiering.tier, " must be between ", least, " and ", kDaysMax), "Days",
                                 std::to_string(tiering.days)));
  }
  return {};
}

}  // namespace

const Setting kIntelligentTiering{.name = "intelligent-tiering",
                                  .root = "IntelligentTieringConfiguration",
                                  .read = read_document<IntelligentTiering, check>,
                                  .write = write_document<IntelligentTiering>,
                                  .list_root = "ListIntelligentTieringConfigurationsResult"};

}  // namespace cloudemu::s3
