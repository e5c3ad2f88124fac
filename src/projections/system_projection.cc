#include "projections/system_projection.h"

#include "events/field_json.h"

namespace cloudemu::system {

void SystemProjection::create_schema(sqlite::Database& database) {
  database.run(R"sql(
    CREATE TABLE sys_clock(number INTEGER PRIMARY KEY, since INTEGER NOT NULL, offset_ms INTEGER NOT NULL, frozen_at INTEGER);
    CREATE TABLE sts_session(access_key TEXT PRIMARY KEY, secret_key TEXT NOT NULL, token TEXT NOT NULL,
                             account TEXT NOT NULL, arn TEXT NOT NULL, user_id TEXT NOT NULL, expires_at INTEGER NOT NULL,
                             scope TEXT NOT NULL);
  )sql");
}

SystemProjection::SystemProjection(sqlite::Database& database)
    : put_clock_(database, "INSERT INTO sys_clock VALUES(?, ?, ?, ?)"),
      forget_clock_(database, "DELETE FROM sys_clock WHERE number <= (SELECT max(number) FROM sys_clock) - ?"),
      put_session_(database, "INSERT OR REPLACE INTO sts_session VALUES(?, ?, ?, ?, ?, ?, ?, ?)") {}

void SystemProjection::apply(const Envelope& envelope, const ClockChanged& event) {
  put_clock_.run(std::nullopt, envelope.wall_time, event.offset_ms, event.frozen_at);
  forget_clock_.run(static_cast<int64_t>(ClockHistory::kChangesMax));
}

void SystemProjection::apply(const Envelope&, const SessionIssued& event) {
  put_session_.run(event.access_key, event.secret_key, event.token, event.account, event.arn, event.user_id, event.expires_at,
                   events::to_json(event.scope));
}

SystemReadModel::SystemReadModel(sqlite::Database& database)
    : clock_(database, "SELECT since, offset_ms, frozen_at FROM sys_clock ORDER BY number"),
      session_(database,
               "SELECT access_key, secret_key, token, account, arn, user_id, expires_at, scope FROM sts_session "
               "WHERE access_key = ?") {}

ClockHistory SystemReadModel::clock() const {
  auto row = clock_.query();
  ClockHistory history;
  while (row.next()) {
    ClockSetting setting{.offset_ms = row.integer(1)};
    if (!row.is_null(2)) setting.frozen_at = row.integer(2);
    history.change(row.integer(0), setting);
  }
  return history;
}

std::optional<SessionIssued> SystemReadModel::session(std::string_view access_key) const {
  auto row = session_.query(access_key);
  if (!row.next()) return std::nullopt;
  return SessionIssued{row.text(0), row.text(1), row.text(2),    row.text(3),
                       row.text(4), row.text(5), row.integer(6), events::from_json<SessionScope>(row.bytes(7))};
}

}  // namespace cloudemu::system
