#pragma once
#include <optional>
#include <string>

#include "core/clock_history.h"
#include "events/envelope.h"
#include "projections/sqlite.h"

namespace cloudemu::system {

/// Folds what belongs to no AWS resource: the virtual clock, sessions of STS.
class SystemProjection {
 public:
  explicit SystemProjection(sqlite::Database& database);
  static void create_schema(sqlite::Database& database);

  void apply(const Envelope& envelope, const ClockChanged& event);
  void apply(const Envelope& envelope, const SessionIssued& event);

 private:
  sqlite::Statement put_clock_, forget_clock_, put_session_;
};

class SystemReadModel {
 public:
  explicit SystemReadModel(sqlite::Database& database);

  ClockHistory clock() const;
  /// The session of a temporary access key, expired or not.
  std::optional<SessionIssued> session(std::string_view access_key) const;

 private:
  mutable sqlite::Statement clock_, session_;
};

}  // namespace cloudemu::system
