#define _GNU_SOURCE
#include "line.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SCRATCH = 512 * 1024, DEAF_BUFFER = 2048 };

int64_t bytes_in, frames_in;
static int epoll_fd;
static const LineHooks *told;
static uint8_t scratch[SCRATCH];

void lines_use(int epoll, const LineHooks *hooks) {
    epoll_fd = epoll;
    told = hooks;
}

static void watch(Line *line, int how) {
    bool writing = line->state == LINE_CONNECTING || line->out.used;
    bool reading = line->state != LINE_CONNECTING && !line->deaf;
    struct epoll_event event = {.events = (writing ? EPOLLOUT : 0) | (reading ? EPOLLIN : 0), .data.ptr = line};
    if (epoll_ctl(epoll_fd, how, line->fd, &event)) die("epoll_ctl: %s", strerror(errno));
}

void line_drop(Line *line) {
    if (line->fd > 0) close(line->fd);
    line->fd = 0;
    line->state = LINE_GONE;
    line->joined = false;
    line->answered = 0;
    buffer_free(&line->in);
    buffer_free(&line->out);
    buffer_free(&line->message);
}

static void lost(Line *line) {
    line->gone = now_us();
    if (!line->close_code) line->close_code = 1006;
    told->gone(line);
    line_drop(line);
}

