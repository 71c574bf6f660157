/* What all parts of the load generator stand on: time, buffers that grow, and a histogram of delays. */
#ifndef BASE_H
#define BASE_H

#include <stddef.h>
#include <stdint.h>

/* Monotonic time, in microseconds. */
int64_t now_us(void);

/* Unix time, in milliseconds. */
int64_t unix_ms(void);

/* CPU time of this process, in microseconds. */
int64_t own_cpu_us(void);

/* Says why and ends the process with status 1. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* calloc that never answers NULL. */
void *zeroed(size_t count, size_t size);

typedef struct Buffer {
    uint8_t *data;
    size_t used, room;
} Buffer;

void buffer_add(Buffer *buffer, const void *data, size_t size);
/* Takes `size` bytes off the front. */
void buffer_drop(Buffer *buffer, size_t size);
void buffer_free(Buffer *buffer);

/* Delays in microseconds, in buckets that are at most 1/64 wide of what they hold. */
enum { HISTOGRAM_BUCKETS = 64 * 40 };

typedef struct Histogram {
    int64_t counts[HISTOGRAM_BUCKETS];
    int64_t total, most;
} Histogram;

void histogram_add(Histogram *histogram, int64_t us);
/* The delay that `share` (0 to 1) of all did not exceed, in ms, to the upper edge of its bucket; 0 where there are none. */
double histogram_ms(const Histogram *histogram, double share);

#endif
