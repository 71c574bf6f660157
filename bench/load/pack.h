/* As much of MessagePack as Wordtide's wire needs. */
#ifndef PACK_H
#define PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Packer {
    uint8_t data[256];
    size_t used;
} Packer;

void pack_array(Packer *packer, int length); /* up to 15 */
void pack_int(Packer *packer, int64_t value);
void pack_text(Packer *packer, const char *text); /* up to 127 bytes */

typedef struct Reader {
    const uint8_t *at, *end;
    bool broken; /* read beyond the end, or something else than was asked for */
} Reader;

/* The length of an array. */
int64_t read_array(Reader *reader);
/* A whole number; nil reads as -1, false and true as 0 and 1. */
int64_t read_int(Reader *reader);
/* What is inside a binary string. */
Reader read_bytes(Reader *reader);
/* An unsigned LEB128 number, which is none of MessagePack's own. */
int64_t read_varint(Reader *reader);

#endif
