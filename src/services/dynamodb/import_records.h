#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/dynamodb_table.h"
#include "protocol/json.h"

/// The data files of ImportTable.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Format.html
namespace cloudemu::dynamodb {

class ImportFormat {
 public:
  /// `request`: the input of ImportTable. `table`: whose keys say of which types a CSV's columns are.
  ImportFormat(json::Value request, const TableDescription& table);

  /// Takes the next record off `text`: JSON of the item, as a client would send it; empty if the
  /// record is none. Nothing: the file has ended.
  std::optional<std::string> take(std::string_view& text);

  /// Of CSV: the names of the columns, which stand in the first line of each file unless the request says them.
  bool needs_header() const { return kind_ == Kind::csv && !has_header_; }
  void read_header(std::string_view& text);

 private:
  enum class Kind { json, ion, csv };
  std::string take_json(std::string_view& text);
  std::string take_ion(std::string_view& text);
  std::string take_csv(std::string_view& text);
  std::vector<std::string> take_fields(std::string_view& text) const;

  Kind kind_ = Kind::json;
  char delimiter_ = ',';
  bool has_header_ = false;
  std::vector<std::string> columns_;
  const TableDescription& table_;
};

}  // namespace cloudemu::dynamodb
