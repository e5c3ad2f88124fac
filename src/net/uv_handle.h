#pragma once
#include <uv.h>

#include <memory>
#include <utility>

/// Ownership of libuv handles: one C++ object embeds one handle, lives on the heap, and dies in the close callback. Objects are
/// neither copied nor moved. `handle->data` points to the object.
namespace cloudemu::net {

template <class T>
struct UvCloser {
  void operator()(T* owner) const {
    uv_close(owner->uv_handle(), [](uv_handle_t* handle) { delete static_cast<T*>(handle->data); });
  }
};

template <class T>
using UvOwned = std::unique_ptr<T, UvCloser<T>>;

/// Makes an object that embeds a handle. Its constructor must set `handle->data = this`.
template <class T, class... Args>
UvOwned<T> make_uv(Args&&... args) {
  return UvOwned<T>(new T(std::forward<Args>(args)...));
}

}  // namespace cloudemu::net
