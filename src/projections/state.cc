#include "projections/state.h"

#include <vector>

#include "core/check.h"
#include "core/strings.h"
#include "projections/sqlite_reset.h"

namespace cloudemu {

namespace {

void create_schema(sqlite::Database& database) {
  database.run("CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL)");
  system::SystemProjection::create_schema(database);
  s3::S3Projection::create_schema(database);
  dynamodb::BackupProjection::create_schema(database);
  dynamodb::DynamoDbProjection::create_schema(database);
  sqs::SqsProjection::create_schema(database);
  jobs::JobProjection::create_schema(database);
  database.run(concat("INSERT INTO meta VALUES('schema_version', '", State::kSchemaVersion, "')"));
}

std::string read_meta(sqlite::Database& database, std::string_view name) {
  sqlite::Statement find(database, "SELECT value FROM meta WHERE name = ?");
  auto row = find.query(name);
  return row.next() ? row.text(0) : std::string();
}

std::vector<std::string> table_names(sqlite::Database& database) {
  std::vector<std::string> names;
  sqlite::Statement list(database, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
  for (auto row = list.query(); row.next();) names.push_back(row.text(0));
  return names;
}

}  // namespace

Result<std::unique_ptr<State>> State::attach(sqlite::Database database) {
  std::unique_ptr<State> state(new State(std::move(database)));
  TRY(state->open());
  return state;
}

Result<void> State::open() {
  if (table_names(database_).empty()) create_schema(database_);
  std::string version = read_meta(database_, "schema_version");
  if (failure()) return fail(*failure());
  if (version != std::to_string(kSchemaVersion)) {
    return fail(Errc::foreign, concat("the state has schema version ", version, ", this program writes ", kSchemaVersion));
  }
  applied_ = checkpoint().sequence;
  open_models();
  if (failure()) return fail(*failure());
  return {};
}

void State::close() {
  close_models();
  database_.close();
  open_models();  // numb, but there
}

Result<void> State::replace(sqlite::Database database) {
  close_models();
  database_ = std::move(database);
  return open();
}

void State::open_models() {
  system_ = std::make_unique<system::SystemProjection>(database_);
  s3_ = std::make_unique<s3::S3Projection>(database_, blob_uses_.get());
  backups_ = std::make_unique<dynamodb::BackupProjection>(database_);
  dynamodb_ = std::make_unique<dynamodb::DynamoDbProjection>(database_, *backups_);
  sqs_ = std::make_unique<sqs::SqsProjection>(database_);
  jobs_ = std::make_unique<jobs::JobProjection>(database_);
  system_read_ = std::make_unique<system::SystemReadModel>(database_);
  s3_read_ = std::make_unique<s3::S3ReadModel>(database_, *s3_);
  dynamodb_read_ = std::make_unique<dynamodb::DynamoDbReadModel>(database_, *dynamodb_);
  sqs_read_ = std::make_unique<sqs::SqsReadModel>(database_, *sqs_);
  jobs_read_ = std::make_unique<jobs::JobReadModel>(database_, *jobs_);
}

void State::close_models() {
  jobs_read_.reset();
  sqs_read_.reset();
  dynamodb_read_.reset();
  s3_read_.reset();
  system_read_.reset();
  jobs_.reset();
  sqs_.reset();
  dynamodb_.reset();
  backups_.reset();
  s3_.reset();
  system_.reset();
}

void State::count_blobs() {
  close_models();
  blob_uses_ = std::make_unique<BlobUses>();
  open_models();
}

void State::apply(const Envelope&, const system::StateReset&) {
  if (blob_uses_) blob_uses_->clear();
  close_models();
  bool in_transaction = database_.in_transaction();
  auto empty = sqlite::Database::open_memory();
  CHECK_INVARIANT(empty);
  create_schema(*empty);
  // What is on the disk until the next commit is the state before the first event: killed meanwhile, the next start makes it of the log.
  sqlite::start_anew(database_, std::move(*empty));
  if (in_transaction) database_.begin();
  open_models();
}

void State::apply(const Envelope& envelope) {
  CHECK_INVARIANT(envelope.sequence == applied_ + 1);
  applied_ = envelope.sequence;
  // Every event must have an apply() in one projection: the compiler is the checklist for a new kind of event.
  std::visit(
      [&](const auto& e) {
        if constexpr (requires { s3_->apply(envelope, e); }) s3_->apply(envelope, e);
        else if constexpr (requires { dynamodb_->apply(envelope, e); }) dynamodb_->apply(envelope, e);
        else if constexpr (requires { backups_->apply(envelope, e); }) backups_->apply(envelope, e);
        else if constexpr (requires { sqs_->apply(envelope, e); }) sqs_->apply(envelope, e);
        else if constexpr (requires { jobs_->apply(envelope, e); }) jobs_->apply(envelope, e);
        else if constexpr (requires { system_->apply(envelope, e); }) system_->apply(envelope, e);
        else apply(envelope, e);
      },
      envelope.event);
}

Result<void> State::commit(const Checkpoint& checkpoint) {
  dynamodb_->flush();
  sqs_->flush();
  sqlite::Statement put(database_, "INSERT OR REPLACE INTO meta VALUES(?, ?)");
  put.run("sequence", std::to_string(checkpoint.sequence));
  put.run("chain", checkpoint.chain);
  put.run("boot_id", checkpoint.boot_id);
  put.run("clean", checkpoint.clean ? "1" : "0");
  return database_.commit();
}

Result<void> State::roll_back() {
  close_models();
  database_.roll_back();
  applied_ = checkpoint().sequence;
  open_models();
  if (failure()) return fail(*failure());
  return {};
}

Checkpoint State::checkpoint() {
  return Checkpoint{.sequence = parse_integer<uint64_t>(read_meta(database_, "sequence")).value_or(0),
                    .chain = read_meta(database_, "chain"),
                    .boot_id = read_meta(database_, "boot_id"),
                    .clean = read_meta(database_, "clean") == "1"};
}

std::optional<Checkpoint> State::checkpoint_in(const std::string& path) {
  auto meta = [&](std::string_view name) { return sqlite::peek(path, concat("SELECT value FROM meta WHERE name = '", name, "'")); };
  auto text = meta("sequence");
  auto sequence = text ? parse_integer<uint64_t>(*text) : std::nullopt;
  if (!sequence) return std::nullopt;
  return Checkpoint{
      .sequence = *sequence, .chain = {}, .boot_id = meta("boot_id").value_or(""), .clean = meta("clean").value_or("") == "1"};
}

std::string State::digest() {
  dynamodb_->flush();
  sqs_->flush();
  return sqlite::state_digest(database_);
}

}  // namespace cloudemu
