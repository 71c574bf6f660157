/* The load generator: N clients of a live word count, on one thread, that check what they are told.
 *
 *   load --targets FILE (--wordtide ROOM | --dialect FILE) [--track K] [--ahead] [--changes N] [--deaf K] [--ping-ms MS]
 *
 * FILE has a line for each client: its port on 127.0.0.1, then the headers it sends, parted by tabs. Commands come on standard
 * input, a line each; each is answered by one line of JSON when it is done, or when its time is over ("late": true).
 *
 *   connect RATE TIMEOUT_MS           everybody connects, RATE a second
 *   update CHANGES PERIOD_MS WRITERS TIMEOUT_MS
 *                                     the first WRITERS change so often, once a period, spread evenly over it; done when
 *                                     everybody has seen everything
 *   hear FRAMES TIMEOUT_MS            until everybody has the frame of that number
 *   deafen                            the last K stop to read
 *   storm SPREAD_MS TIMEOUT_MS        all lose their connections, and are back in after so long
 *   forget                            no phase of the timeline was told yet, from now on
 *   phases FRESH TIMEOUT_MS           until everybody was told of FRESH phases of the timeline
 *   rest MS                           only listens
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "dialect.h"
#include "seen.h"

enum { EVENTS = 1024, PHASES = 64, RETRY_US = 500000 };

typedef struct PhaseTold {
    int64_t rev, phase, first, last;
    int count;
} PhaseTold;

typedef struct Totals {
    int64_t writers, words;
} Totals;

static Line *lines;
static int line_count, deaf_count;
static const Dialect *dialect;
static Seen seen;
static int joined_count, gone_count, last_close;
static Histogram joins, round_trips;
static PhaseTold phases[PHASES];
static int phase_count;
static Totals *totals; /* [line] what a big room's last frame said; NULL before the first such frame */
static int64_t refusals, last_refusal, ping_us, numbered, numbers_missed;

/* The command under way. */
static char doing[16];
static int64_t began, until, began_cpu, idle_us, began_bytes, began_frames;
static int64_t argument[4];
static int64_t rate_us_per_1000; /* connect, storm: 1000 connections in so many us */
static int64_t started;          /* connections or changes so far */
static int64_t pinged;

static void say(const char *name, double value) { printf(", \"%s\": %.10g", name, value); }

/* Lines ---------------------------------------------------------------------------------------------------------- */

static void on_joined(Line *line) {
    if (line->joined) return;
    line->joined = true;
    joined_count++;
    histogram_add(&joins, now_us() - line->began);
}

static void on_gone(Line *line) {
    joined_count -= line->joined;
    gone_count++;
    last_close = line->close_code;
}

static void on_told(Line *line, int writer, int64_t words, int64_t now) {
    if (writer >= 0 && writer < line_count) seen_told(&seen, line->index, writer, words, now);
}

static void on_numbered(Line *line, int64_t number) {
    numbers_missed += number != line->number + 1;
    line->number = number;
    numbered++;
}

static void on_phase(Line *line, int64_t rev, int64_t phase, int64_t now) {
    if (!line->joined) return; /* what a newcomer is told is no news */
    PhaseTold *found = phases;
    while (found < phases + phase_count && (found->rev != rev || found->phase != phase)) found++;
    if (found == phases + phase_count) {
        if (phase_count == PHASES) return;
        phase_count++;
        *found = (PhaseTold){rev, phase, now, now, 0};
    }
    uint64_t bit = (uint64_t)1 << (found - phases);
    if (line->phases & bit) return; /* told once more */
    line->phases |= bit;
    found->last = now;
    found->count++;
}

static void on_totals(Line *line, int64_t writers, int64_t words) {
    if (!totals) totals = zeroed((size_t)line_count, sizeof *totals);
    totals[line->index] = (Totals){writers, words};
}

static void on_pong(Line *line, int64_t round_trip_us) {
    (void)line;
    histogram_add(&round_trips, round_trip_us);
}

static void on_refused(Line *line, int64_t code) {
    (void)line;
    refusals++;
    last_refusal = code;
}

/* What the commands wait for ------------------------------------------------------------------------------------- */

static int64_t due_by_now(int64_t now, int64_t each_1000_us, int64_t most) {
    int64_t due = each_1000_us ? (now - began) * 1000 / each_1000_us + 1 : most;
    return due < most ? due : most;
}

static void connect_due(int64_t now) {
    for (int64_t due = due_by_now(now, rate_us_per_1000, line_count); started < due; started++) {
        Line *line = &lines[started];
        line->turns_deaf = line->index >= line_count - deaf_count;
        line_connect(line);
    }
}

/* Servers may refuse some where many come: these try again, as people's browsers do. */
static void connect_again(int64_t now) {
    for (int i = 0; i < started; i++)
        if (lines[i].state == LINE_GONE && now - lines[i].gone > RETRY_US) line_connect(&lines[i]);
}

