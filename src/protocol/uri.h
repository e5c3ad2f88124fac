#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloudemu {

/// The parameters of a query string or a form, percent-decoded (`+` is a blank), in the order they came.
class QueryParameters {
 public:
  struct Parameter {
    std::string name, value;
    bool has_value;  ///< false for `?acl`, true for `?acl=`
  };

  QueryParameters() = default;
  static QueryParameters parse(std::string_view text);

  const std::string* find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  /// The value, or empty text.
  std::string_view get(std::string_view name) const;
  const std::vector<Parameter>& all() const { return parameters_; }

 private:
  std::vector<Parameter> parameters_;
};

/// Host header without its port.
std::string_view host_name(std::string_view host_header);

}  // namespace cloudemu
