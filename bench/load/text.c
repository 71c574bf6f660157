/* Text frames as a peer speaks them, described by lines of `word TAB value [TAB value]`, each word as often as it likes:
 *
 *   path, subprotocol, joined, update   one value
 *   opening                             a frame to send once the socket is open
 *   answer   SUBSTRING  FRAME           at the first frame with that substring
 *   reply    WHOLE      FRAME           at every frame that is just that
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialect.h"

enum { MOST = 16 };

typedef struct Pair {
    const char *heard, *said;
} Pair;

static const DialectHooks *told;
static Dialect dialect;
static const char *joined = "", *update_template = "";
static const char *openings[MOST];
static Pair answers[MOST], replies[MOST];
static int opening_count, answer_count, reply_count;

static void say(Line *line, const char *text) { line_send(line, OP_TEXT, text, strlen(text)); }

static void opened(Line *line) {
    for (int i = 0; i < opening_count; i++) say(line, openings[i]);
    if (!joined[0]) told->joined(line);
}

static void update(Line *line, int64_t words) {
    char text[1024];
    size_t size = 0;
    for (const char *at = update_template; *at && size < sizeof text - 32;) {
        if (!strncmp(at, "{slot}", 6)) {
            size += (size_t)sprintf(text + size, "%d", line->index);
            at += 6;
        } else if (!strncmp(at, "{words}", 7)) {
            size += (size_t)sprintf(text + size, "%lld", (long long)words);
            at += 7;
        } else {
            text[size++] = *at++;
        }
    }
    line_send(line, OP_TEXT, text, size);
}

/* Where the number after `"key":` begins, NULL if that does not stand at `at`. The second quote may be escaped. */
static const char *value_after(const char *at, const char *end, char key) {
    if (end - at < 4 || at[0] != '"' || at[1] != key) return NULL;
    at += 2;
    at += at < end && *at == '\\';
    if (at == end || *at++ != '"') return NULL;
    while (at < end && (*at == ' ' || *at == ':')) at++;
    return at;
}

static const char *number_at(const char *at, const char *end, int64_t *value) {
    *value = 0;
    const char *begin = at;
    while (at < end && *at >= '0' && *at <= '9') *value = *value * 10 + (*at++ - '0');
    return at == begin ? NULL : at;
}

/* The words that follow a slot, as `, "w": 7`. */
static const char *words_after(const char *at, const char *end, int64_t *words) {
    while (at < end && (*at == ' ' || *at == ',' || *at == '\\')) at++;
    const char *value = value_after(at, end, 'w');
    return value ? number_at(value, end, words) : NULL;
}

static void take_values(Line *line, const char *text, size_t size, int64_t now) {
    const char *end = text + size, *at = text;
    while ((at = memchr(at, '"', (size_t)(end - at)))) {
        int64_t number, words;
        const char *value, *after;
        if ((value = value_after(at, end, 's')) && (after = number_at(value, end, &number)) &&
            (after = words_after(after, end, &words))) {
            told->told(line, (int)number, words, now);
            at = after;
        } else if ((value = value_after(at, end, 'q')) && (after = number_at(value, end, &number))) {
            told->numbered(line, number);
            at = after;
        } else {
            at++;
        }
    }
}

static bool is_text(const char *text, size_t size, const char *whole) {
    return strlen(whole) == size && !memcmp(text, whole, size);
}

static bool holds(const char *text, size_t size, const char *part) { return memmem(text, size, part, strlen(part)); }

static void take_text(Line *line, const char *text, size_t size, int64_t now) {
    for (int i = 0; i < reply_count; i++) {
        if (is_text(text, size, replies[i].heard)) {
            say(line, replies[i].said);
            return;
        }
    }
    for (int i = 0; i < answer_count; i++) {
        if (!(line->answered >> i & 1) && holds(text, size, answers[i].heard)) {
            line->answered |= (uint64_t)1 << i;
            say(line, answers[i].said);
        }
    }
    if (!line->joined && joined[0] && holds(text, size, joined)) told->joined(line);
    take_values(line, text, size, now);
}

static void heard(Line *line, int opcode, const uint8_t *data, size_t size, int64_t now) {
    if (opcode == OP_BINARY && size >= 8) {
        int64_t number = 0;
        for (int i = 0; i < 8; i++) number = number << 8 | data[i];
        told->numbered(line, number);
    }
    if (opcode != OP_TEXT) return;
    const char *at = (const char *)data, *end = at + size;
    while (at < end) { /* some put several messages into a frame, a line each */
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop) stop = end;
        take_text(line, at, (size_t)(stop - at), now);
        at = stop + 1;
    }
}

static const char *take_field(char **rest) {
    char *field = strsep(rest, "\t");
    return field ? field : "";
}

static void take_line(char *text) {
    const char *word = take_field(&text), *first = take_field(&text), *second = take_field(&text);
    if (opening_count == MOST || answer_count == MOST || reply_count == MOST) die("a dialect has at most %d of each", MOST);
    if (!strcmp(word, "path")) dialect.path = first;
    else if (!strcmp(word, "subprotocol")) dialect.subprotocol = first;
    else if (!strcmp(word, "joined")) joined = first;
    else if (!strcmp(word, "update")) update_template = first;
    else if (!strcmp(word, "opening")) openings[opening_count++] = first;
    else if (!strcmp(word, "answer")) answers[answer_count++] = (Pair){first, second};
    else if (!strcmp(word, "reply")) replies[reply_count++] = (Pair){first, second};
    else die("a dialect knows no \"%s\"", word);
}

const Dialect *text_dialect(const char *file, const DialectHooks *hooks) {
    told = hooks;
    dialect = (Dialect){"/", "", opened, heard, update, NULL};
    FILE *from = fopen(file, "r");
    if (!from) die("cannot read %s", file);
    char *text = NULL;
    size_t room = 0;
    ssize_t size;
    while ((size = getline(&text, &room, from)) > 0) {
        if (text[size - 1] == '\n') text[size - 1] = 0;
        if (text[0]) take_line(text);
        text = NULL; /* it is kept: the values point into it */
    }
    free(text);
    fclose(from);
    return &dialect;
}