static void change_due(int64_t now) {
    int64_t writers = argument[2], all = argument[0] * writers;
    for (int64_t due = due_by_now(now, argument[1] * 1000000 / writers, all); started < due; started++) {
        Line *line = &lines[started % writers];
        if (line->state == LINE_OPEN && !line->deaf) dialect->update(line, seen_change(&seen, line->index, now));
    }
}

static void ping_due(int64_t now) {
    if (!ping_us || !dialect->ping) return;
    static int64_t last;
    if (!last) last = now;
    for (; (now - last) * line_count >= ping_us; last += ping_us / line_count) {
        Line *line = &lines[pinged++ % line_count];
        if (line->joined && !line->deaf) dialect->ping(line, now);
    }
}

/* Where not all counts are followed, the sums that a big room's frames carry have to stand for the others. */
static bool totals_are_right(void) {
    if (!totals) return seen.tracked == line_count;
    int64_t words = 0;
    for (int i = 0; i < line_count; i++) words += seen_words(&seen, i);
    for (int i = 0; i < line_count; i++)
        if (totals[i].words != words || totals[i].writers != line_count) return false;
    return true;
}

static int lines_at(int64_t number) {
    int count = 0;
    for (int i = 0; i < line_count; i++) count += lines[i].number >= number;
    return count;
}

static int phases_told_to_all(void) {
    int count = 0;
    for (int i = 0; i < phase_count; i++) count += phases[i].count >= line_count - deaf_count;
    return count;
}

static bool is_done(int64_t now) {
    if (!strcmp(doing, "connect")) return joined_count == line_count;
    if (!strcmp(doing, "storm")) return started == line_count && joined_count == line_count;
    if (!strcmp(doing, "update"))
        return started == argument[0] * argument[2] && !seen.missing && totals_are_right();
    if (!strcmp(doing, "hear")) return numbered >= argument[0] * line_count && lines_at(argument[0]) == line_count;
    if (!strcmp(doing, "phases")) return phases_told_to_all() >= argument[0];
    return now >= until;
}

/* Commands ------------------------------------------------------------------------------------------------------- */

static void begin(char *command) {
    memset(argument, 0, sizeof argument);
    int said = sscanf(command, "%15s %ld %ld %ld %ld", doing, &argument[0], &argument[1], &argument[2], &argument[3]);
    if (said < 1) die("a command has a name");
    began = now_us();
    began_cpu = own_cpu_us();
    began_bytes = bytes_in;
    began_frames = frames_in;
    idle_us = started = gone_count = 0;
    memset(&round_trips, 0, sizeof round_trips);
    seen_forget_delays(&seen);
    until = began + argument[said > 1 ? said - 2 : 0] * 1000; /* the last argument is always the time */
    if (!strcmp(doing, "connect")) rate_us_per_1000 = 1000000000 / argument[0];
    if (!strcmp(doing, "forget")) {
        phase_count = 0;
        for (int i = 0; i < line_count; i++) lines[i].phases = 0;
    }
    if (!strcmp(doing, "storm")) {
        rate_us_per_1000 = argument[0] * 1000000 / line_count;
        joined_count = 0;
        memset(&joins, 0, sizeof joins);
        for (int i = 0; i < line_count; i++) line_drop(&lines[i]);
    }
    for (int i = line_count - deaf_count; i < line_count && !strcmp(doing, "deafen"); i++) {
        seen_excuse(&seen, i);
        line_stop_reading(&lines[i]);
    }
}

static void answer(bool late) {
    double wall = (double)(now_us() - began) / 1e6;
    printf("{\"did\": \"%s\", \"late\": %s", doing, late ? "true" : "false");
    say("wall_s", wall);
    say("cpu_s", (double)(own_cpu_us() - began_cpu) / 1e6);
    say("busy_share", wall > 0 ? 1 - (double)idle_us / 1e6 / wall : 0);
    say("bytes", (double)(bytes_in - began_bytes));
    say("frames", (double)(frames_in - began_frames));
    say("joined", joined_count);
    say("gone", gone_count);
    say("last_close", last_close);
    say("refusals", (double)refusals);
    say("last_refusal", (double)last_refusal);
    say("join_p50_ms", histogram_ms(&joins, 0.5));
    say("join_p99_ms", histogram_ms(&joins, 0.99));
    say("join_most_ms", histogram_ms(&joins, 1));
    say("updates_seen", (double)seen.updates_seen);
    say("stale", (double)(strcmp(doing, "update") ? 0 : seen_stale(&seen)));
    say("impossible", (double)seen.impossible);
    printf(", \"totals_right\": %s", totals_are_right() ? "true" : "false");
    say("delay_p50_ms", histogram_ms(&seen.delays, 0.5));
    say("delay_p99_ms", histogram_ms(&seen.delays, 0.99));
    say("delay_most_ms", histogram_ms(&seen.delays, 1));
    say("round_trip_p50_ms", histogram_ms(&round_trips, 0.5));
    say("round_trip_p99_ms", histogram_ms(&round_trips, 0.99));
    say("round_trip_most_ms", histogram_ms(&round_trips, 1));
    say("numbered", (double)numbered);
    say("numbers_missed", (double)numbers_missed);
    printf(", \"phases\": [");
    for (int i = 0; i < phase_count; i++)
        printf("%s{\"rev\": %ld, \"phase\": %ld, \"count\": %d, \"spread_ms\": %.10g}", i ? ", " : "", phases[i].rev,
               phases[i].phase, phases[i].count, (double)(phases[i].last - phases[i].first) / 1000);
    printf("]}\n");
    fflush(stdout);
    doing[0] = 0;
}

