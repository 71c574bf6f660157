/* Wordtide's own wire: docs/protocol.md. */
#include <string.h>

#include "dialect.h"
#include "pack.h"

enum { HELLO = 1, COUNT = 2, PING = 4 };
enum { WELCOME = 65, KEYFRAME = 66, TICK = 67, BIG = 68, PHASE = 70, PONG = 72, ERROR_SAID = 73 };
enum { WRITING = 4, MAX_WORDS = 10000000 };

static const DialectHooks *told;
static const char *room;
static int64_t sprint;
static int *writer_of; /* [slot], -1 where nobody here has it */
static int slots;

static void opened(Line *line) {
    Packer packer = {0};
    pack_array(&packer, 2);
    pack_int(&packer, HELLO);
    pack_text(&packer, room);
    line_send(line, OP_BINARY, packer.data, packer.used);
}

static void update(Line *line, int64_t words) {
    Packer packer = {0};
    pack_array(&packer, 6);
    pack_int(&packer, COUNT);
    pack_int(&packer, sprint);
    pack_int(&packer, unix_ms());
    pack_int(&packer, words);
    pack_int(&packer, WRITING);
    pack_int(&packer, 1000);
    line_send(line, OP_BINARY, packer.data, packer.used);
}

static void ping(Line *line, int64_t now) {
    Packer packer = {0};
    pack_array(&packer, 2);
    pack_int(&packer, PING);
    pack_int(&packer, now);
    line_send(line, OP_BINARY, packer.data, packer.used);
}

static void take_row(Line *line, int64_t slot, int64_t words, int64_t now) {
    if (slot >= 0 && slot < slots && writer_of[slot] >= 0) told->told(line, writer_of[slot], words, now);
}

static void take_rows(Line *line, Reader *reader, int64_t now) {
    for (int64_t left = read_array(reader) / 2; left > 0 && !reader->broken; left--) {
        int64_t slot = read_int(reader);
        take_row(line, slot, read_int(reader), now);
    }
}

static void take_welcome(Line *line, Reader *reader) {
    line->slot = (int)read_int(reader);
    if (line->slot < 0 || line->slot >= slots) die("line %d was given slot %d", line->index, line->slot);
    writer_of[line->slot] = line->index;
}

static void take_phase(Line *line, Reader *reader, int64_t now) {
    int64_t rev = read_int(reader);
    int64_t told_sprint = read_int(reader);
    if (told_sprint > 0) sprint = told_sprint;
    told->phase(line, rev, read_int(reader), now);
}

/* The top, packed as protocol/ranked.py says: how many, then slot and drop of each, a drop from the one before. */
static void take_ranked(Line *line, Reader *reader, int64_t now) {
    Reader packed = read_bytes(reader);
    int64_t words = MAX_WORDS;
    for (int64_t left = read_varint(&packed); left > 0 && !packed.broken; left--) {
        int64_t slot = read_varint(&packed);
        words -= read_varint(&packed);
        take_row(line, slot, words, now);
    }
    reader->broken |= packed.broken;
}

static void take_big(Line *line, Reader *reader, int64_t now) {
    read_int(reader); /* sprint */
    int64_t writers = read_int(reader);
    read_int(reader); /* active */
    told->totals(line, writers, read_int(reader));
    take_ranked(line, reader, now);
}

static void heard(Line *line, int opcode, const uint8_t *data, size_t size, int64_t now) {
    if (opcode != OP_BINARY) return;
    Reader reader = {.at = data, .end = data + size};
    read_array(&reader);
    switch (read_int(&reader)) {
    case WELCOME:
        take_welcome(line, &reader);
        break;
    case KEYFRAME:
        read_int(&reader); /* sprint */
        read_int(&reader); /* n */
        take_rows(line, &reader, now);
        told->joined(line);
        break;
    case TICK:
        read_int(&reader); /* sprint */
        take_rows(line, &reader, now);
        break;
    case BIG:
        take_big(line, &reader, now);
        told->joined(line);
        break;
    case PHASE:
        take_phase(line, &reader, now);
        break;
    case PONG:
        told->pong(line, now - read_int(&reader));
        break;
    case ERROR_SAID:
        read_int(&reader); /* ref */
        told->refused(line, read_int(&reader));
        break;
    }
    if (reader.broken) die("a message of Wordtide's that is none");
}

const Dialect *wordtide_dialect(const char *slug, int lines, const DialectHooks *hooks) {
    static const Dialect dialect = {"/ws", "wordtide.v1.msgpack", opened, heard, update, ping};
    room = slug;
    told = hooks;
    slots = lines * 4 + 4096; /* processes take slots in batches, and leave some unused */
    writer_of = zeroed((size_t)slots, sizeof *writer_of);
    memset(writer_of, -1, (size_t)slots * sizeof *writer_of);
    return &dialect;
}
