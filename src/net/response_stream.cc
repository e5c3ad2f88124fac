#include "net/response_stream.h"

#include <algorithm>

#include "net/limits.h"

namespace cloudemu::net {

ResponseStream::ResponseStream(std::unique_ptr<http::BodySource> source, uint64_t length, WorkQueue& work)
    : source_(std::move(source)), unfetched_(length), work_(work) {}

void ResponseStream::start(std::function<void()> ready) {
  ready_ = std::move(ready);
  fetch();
}

void ResponseStream::probe(std::function<void()> ready) {
  ready_ = std::move(ready);
  unfetched_ = 0;
  fetching_ = true;
  auto got = std::make_shared<Result<size_t>>(size_t{0});
  auto self = shared_from_this();
  work_.submit([self, got] { *got = self->source_->read({}); },
               [self, got] {
                 self->fetching_ = false;
                 self->failed_ = !*got;
                 if (self->ready_) self->ready_();
               });
}

ResponseStream::State ResponseStream::state() const {
  if (lent_) return State::waiting;
  if (full_[front_]) return State::piece;
  if (failed_) return State::failed;
  return unfetched_ == 0 && !fetching_ ? State::end : State::waiting;
}

void ResponseStream::taken() {
  lent_ = false;
  full_[front_] = false;
  front_ = 1 - front_;
  fetch();
}

void ResponseStream::fetch() {
  if (fetching_ || failed_ || unfetched_ == 0) return;
  int slot = full_[front_] ? 1 - front_ : front_;
  if (full_[slot]) return;
  fetching_ = true;
  buffers_[slot].resize(std::min<uint64_t>(unfetched_, kResponsePieceBytes));
  auto got = std::make_shared<Result<size_t>>(size_t{0});
  auto self = shared_from_this();
  work_.submit([self, slot, got] { *got = self->source_->read(self->buffers_[slot]); },
               [self, slot, got] {
                 self->fetching_ = false;
                 if (!*got || **got == 0) {
                   self->failed_ = true;
                 } else {
                   self->buffers_[slot].resize(**got);
                   self->unfetched_ -= **got;
                   self->full_[slot] = true;
                   self->fetch();
                 }
                 if (self->ready_) self->ready_();
               });
}

}  // namespace cloudemu::net
