// The yardstick of `make bench`: the least that libuv and llhttp can do.
// It parses every request with llhttp, drops it, and answers one fixed reply. No routing, no allocation per request.
// usage: bare_server PORT [REPLY_BYTES]
#include <llhttp.h>
#include <uv.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

std::string reply;
llhttp_settings_t settings;

struct Client {
  uv_tcp_t tcp;
  llhttp_t parser;
  char read_buffer[65536];
};

struct Write {
  uv_write_t request;
  std::string rest;
};

void close_client(uv_handle_t* handle) {
  uv_close(handle, [](uv_handle_t* closed) { delete static_cast<Client*>(closed->data); });
}

int send_reply(llhttp_t* parser) {
  auto* stream = static_cast<uv_stream_t*>(parser->data);
  uv_buf_t buffer = uv_buf_init(reply.data(), static_cast<unsigned>(reply.size()));
  int sent = uv_try_write(stream, &buffer, 1);
  if (sent == static_cast<int>(reply.size())) return 0;
  auto* write = new Write{{}, reply.substr(sent > 0 ? static_cast<size_t>(sent) : 0)};
  write->request.data = write;
  buffer = uv_buf_init(write->rest.data(), static_cast<unsigned>(write->rest.size()));
  uv_write(&write->request, stream, &buffer, 1, [](uv_write_t* done, int) { delete static_cast<Write*>(done->data); });
  return 0;
}

void on_read(uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
  auto* client = static_cast<Client*>(stream->data);
  if (size == 0) return;
  if (size < 0 || llhttp_execute(&client->parser, buffer->base, static_cast<size_t>(size)) != HPE_OK) {
    close_client(reinterpret_cast<uv_handle_t*>(stream));
  }
}

void on_connection(uv_stream_t* server, int status) {
  if (status < 0) return;
  auto* client = new Client;
  uv_tcp_init(server->loop, &client->tcp);
  client->tcp.data = client;
  uv_accept(server, reinterpret_cast<uv_stream_t*>(&client->tcp));
  uv_tcp_nodelay(&client->tcp, 1);
  llhttp_init(&client->parser, HTTP_REQUEST, &settings);
  client->parser.data = &client->tcp;
  uv_read_start(
      reinterpret_cast<uv_stream_t*>(&client->tcp),
      [](uv_handle_t* handle, size_t, uv_buf_t* buffer) {
        auto* owner = static_cast<Client*>(handle->data);
        *buffer = uv_buf_init(owner->read_buffer, sizeof owner->read_buffer);
      },
      on_read);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bare_server PORT [REPLY_BYTES]\n");
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::string body(argc > 2 ? static_cast<size_t>(std::atoi(argv[2])) : 2, 'x');
  reply = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  llhttp_settings_init(&settings);
  settings.on_message_complete = send_reply;

  uv_loop_t* loop = uv_default_loop();
  uv_tcp_t server;
  sockaddr_in address;
  uv_tcp_init(loop, &server);
  uv_ip4_addr("127.0.0.1", std::atoi(argv[1]), &address);
  uv_tcp_bind(&server, reinterpret_cast<const sockaddr*>(&address), 0);
  int error = uv_listen(reinterpret_cast<uv_stream_t*>(&server), 511, on_connection);
  if (error != 0) {
    std::fprintf(stderr, "bare_server: %s\n", uv_strerror(error));
    return 1;
  }
  return uv_run(loop, UV_RUN_DEFAULT);
}
