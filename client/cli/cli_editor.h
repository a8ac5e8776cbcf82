/*
 * An entry of the minutes that is written line by line. Each line is a batch:
 * it is on this device's disk, and on its way, before the next one is asked
 * for. While one batch is on its way the next ones wait together, since an edit
 * names the version that it changes.
 *
 * The editor sends nothing itself: cli_editor_next() says what is to be sent,
 * and what comes of it is told back. Main thread.
 */
#ifndef CLIENT_CLI_CLI_EDITOR_H
#define CLIENT_CLI_CLI_EDITOR_H

#include "client/core/client.h"

#include <jansson.h>

#include <stdio.h>

/* All zeros: closed. */
struct cli_editor {
    bool is_open;                /* lines are taken */
    json_t *fields;              /* owned; of write_entry, but its text */
    char *text;                  /* owned; lines, with '\n' between them */
    struct identifier entry;     /* "" until the first batch is saved */
    uint64_t version;            /* of the entry, newest known */
    uint64_t draft;              /* kept text that is not sent; 0: none */
    bool has_news;               /* the text has changed since it was sent */
    bool is_unkept;              /* and since it was kept */
    bool is_stopped;             /* a batch was refused: nothing more is sent */
    uint64_t send_tag;           /* of the batch on its way; 0: none is */
    uint64_t send_number;        /* of it, as a kept text; 0: not known */
    uint64_t keep_tag;           /* of what is being kept; 0: nothing is */
    bool gives_send, gives_keep; /* what cli_editor_next() gave last */
};

/* Whether lines are taken or not: is there anything left to do? */
bool cli_editor_is_busy(const struct cli_editor *editor);

/* Begins an entry; takes `fields` (item, kind, member). False for want of
 * memory; the editor was closed before. */
bool cli_editor_begin(struct cli_editor *editor, json_t *fields);
/* Goes on with an entry that is there. */
bool cli_editor_edit(struct cli_editor *editor,
                     const struct meeting_entry *entry, struct text_view text);
/* Goes on with a text that was kept; `state` for the entry's newest version. */
bool cli_editor_resume(struct cli_editor *editor,
                       const struct meeting_state *state,
                       const struct kept_text *kept);
/* No more lines; what is on its way goes on. */
void cli_editor_done(struct cli_editor *editor);
/* Forgets everything. */
void cli_editor_release(struct cli_editor *editor);

/* A line more. False: the entry would be too long, or memory is out; nothing is
 * changed. */
bool cli_editor_add(struct cli_editor *editor, const char *line);
/* Another text for a line, from 1; NULL takes it away. False as above, and if
 * there is no such line. */
bool cli_editor_set(struct cli_editor *editor, size_t number, const char *line);
/* The lines, numbered. */
void cli_editor_show(const struct cli_editor *editor, FILE *out);

/* The command that is to be sent now, a new reference; NULL: none. */
json_t *cli_editor_next(struct cli_editor *editor);
/* It was sent under this tag; 0: it could not be. */
void cli_editor_sent(struct cli_editor *editor, uint64_t tag);
/* Notices CLIENT_TEXT, and CLIENT_ANSWER; those of others change nothing. */
void cli_editor_on_notice(struct cli_editor *editor,
                          const struct client_notice *notice);

#endif
