#pragma once
#include <tl/expected.hpp>

#include "core/error.h"

namespace cloudemu {

/// A value or the reason why there is none. Spelled like C++23's std::expected, so that a later switch is this alias.
template <class T, class E = Error>
using Result = tl::expected<T, E>;

/// Turns an error into a Result of any value type: `return fail(Error{...});`
template <class E>
auto fail(E&& error) {
  return tl::unexpected<std::decay_t<E>>(std::forward<E>(error));
}

/// The value inside, for TRY; nothing for Result<void>.
template <class T, class E>
T take_value(Result<T, E>&& result) {
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

inline auto fail(Errc code, std::string context) { return fail(Error{code, std::move(context)}); }

}  // namespace cloudemu

/// The value of a Result, or return its error from the enclosing function. Not inside a braced initializer behind a member that owns memory:
/// compilers forget to destroy what was made of the object by then.
#define TRY(expression) CLOUDEMU_TRY(expression, __COUNTER__)
#define CLOUDEMU_TRY(expression, number) CLOUDEMU_TRY_PASTE(expression, number)  // __COUNTER__ becomes its number here
#define CLOUDEMU_TRY_PASTE(expression, number) CLOUDEMU_TRY_NAMED(expression, try_result_##number)
#define CLOUDEMU_TRY_NAMED(expression, name)            \
  __extension__({                                       \
    auto name = (expression);                           \
    if (!name) [[unlikely]]                             \
      return ::cloudemu::fail(std::move(name).error()); \
    ::cloudemu::take_value(std::move(name));            \
  })