void line_connect(Line *line) {
    line->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (line->fd < 0) die("socket: %s (is the limit of open files, ulimit -n, high enough?)", strerror(errno));
    int one = 1, small = DEAF_BUFFER;
    setsockopt(line->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (line->turns_deaf) setsockopt(line->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    line->deaf = false;
    line->close_code = 0;
    line->slot = -1;
    line->began = now_us();
    line->state = LINE_CONNECTING;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)line->port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool refused = connect(line->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS;
    if (refused) {
        lost(line);
        return;
    }
    watch(line, EPOLL_CTL_ADD);
}

static void flush(Line *line) {
    if (!line->out.used) return;
    ssize_t sent = send(line->fd, line->out.data, line->out.used, MSG_NOSIGNAL);
    if (sent > 0) buffer_drop(&line->out, (size_t)sent);
    /* An error shows as an event too, where it is dealt with: the caller may be in the middle of this line. */
}

static void send_bytes(Line *line, const void *data, size_t size) {
    bool waiting = line->out.used > 0;
    buffer_add(&line->out, data, size);
    if (waiting) return;
    flush(line);
    if (line->out.used) watch(line, EPOLL_CTL_MOD);
}

static uint32_t next_mask(void) {
    static uint32_t state = 0x9e3779b9;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

void line_send(Line *line, int opcode, const void *data, size_t size) {
    if (line->state != LINE_OPEN) return;
    uint8_t frame[14 + 4096];
    if (size > 4096) die("a client's message of %zu bytes is longer than any here", size);
    size_t at = 0;
    frame[at++] = (uint8_t)(0x80 | opcode);
    if (size < 126) {
        frame[at++] = (uint8_t)(0x80 | size);
    } else {
        frame[at++] = 0x80 | 126;
        frame[at++] = (uint8_t)(size >> 8);
        frame[at++] = (uint8_t)size;
    }
    uint32_t mask = next_mask();
    memcpy(frame + at, &mask, 4);
    const uint8_t *key = frame + at, *from = data;
    at += 4;
    for (size_t i = 0; i < size; i++) frame[at + i] = from[i] ^ key[i % 4];
    send_bytes(line, frame, at + size);
}

static void ask_to_upgrade(Line *line) {
    char request[4096];
    const char *wanted = told->subprotocol[0] ? "Sec-WebSocket-Protocol: " : "";
    /* The key is the standard's example: the answer to it is not checked, a wrong one would be no 101. */
    int size = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s%s%s%s\r\n",
                        told->path, line->port, wanted, told->subprotocol, wanted[0] ? "\r\n" : "", line->headers);
    if (size >= (int)sizeof request) die("the request is too long");
    line->state = LINE_HANDSHAKE;
    send_bytes(line, request, (size_t)size);
    watch(line, EPOLL_CTL_MOD);
}

/* The length of the answer's head, 0 while it is not whole, -1 where it is no 101. */
static ssize_t head_size(const uint8_t *data, size_t size) {
    const uint8_t *end = memmem(data, size, "\r\n\r\n", 4);
    if (!end) return 0;
    return size > 12 && !memcmp(data + 8, " 101", 4) ? end + 4 - data : -1;
}

static void message_came(Line *line, int opcode, bool final, const uint8_t *data, size_t size, int64_t now) {
    if (opcode == OP_PING) {
        line_send(line, OP_PONG, data, size);
    } else if (opcode == OP_CLOSE) {
        line->close_code = size >= 2 ? data[0] << 8 | data[1] : 1005;
        line_send(line, OP_CLOSE, data, size < 2 ? 0 : 2);
    } else if (opcode == OP_PONG) {
        return;
    } else if (final && opcode != OP_MORE) {
        frames_in++;
        told->heard(line, opcode, data, size, now);
    } else {
        if (opcode != OP_MORE) line->message_opcode = opcode;
        buffer_add(&line->message, data, size);
        if (!final) return;
        frames_in++;
        told->heard(line, line->message_opcode, line->message.data, line->message.used, now);
        line->message.used = 0;
    }
}

/* Takes whole frames off the front of `data`; how many bytes that were. */
static size_t take_frames(Line *line, const uint8_t *data, size_t size, int64_t now) {
    size_t at = 0;
    while (line->state == LINE_OPEN && size - at >= 2) {
        const uint8_t *head = data + at;
        size_t header = 2, length = head[1] & 0x7f;
        if (length == 126) header = 4;
        if (length == 127) header = 10;
        if (size - at < header) break;
        if (header == 4) length = (size_t)head[2] << 8 | head[3];
        if (header == 10) {
            length = 0;
            for (int i = 2; i < 10; i++) length = length << 8 | head[i];
        }
        if (size - at - header < length) break;
        at += header + length;
        message_came(line, head[0] & 0x0f, head[0] & 0x80, head + header, length, now);
    }
    return at;
}

static size_t take(Line *line, const uint8_t *data, size_t size, int64_t now) {
    size_t head = 0;
    if (line->state == LINE_HANDSHAKE) {
        ssize_t found = head_size(data, size);
        if (found < 0) die("the handshake was refused: %.*s", (int)(size < 200 ? size : 200), data);
        if (found == 0) return 0;
        head = (size_t)found;
        line->state = LINE_OPEN;
        told->opened(line);
    }
    return head + take_frames(line, data + head, size - head, now);
}

static void read_all(Line *line) {
    ssize_t got = recv(line->fd, scratch, SCRATCH, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        lost(line);
        return;
    }
    int64_t now = now_us();
    bytes_in += got;
    if (line->in.used) {
        buffer_add(&line->in, scratch, (size_t)got);
        size_t taken = take(line, line->in.data, line->in.used, now);
        if (line->state != LINE_GONE) buffer_drop(&line->in, taken);
        if (!line->in.used) buffer_free(&line->in);
    } else {
        size_t taken = take(line, scratch, (size_t)got, now);
        if (line->state != LINE_GONE && taken < (size_t)got) buffer_add(&line->in, scratch + taken, (size_t)got - taken);
    }
}

void line_ready(Line *line, uint32_t events) {
    if (line->state == LINE_GONE) return;
    if (line->state == LINE_CONNECTING) {
        int failure = 0;
        socklen_t size = sizeof failure;
        getsockopt(line->fd, SOL_SOCKET, SO_ERROR, &failure, &size);
        if (failure) {
            lost(line);
        } else if (events & EPOLLOUT) {
            ask_to_upgrade(line);
        }
        return;
    }
    if (line->deaf && events & (EPOLLERR | EPOLLHUP)) {
        lost(line);
        return;
    }
    if (events & EPOLLOUT) {
        flush(line);
        watch(line, EPOLL_CTL_MOD);
    }
    if (!line->deaf && events & (EPOLLIN | EPOLLERR | EPOLLHUP)) read_all(line);
}

void line_stop_reading(Line *line) {
    line->deaf = true;
    watch(line, EPOLL_CTL_MOD);
}
