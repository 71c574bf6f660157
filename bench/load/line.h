/* One client's WebSocket connection to 127.0.0.1. Nothing here waits. */
#ifndef LINE_H
#define LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base.h"

enum { OP_MORE = 0, OP_TEXT = 1, OP_BINARY = 2, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };

typedef enum LineState { LINE_NEW, LINE_CONNECTING, LINE_HANDSHAKE, LINE_OPEN, LINE_GONE } LineState;

typedef struct Line {
    int index;           /* also its writer's number */
    int port;
    const char *headers; /* of its own, each ended by \r\n */
    int fd;
    LineState state;
    bool joined;         /* the server has told it all that it tells a newcomer */
    bool turns_deaf;     /* will stop to read: has a small socket buffer from the start */
    bool deaf;           /* has stopped to read */
    int close_code;      /* as the server said; 1006 where it said nothing, 0 while open */
    int64_t began;       /* when it began to connect, in us */
    int64_t gone;        /* when it was found closed, in us */
    uint64_t answered;   /* text dialect: which answers have been given, a bit each */
    uint64_t phases;     /* Wordtide: of which phases it was told, a bit each */
    int slot;            /* Wordtide: as WELCOME said, -1 before */
    int64_t number;      /* fanout: the number of the last frame that carried one */
    Buffer in, out, message;
    int message_opcode;
} Line;

/* What becomes of a line is told to these. */
typedef struct LineHooks {
    const char *path, *subprotocol;
    void (*opened)(Line *line);
    /* One whole message, or a CLOSE. */
    void (*heard)(Line *line, int opcode, const uint8_t *data, size_t size, int64_t now);
    void (*gone)(Line *line);
} LineHooks;

extern int64_t bytes_in, frames_in;

/* `epoll` gets each line's socket with the line as its data. */
void lines_use(int epoll, const LineHooks *hooks);
void line_connect(Line *line);
/* `events` as epoll says. */
void line_ready(Line *line, uint32_t events);
/* A masked frame, written at once or when there is room. Ignored on a line that is not open. */
void line_send(Line *line, int opcode, const void *data, size_t size);
/* Reads no more. */
void line_stop_reading(Line *line);
/* Closes the socket without a word; `gone` is not told. */
void line_drop(Line *line);

#endif
