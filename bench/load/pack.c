#include "pack.h"

#include <string.h>

static void put(Packer *packer, uint64_t value, int bytes) {
    while (bytes--) packer->data[packer->used++] = (uint8_t)(value >> (8 * bytes));
}

void pack_array(Packer *packer, int length) { put(packer, (uint64_t)(0x90 | length), 1); }

void pack_int(Packer *packer, int64_t value) {
    if (value >= 0 && value < 128) {
        put(packer, (uint64_t)value, 1);
    } else {
        put(packer, 0xd3, 1);
        put(packer, (uint64_t)value, 8);
    }
}

void pack_text(Packer *packer, const char *text) {
    size_t size = strlen(text);
    put(packer, 0xd9, 1);
    put(packer, size, 1);
    memcpy(packer->data + packer->used, text, size);
    packer->used += size;
}

static uint64_t get(Reader *reader, int bytes) {
    uint64_t value = 0;
    if (reader->end - reader->at < bytes) {
        reader->broken = true;
        reader->at = reader->end;
        return 0;
    }
    while (bytes--) value = value << 8 | *reader->at++;
    return value;
}

int64_t read_array(Reader *reader) {
    uint64_t kind = get(reader, 1);
    if (kind >= 0x90 && kind <= 0x9f) return (int64_t)(kind & 0x0f);
    if (kind == 0xdc) return (int64_t)get(reader, 2);
    if (kind == 0xdd) return (int64_t)get(reader, 4);
    reader->broken = true;
    return 0;
}

int64_t read_int(Reader *reader) {
    uint64_t kind = get(reader, 1);
    if (kind < 0x80) return (int64_t)kind;
    if (kind >= 0xe0) return (int64_t)kind - 256;
    switch (kind) {
    case 0xc0: return -1;
    case 0xc2: return 0;
    case 0xc3: return 1;
    case 0xcc: return (int64_t)get(reader, 1);
    case 0xcd: return (int64_t)get(reader, 2);
    case 0xce: return (int64_t)get(reader, 4);
    case 0xcf: case 0xd3: return (int64_t)get(reader, 8);
    case 0xd0: return (int8_t)get(reader, 1);
    case 0xd1: return (int16_t)get(reader, 2);
    case 0xd2: return (int32_t)get(reader, 4);
    }
    reader->broken = true;
    return 0;
}

Reader read_bytes(Reader *reader) {
    uint64_t kind = get(reader, 1);
    reader->broken |= kind != 0xc4 && kind != 0xc5;
    uint64_t size = get(reader, kind == 0xc4 ? 1 : 2);
    if (reader->broken || (uint64_t)(reader->end - reader->at) < size) {
        reader->broken = true;
        return (Reader){.at = reader->at, .end = reader->at, .broken = true};
    }
    reader->at += size;
    return (Reader){.at = reader->at - size, .end = reader->at};
}

int64_t read_varint(Reader *reader) {
    uint64_t value = 0, byte;
    int shift = 0;
    do {
        byte = get(reader, 1);
        value |= (byte & 127) << shift;
        shift += 7;
    } while (byte > 127 && shift < 63);
    return (int64_t)value;
}
