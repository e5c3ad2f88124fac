#pragma once
#include "projections/dynamodb_read_model.h"
#include "services/job_slice.h"

/// Exports of DynamoDB tables into S3 buckets of this daemon, and imports from them: the one place that knows both services.
namespace cloudemu::transfers {

/// jobs::kExportTable.
jobs::Slice export_slice(const State& state, const jobs::Job& job, const Moment& moment, size_t limit, const Brought* brought);
/// jobs::kImportTable.
jobs::Slice import_slice(const State& state, const jobs::Job& job, const Moment& moment, size_t limit, const Brought* brought);

/// The last slice of a transfer that cannot go on.
jobs::Slice failed_transfer(const dynamodb::Transfer& transfer, std::string_view code, std::string_view message, TimeMs now);

}  // namespace cloudemu::transfers
