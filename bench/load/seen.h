/* The books: which count was sent when, who has seen it, and after what time. */
#ifndef SEEN_H
#define SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base.h"

/* A writer's words are `base` + k after its k-th change: in the middle of a sprint, or so far ahead as to be in the top of any
 * board. Before its first change they are 0. */
enum { BASE = 500, BASE_AHEAD = 1000000 };

typedef struct Seen {
    int lines;
    int tracked;          /* only the first so many writers' counts are followed ... */
    bool ahead;           /* ... and these are ahead of all others */
    int changes_room;     /* for how many changes of a writer there is room */
    int *changes;         /* [writer] how often it has changed */
    int64_t *sent_at;     /* [tracked writer][change] in us */
    uint16_t *seen;       /* [receiver][tracked writer] the last change seen */
    bool *excused;        /* [receiver] sees nothing, and need not */
    int listening;        /* how many receivers are not excused */
    int64_t missing;      /* (change, other receiver) pairs that were sent and not seen yet */
    int64_t impossible;   /* words seen that nobody had sent */
    int64_t updates_seen; /* (change, other receiver) pairs, since `seen_forget_delays` */
    Histogram delays;
} Seen;

void seen_open(Seen *seen, int lines, int tracked, bool ahead, int changes_room);
/* Notes the next change of a writer; its words. */
int64_t seen_change(Seen *seen, int writer, int64_t now);
/* A receiver was told a writer's words: that change and all before it count as seen. */
void seen_told(Seen *seen, int receiver, int writer, int64_t words, int64_t now);
/* This receiver stops to read. */
void seen_excuse(Seen *seen, int receiver);
void seen_forget_delays(Seen *seen);
int64_t seen_words(const Seen *seen, int writer);
/* How many (writer, other receiver) pairs lack the writer's last words. */
int64_t seen_stale(const Seen *seen);

#endif
