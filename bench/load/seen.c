#include "seen.h"

#include <string.h>

static int64_t base_of(const Seen *seen, int writer) { return seen->ahead && writer < seen->tracked ? BASE_AHEAD : BASE; }

void seen_open(Seen *seen, int lines, int tracked, bool ahead, int changes_room) {
    seen->lines = lines;
    seen->tracked = tracked < lines ? tracked : lines;
    seen->ahead = ahead;
    seen->changes_room = changes_room;
    seen->listening = lines;
    seen->changes = zeroed((size_t)lines, sizeof *seen->changes);
    seen->sent_at = zeroed((size_t)seen->tracked * (size_t)(changes_room + 1), sizeof *seen->sent_at);
    seen->seen = zeroed((size_t)lines * (size_t)seen->tracked, sizeof *seen->seen);
    seen->excused = zeroed((size_t)lines, sizeof *seen->excused);
}

static uint16_t *cell(const Seen *seen, int receiver, int writer) {
    return &seen->seen[(size_t)receiver * (size_t)seen->tracked + (size_t)writer];
}

static int64_t *moment(const Seen *seen, int writer, int change) {
    return &seen->sent_at[(size_t)writer * (size_t)(seen->changes_room + 1) + (size_t)change];
}

int64_t seen_words(const Seen *seen, int writer) {
    return seen->changes[writer] ? base_of(seen, writer) + seen->changes[writer] : 0;
}

int64_t seen_change(Seen *seen, int writer, int64_t now) {
    int change = ++seen->changes[writer];
    if (writer < seen->tracked) {
        if (change > seen->changes_room) die("a writer changes more often than there is room for");
        *moment(seen, writer, change) = now;
        seen->missing += seen->listening - !seen->excused[writer];
    }
    return seen_words(seen, writer);
}

void seen_told(Seen *seen, int receiver, int writer, int64_t words, int64_t now) {
    if (writer >= seen->tracked || seen->excused[receiver]) return;
    int64_t change = words - base_of(seen, writer);
    uint16_t *last = cell(seen, receiver, writer);
    if (change <= *last) return; /* nothing written yet, or known */
    if (change > seen->changes[writer]) {
        seen->impossible++;
        return;
    }
    if (receiver != writer) {
        for (int each = *last + 1; each <= change; each++) histogram_add(&seen->delays, now - *moment(seen, writer, each));
        seen->missing -= change - *last;
        seen->updates_seen += change - *last;
    }
    *last = (uint16_t)change;
}

void seen_excuse(Seen *seen, int receiver) {
    for (int writer = 0; writer < seen->tracked; writer++)
        if (writer != receiver) seen->missing -= seen->changes[writer] - *cell(seen, receiver, writer);
    seen->excused[receiver] = true;
    seen->listening--;
}

void seen_forget_delays(Seen *seen) {
    memset(&seen->delays, 0, sizeof seen->delays);
    seen->updates_seen = 0;
}

int64_t seen_stale(const Seen *seen) {
    int64_t stale = 0;
    for (int receiver = 0; receiver < seen->lines; receiver++)
        for (int writer = 0; writer < seen->tracked && !seen->excused[receiver]; writer++)
            stale += receiver != writer && *cell(seen, receiver, writer) < seen->changes[writer];
    return stale;
}
