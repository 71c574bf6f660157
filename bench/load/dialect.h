/* What is said inside the frames. One dialect for Wordtide's MessagePack, one for texts described by a file. */
#ifndef DIALECT_H
#define DIALECT_H

#include "line.h"

/* What a dialect understood is told to these. */
typedef struct DialectHooks {
    void (*joined)(Line *line);
    /* A writer has so many words. */
    void (*told)(Line *line, int writer, int64_t words, int64_t now);
    /* A frame that carried a number. */
    void (*numbered)(Line *line, int64_t number);
    /* Wordtide alone: a phase of the timeline; the totals of a big room; an answered PING; a refusal. */
    void (*phase)(Line *line, int64_t rev, int64_t phase, int64_t now);
    void (*totals)(Line *line, int64_t writers, int64_t words);
    void (*pong)(Line *line, int64_t round_trip_us);
    void (*refused)(Line *line, int64_t code);
} DialectHooks;

typedef struct Dialect {
    const char *path, *subprotocol;
    void (*opened)(Line *line);
    void (*heard)(Line *line, int opcode, const uint8_t *data, size_t size, int64_t now);
    /* Says that a writer has so many words. */
    void (*update)(Line *line, int64_t words);
    /* Says PING; NULL where it is the server that asks. */
    void (*ping)(Line *line, int64_t now);
} Dialect;

/* `lines` is how many writers there may be. */
const Dialect *wordtide_dialect(const char *room, int lines, const DialectHooks *hooks);
/* Described by a file: see bench/loader.py, which writes it. */
const Dialect *text_dialect(const char *file, const DialectHooks *hooks);

#endif
