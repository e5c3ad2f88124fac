#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace cloudemu {

/// May stand before each of LocalStack's names.
inline constexpr std::string_view kLocalStackPrefix = "LOCALSTACK_";

/// Variables of the environment, "NAME" and its value.
using Variables = std::vector<std::pair<std::string, std::string>>;

/// The one of `known` that somebody may have meant by `word`; empty if none is near.
std::string_view nearest(std::string_view word, const std::vector<std::string>& known);

/// A sentence for each CLOUDEMU_* variable that is none of `known`, with the nearest one.
std::vector<std::string> unknown_variables(const Variables& variables, const std::vector<std::string>& known);

/// A sentence for each of LocalStack's variables that is set and has no effect, with what to do instead. Those that have one, and those
/// whose absence nobody notices (telemetry, licences), are not named.
std::vector<std::string> ignored_localstack_variables(const Variables& variables);

}  // namespace cloudemu