/* Reads commands; false at the end of input. */
static bool take_commands(void) {
    static char text[4096];
    static size_t used;
    ssize_t got = read(STDIN_FILENO, text + used, sizeof text - 1 - used);
    if (got == 0) return false;
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    used += (size_t)got;
    text[used] = 0;
    char *end = strchr(text, '\n');
    if (!end) return true;
    if (doing[0]) die("\"%s\" is not done yet", doing);
    *end = 0;
    begin(text);
    used = 0;
    return true;
}

/* Set-up --------------------------------------------------------------------------------------------------------- */

static void read_targets(const char *file) {
    FILE *from = fopen(file, "r");
    if (!from) die("cannot read %s", file);
    char *text = NULL;
    size_t room = 0, size = 0;
    while (getline(&text, &room, from) > 0) {
        if ((size_t)line_count == size) {
            size = size ? size * 2 : 1024;
            lines = realloc(lines, size * sizeof *lines);
            if (!lines) die("no memory for %zu lines", size);
        }
        char *rest = text, *port = strsep(&rest, "\t\n"), *field;
        char headers[2048] = "";
        size_t used = 0;
        while ((field = strsep(&rest, "\t\n")) && used < sizeof headers)
            if (field[0]) used += (size_t)snprintf(headers + used, sizeof headers - used, "%s\r\n", field);
        lines[line_count] = (Line){.index = line_count, .port = atoi(port), .headers = strdup(headers), .slot = -1};
        line_count++;
    }
    free(text);
    fclose(from);
    if (!line_count) die("%s names nobody", file);
}


static void loop(int epoll) {
    struct epoll_event events[EVENTS];
    for (;;) {
        int64_t before = now_us();
        int count = epoll_wait(epoll, events, EVENTS, doing[0] ? 1 : 100);
        int64_t now = now_us();
        idle_us += now - before;
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr) line_ready(events[i].data.ptr, events[i].events);
            else if (!take_commands()) return;
        }
        ping_due(now);
        if (!doing[0]) continue;
        if (!strcmp(doing, "connect") || !strcmp(doing, "storm")) {
            connect_due(now);
            connect_again(now);
        }
        if (!strcmp(doing, "update")) change_due(now);
        if (is_done(now)) answer(false);
        else if (now >= until) answer(true);
    }
}

int main(int count, char **arguments) {
    const char *targets = NULL, *room = NULL, *file = NULL;
    int tracked = 1 << 30, changes = 100;
    bool ahead = false;
    for (int i = 1; i < count; i++) {
        const char *name = arguments[i];
        if (!strcmp(name, "--ahead")) {
            ahead = true;
            continue;
        }
        const char *value = ++i < count ? arguments[i] : "";
        if (!strcmp(name, "--targets")) targets = value;
        else if (!strcmp(name, "--wordtide")) room = value;
        else if (!strcmp(name, "--dialect")) file = value;
        else if (!strcmp(name, "--track")) tracked = atoi(value);
        else if (!strcmp(name, "--changes")) changes = atoi(value);
        else if (!strcmp(name, "--deaf")) deaf_count = atoi(value);
        else if (!strcmp(name, "--ping-ms")) ping_us = atoll(value) * 1000;
        else die("no option %s", name);
    }
    if (!targets || !room == !file) die("says --targets, and either --wordtide or --dialect");
    read_targets(targets);
    static const DialectHooks told = {on_joined, on_told, on_numbered, on_phase, on_totals, on_pong, on_refused};
    dialect = room ? wordtide_dialect(room, line_count, &told) : text_dialect(file, &told);
    seen_open(&seen, line_count, tracked, ahead, changes);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    LineHooks hooks = {dialect->path, dialect->subprotocol, dialect->opened, dialect->heard, on_gone};
    lines_use(epoll, &hooks);
    struct epoll_event commands = {.events = EPOLLIN, .data.ptr = NULL};
    fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &commands)) die("commands come through a pipe");
    loop(epoll);
    return 0;
}
