#pragma once
#include <optional>
#include <string_view>

#include "events/job_events.h"
#include "events/subject.h"

namespace cloudemu::jobs {

/// A kind of job. Its name stands in the log and is permanent, like that of an event.
struct Kind {
  std::string_view name;
  Subject::Kind works_on;
};

inline constexpr Kind kDropIndex{"ddb.DropIndex", Subject::Kind::table};  ///< `part`: the index
inline constexpr Kind kDropTable{"ddb.DropTable", Subject::Kind::table};
inline constexpr Kind kDropVersions{"ddb.DropVersions", Subject::Kind::table};
inline constexpr Kind kExportTable{"ddb.ExportTable", Subject::Kind::table};  ///< `part`: the transfer
inline constexpr Kind kFillIndex{"ddb.FillIndex", Subject::Kind::table};      ///< `part`: the index
inline constexpr Kind kFillReplica{"ddb.FillReplica", Subject::Kind::table};  ///< its region: that of the replica
inline constexpr Kind kImportTable{"ddb.ImportTable", Subject::Kind::table};  ///< `part`: the transfer
/// Its region: that of the replica; its cursor: the item's key; `part`: a digest of whose key it is, the same in all regions.
inline constexpr Kind kReplicateItem{"ddb.ReplicateItem", Subject::Kind::table};
inline constexpr Kind kRestoreTable{"ddb.RestoreTable", Subject::Kind::table};  ///< the new one
inline constexpr Kind kClearLeftovers{"sqs.ClearLeftovers", Subject::Kind::pile};
inline constexpr Kind kMoveMessages{"sqs.MoveMessages", Subject::Kind::queue};  ///< the dead-letter queue

inline constexpr const Kind* kKinds[] = {&kDropIndex,   &kDropTable,     &kDropVersions, &kExportTable,    &kFillIndex,   &kFillReplica,
                                         &kImportTable, &kReplicateItem, &kRestoreTable, &kClearLeftovers, &kMoveMessages};

/// What a job works on, whose event names it by number alone. Nothing for a kind that this program does not know.
constexpr std::optional<Subject> subject_of(std::string_view kind, int64_t number) {
  for (const Kind* known : kKinds) {
    if (known->name == kind) return Subject{known->works_on, number};
  }
  return std::nullopt;
}

}  // namespace cloudemu::jobs
