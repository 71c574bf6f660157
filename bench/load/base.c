#include "base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static int64_t clock_us(clockid_t which) {
    struct timespec at;
    clock_gettime(which, &at);
    return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

int64_t now_us(void) { return clock_us(CLOCK_MONOTONIC); }

int64_t unix_ms(void) { return clock_us(CLOCK_REALTIME) / 1000; }

int64_t own_cpu_us(void) { return clock_us(CLOCK_PROCESS_CPUTIME_ID); }

void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("load: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

void *zeroed(size_t count, size_t size) {
    void *made = calloc(count ? count : 1, size);
    if (!made) die("no memory for %zu times %zu bytes", count, size);
    return made;
}

void buffer_add(Buffer *buffer, const void *data, size_t size) {
    if (buffer->used + size > buffer->room) {
        size_t room = buffer->room ? buffer->room : 256;
        while (room < buffer->used + size) room *= 2;
        buffer->data = realloc(buffer->data, room);
        if (!buffer->data) die("no memory for a buffer of %zu bytes", room);
        buffer->room = room;
    }
    memcpy(buffer->data + buffer->used, data, size);
    buffer->used += size;
}

void buffer_drop(Buffer *buffer, size_t size) {
    buffer->used -= size;
    if (buffer->used) memmove(buffer->data, buffer->data + size, buffer->used);
}

void buffer_free(Buffer *buffer) {
    free(buffer->data);
    memset(buffer, 0, sizeof *buffer);
}

/* Below 64 each value has a bucket; above, each power of two has 64. */
static int bucket_of(int64_t us) {
    if (us < 64) return us < 0 ? 0 : (int)us;
    int shift = 57 - __builtin_clzll((unsigned long long)us); /* leaves 64 to 127 */
    int bucket = (shift + 1) * 64 + (int)(us >> shift) - 64;
    return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

static int64_t upper_edge(int bucket) {
    if (bucket < 64) return bucket;
    int shift = bucket / 64 - 1;
    return (((int64_t)(bucket % 64) + 65) << shift) - 1;
}

void histogram_add(Histogram *histogram, int64_t us) {
    histogram->counts[bucket_of(us)]++;
    histogram->total++;
    if (us > histogram->most) histogram->most = us;
}

double histogram_ms(const Histogram *histogram, double share) {
    if (!histogram->total) return 0;
    int64_t left = (int64_t)(share * (double)histogram->total);
    for (int bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        left -= histogram->counts[bucket];
        if (left < 0) {
            int64_t edge = upper_edge(bucket);
            return (double)(edge < histogram->most ? edge : histogram->most) / 1000;
        }
    }
    return (double)histogram->most / 1000;
}
