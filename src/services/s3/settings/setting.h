#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "events/field_json.h"
#include "protocol/xml_reader.h"
#include "protocol/xml_shape.h"
#include "services/s3/call.h"
#include "services/s3/errors.h"

/// The sub-resources of a bucket that are written and read as a whole: CORS, encryption, tags, policy ... Each is one Setting, in a file of
/// its own, and rows of the operation table: put_setting<kCors>, get_setting<kCors>, delete_setting<kCors>.
namespace cloudemu::s3 {

struct Setting;

/// The largest that AWS takes of any of them. Read in a few milliseconds where few of its elements can be right.
inline constexpr uint64_t kLargeSettingBytesMax = 2 << 20;
/// More than those need of which AWS's own limit is not known, and read in a few milliseconds whatever is in it.
inline constexpr uint64_t kSettingBytesMax = 256 << 10;

/// What the reading of a new value may look at.
struct SettingCall {
  const Setting& setting;
  const S3ReadModel& state;
  const Call& call;
  const Bucket& bucket;
};

/// The value of the request's document as its event keeps it; nothing if the document says that the bucket is to have none.
using ReadSetting = AwsResult<std::optional<std::string>> (*)(const SettingCall& asked);
/// Writes what stands inside the root element.
using WriteSetting = void (*)(xml::Writer& xml, std::string_view value, const Bucket& bucket);

struct Setting {
  std::string_view name;  ///< its query parameter, and its name in events
  std::string_view root;  ///< its element; empty: the value itself is the document, which is no XML
  /// The element of the document that is put, where it is another one.
  std::string_view document_root = {};
  /// What a bucket without it answers: this value ...
  std::optional<std::string_view> otherwise = {};
  /// ... or, without that, this refusal.
  std::string_view absent_code = {}, absent_message = {};
  ReadSetting read = nullptr;
  WriteSetting write = nullptr;
  uint64_t bytes_max = kSettingBytesMax;  ///< of the document
  int put_status = 200;
  std::string_view digest = {};  ///< the headers that are missed where its document comes without a digest of it; empty: it needs none
  /// Once it was removed the bucket answers the refusal, although every new bucket has `otherwise`.
  bool can_be_missed = false;
  /// The root element of a list of them: a bucket can have many, each with an id.
  std::string_view list_root = {};

  std::string_view element_put() const { return document_root.empty() ? root : document_root; }
};

/// Errors: those of require_bucket, of the setting's own `read`, MaxMessageLengthExceeded; of numbered ones also InvalidArgument and
/// TooManyConfigurations.
AwsResult<Outcome> put(const Setting& setting, const S3ReadModel& state, const Call& call);
/// Errors: those of require_bucket, the setting's refusal; of numbered ones NoSuchConfiguration. An empty id is none: it lists them.
AwsResult<Outcome> get(const Setting& setting, const S3ReadModel& state, const Call& call);
/// Nothing to remove is no error, except of numbered ones: NoSuchConfiguration.
AwsResult<Outcome> remove(const Setting& setting, const S3ReadModel& state, const Call& call);
/// A page of numbered ones by id. Error: MalformedContinuationToken.
AwsResult<Outcome> list(const Setting& setting, const S3ReadModel& state, const Call& call);

// Functions for the operation table.
template <const Setting& kSetting>
AwsResult<Outcome> put_setting(const S3ReadModel& state, const Call& call) {
  return put(kSetting, state, call);
}
template <const Setting& kSetting>
AwsResult<Outcome> get_setting(const S3ReadModel& state, const Call& call) {
  return get(kSetting, state, call);
}
template <const Setting& kSetting>
AwsResult<Outcome> delete_setting(const S3ReadModel& state, const Call& call) {
  return remove(kSetting, state, call);
}
template <const Setting& kSetting>
AwsResult<Outcome> list_settings(const S3ReadModel& state, const Call& call) {
  return list(kSetting, state, call);
}

/// The read function of a setting whose document has the shape T; `kCheck(value, asked)` are its checks, and may complete the value.
template <class T, auto kCheck = nullptr>
AwsResult<std::optional<std::string>> read_document(const SettingCall& asked) {
  const Document& root = *asked.call.document;
  T value;
  if (!root || root->name != asked.setting.element_put() || !xml::read_shape(*root, value)) return fail(malformed_xml());
  if constexpr (kCheck != nullptr) TRY(kCheck(value, asked));
  return std::optional(events::to_json(value));
}

/// Its write function.
template <class T>
void write_document(xml::Writer& xml, std::string_view value, const Bucket&) {
  xml::write_shape(xml, events::from_json<T>(value));
}

/// What applies to a bucket: the setting T as it was set, else T::kDefault, which every bucket has.
template <class T>
const T& setting_of(const Bucket& bucket) {
  static const T by_default = events::from_json<T>(T::kDefault);
  const T* set = bucket.settings.find<T>();
  return set ? *set : by_default;
}

}  // namespace cloudemu::s3
