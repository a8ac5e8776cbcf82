/*
 * What is typed after "/", in Vietnamese or English, as a command of the wire.
 * Main thread, under the view's lock.
 */
#ifndef CLIENT_CLI_CLI_COMMAND_H
#define CLIENT_CLI_CLI_COMMAND_H

#include "client/core/client.h"

#include <jansson.h>

enum cli_action {
    CLI_ACTION_NONE, /* not understood; `problem` says why */
    CLI_ACTION_SEND, /* `command` is to be sent */
    CLI_ACTION_HELP,
    CLI_ACTION_QUIT,
    CLI_ACTION_ROLL, /* show who is there */
    CLI_ACTION_AGENDA,
    CLI_ACTION_HANDS,
    CLI_ACTION_TIMES, /* who has spoken how long */
    CLI_ACTION_VOTES,
    CLI_ACTION_RULES,
    CLI_ACTION_NOTES,
    CLI_ACTION_SCORE,         /* the score sheet */
    CLI_ACTION_MINUTES_STATE, /* read back, objections, signatures */
    CLI_ACTION_ERRATA,        /* corrections of adopted minutes */
    CLI_ACTION_ERRATUM,       /* write one, of the place in `text` */
    CLI_ACTION_SIGN_ERRATUM,  /* the one whose number is `text` */
    CLI_ACTION_PHRASES,       /* standard ones of the minute-taker */
    CLI_ACTION_PARTS,         /* party groups and sub-rooms */
    CLI_ACTION_ELECTIONS,     /* lists of names */
    CLI_ACTION_DOCUMENTS,
    CLI_ACTION_UNREAD, /* who has not read them */
    CLI_ACTION_COMMENTS,
    CLI_ACTION_TASKS,
    CLI_ACTION_DOCUMENT,     /* get `document`, into the file in `text` */
    CLI_ACTION_ATTACH,       /* the file in `text`, to `item` */
    CLI_ACTION_MINUTES,      /* fetch and show */
    CLI_ACTION_MINUTES_VIEW, /* as they grow */
    CLI_ACTION_WRITE,        /* begin an entry; its fields in `command` */
    CLI_ACTION_EDIT,         /* go on with the entry `item` */
    CLI_ACTION_CONTINUE,  /* go on with the kept text whose number is `text` */
    CLI_ACTION_LINE,      /* change a line of it: `text` */
    CLI_ACTION_DONE,      /* end it */
    CLI_ACTION_TEXTS,     /* what is kept here of what was typed */
    CLI_ACTION_HISTORY,   /* all versions of the entry `item` */
    CLI_ACTION_READ_BACK, /* have minutes.json drawn, then present it */
    CLI_ACTION_TALK,      /* the talk button */
    CLI_ACTION_SPEAK,     /* the file in `text` */
    CLI_ACTION_AUDIO,     /* list devices; use the one whose number is `text` */
    CLI_ACTION_LEVEL,     /* how loud it is */
    CLI_ACTION_SPEAKING,  /* who is; `text`: "on", "off" or "" */
    CLI_ACTION_VOLUMES,   /* show them */
    CLI_ACTION_VOLUME,    /* `percent`, of `holder`; "": who is speaking */
    CLI_ACTION_RESET_VOLUMES,
    CLI_ACTION_SPEECH_LINE, /* how it is; `text`: to be used so, or "" */
    CLI_ACTION_STATISTICS,  /* of sound */
    CLI_ACTION_CONSTANT,    /* `text`: "on" or "off" */
    CLI_ACTION_SAME_ROOM,   /* `text`: "mute", "mute all", "ignore", "hear" */
    /* about devices; `holder` says whose */
    CLI_ACTION_CODE, /* of this device */
    CLI_ACTION_DEVICES,
    CLI_ACTION_VOUCH, /* `how`, 0 if it was not said */
    CLI_ACTION_INVITE,
    CLI_ACTION_REVOKE,    /* which device and why: in `text` */
    CLI_ACTION_CONFIRMED, /* who has not confirmed the record */
    CLI_ACTION_RESTORED,  /* the meeting goes on without what was lost */
    CLI_ACTION_CANCEL,    /* the dialogue that is open */
    /* about secret ballots; `ballot` says which */
    CLI_ACTION_BALLOT,        /* show how far it is */
    CLI_ACTION_VOTERS,        /* and its list */
    CLI_ACTION_DRAFT,         /* arguments in `text` */
    CLI_ACTION_CLOSE_ISSUE,   /* show the list, then close it */
    CLI_ACTION_CAST,          /* at a hall device: of `holder` */
    CLI_ACTION_PAPER,         /* enter what was counted on paper */
    CLI_ACTION_CONFIRM_PAPER, /* what another teller entered */
    CLI_ACTION_CONFIRM_HALL,  /* the pool of the site `holder` */
    CLI_ACTION_VOID,          /* the reason in `text` */
    CLI_ACTION_PIN,           /* of `holder` */
    /* about checking in */
    CLI_ACTION_CHECK_IN_PIN, /* at this device: of `holder` */
    CLI_ACTION_SHOW_CODE,    /* of the place `holder`, "": the meeting's own */
    CLI_ACTION_HIDE_CODE
};

enum { CLI_PROBLEM_SIZE = 400 };

/* Does the line write to the minutes: a note, an opinion, a conclusion, or
 * another text of one? */
bool cli_command_is_entry(const char *line);

struct cli_typed {
    enum cli_action action;
    json_t *command; /* owned by whoever asked; of CLI_ACTION_SEND: one, or a
                      * list of some */
    char *text;      /* borrowed from the line */
    const char *const *words; /* the command's, for cli_usage_write(); NULL
                               * where there is no such command */
    struct identifier holder;
    struct identifier ballot;
    struct identifier document;
    struct identifier item;
    enum vouch_way how;
    bool has_no_qr; /* of CLI_ACTION_INVITE */
    bool is_anyway; /* of CLI_ACTION_READ_BACK: unchecked */
    unsigned percent;
    char problem[CLI_PROBLEM_SIZE]; /* translated */
};

/*
 * Reads a line; one without "/" is said to all. `line` is changed and has to
 * outlive `out`. `meeting` is the joined one.
 */
void cli_command_read(const struct meeting_view *view,
                      const struct identifier *meeting, char *line,
                      struct cli_typed *out);

#endif
