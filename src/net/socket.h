#pragma once
#include <uv.h>

namespace cloudemu::net {

/// Where a socket is reached: an address, or a file.
enum class SocketKind { tcp, unix_domain };

/// A stream socket of either kind, to be embedded (see UvOwned).
union Socket {
  uv_handle_t handle;
  uv_stream_t stream;
  uv_tcp_t tcp;
  uv_pipe_t pipe;

  void init(uv_loop_t* loop, SocketKind kind) {
    if (kind == SocketKind::tcp) uv_tcp_init(loop, &tcp);
    else uv_pipe_init(loop, &pipe, 0);
  }
};

}  // namespace cloudemu::net
