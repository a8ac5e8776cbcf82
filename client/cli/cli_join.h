/*
 * Taking part in a meeting: one loop over standard input, the core's notices,
 * the voice and signals. A front says how it looks: readable lines or JSON.
 * Main thread.
 */
#ifndef CLIENT_CLI_CLI_JOIN_H
#define CLIENT_CLI_CLI_JOIN_H

#include "client/cli/cli_pending.h"
#include "client/cli/cli_phrases.h"
#include "client/cli/cli_room.h"
#include "client/cli/cli_session.h"
#include "client/cli/cli_voice.h"

#include <jansson.h>

/* What of the view steers sound and screen, worked out after every batch. */
struct cli_facts {
    enum client_line line;
    enum client_place place;
    enum meeting_phase phase;
    bool has_floor; /* this member, or one at this site */
    bool may_be_heard;
    bool is_muted;         /* by itself or another */
    bool is_blocked;       /* by whoever leads: it cannot end that */
    bool was_switched_off; /* its microphone, just now: it may be heard no more
                            */
    bool may_record;
    bool is_recorded; /* by the server */
};

struct cli_join;

struct cli_front {
    /* `request`: what an answer answers; NULL for everything else. True: the
     * front has taken the notice and frees it. */
    bool (*on_notice)(struct cli_join *join, struct client_notice *notice,
                      const struct cli_request *request);
    /* `line` may be changed. */
    void (*on_line)(struct cli_join *join, char *line);
    void (*on_line_too_long)(struct cli_join *join);
    void (*on_voice)(struct cli_join *join,
                     const struct cli_voice_notice *notice);
    /* The facts have changed; join->facts are the new ones. */
    void (*on_facts)(struct cli_join *join, const struct cli_facts *before);
    /* Who speaks was looked at, which may be others than before:
     * join->speakers. Twice a second at least. */
    void (*on_speakers)(struct cli_join *join);
    /* Everything that was there has been told; twice a second at least. */
    void (*on_pause)(struct cli_join *join);
    void (*on_end)(struct cli_join *join);
};

struct cli_join {
    struct cli_session session;
    struct cli_voice *voice;   /* owned; NULL: no sound */
    enum voice_device devices; /* of those that can be chosen; or NONE */
    struct cli_sound sound;    /* of the profile */
    struct cli_profile profile;
    struct cli_slot_gains gains; /* as the voice was told */
    struct cli_speaking speaking;
    struct cli_speakers speakers; /* as of the last look */
    struct cli_room room;
    enum voice_mode mode;
    bool is_site;                         /* whose device this is */
    struct cli_microphone_use microphone; /* as it is used here */
    bool is_talking;
    bool could_be_heard;  /* when the meeting was last up to date here */
    bool presents_anyway; /* minutes that this device has not drawn itself */
    const struct cli_front *front;
    void *front_user;
    struct cli_pending pending;
    struct cli_phrases phrases; /* owned */
    struct identifier log;      /* of the meeting */
    struct cli_facts facts;
    const char *record_path; /* where recordings go; NULL: none */
    unsigned record_count;
    bool is_recording;
    const char *line_choice;  /* a word of line_choice_of(); NULL: none */
    const char *speak_path;   /* to be spoken at the first floor; NULL: none */
    bool waits_to_read;       /* lines are read once the meeting is entered */
    bool is_register_refused; /* it will not come: lines need not wait */
    uint64_t register_tag;    /* of our own asking for it */
    bool shows_register;      /* its events too, in JSON */
    bool consents;            /* to being recorded, whenever it is asked */
    bool is_quitting;
    bool has_entered; /* at some time: the lobby or the meeting */
    bool awaits_line; /* what was piped in is answered before the end */
    int64_t quit_deadline_ms;
    enum cli_exit end;
};

/*
 * Sends a command (borrowed) and remembers who asked; `mark` is taken. False
 * with `*refusal` set if it cannot even be sent.
 */
bool cli_join_send(struct cli_join *join, json_t *command, json_t *mark,
                   struct refusal *refusal);
/* The same for the core's own functions: a tag for the answer, which is of
 * `op`; 0 if too many wait. Taken back if the core did not take the order. */
uint64_t cli_join_tag(struct cli_join *join, const char *op);
void cli_join_untag(struct cli_join *join, uint64_t tag);
/* False if there is no sound. */
bool cli_join_speak(struct cli_join *join, const char *path);
bool cli_join_talk(struct cli_join *join, bool is_talking);
/* The loudspeaker is silent, or not any more. False if there is no sound. */
bool cli_join_set_deaf(struct cli_join *join, bool is_deaf);
/* Uses this microphone or loudspeaker from now on, and keeps that. False if
 * there is no sound, or after a complaint. */
bool cli_join_choose(struct cli_join *join, const struct audio_listed *device);
/* The defaults of the system again, for both. */
bool cli_join_choose_default(struct cli_join *join);
/* How loud this holder is heard, from now on and at other meetings. False if it
 * is not kept, with a complaint; `*result` is RESULT_FULL if too many have a
 * loudness of their own. */
bool cli_join_set_volume(struct cli_join *join, const struct identifier *holder,
                         unsigned percent, enum result *result);
/* Is it told by itself who speaks? Kept as the volumes are. */
bool cli_join_tell_speakers(struct cli_join *join, bool is_told);
/* Joins the meeting although it is recorded: the user was asked. False if that
 * cannot be sent. */
bool cli_join_consent(struct cli_join *join);
/* Is this notice about the organisation's register? */
bool cli_join_is_register(const struct cli_join *join,
                          const struct client_notice *notice);
/* How sound is sent: "auto", "plain", "rough" or "narrow". */
bool cli_join_use_line(struct cli_join *join, const char *choice,
                       struct refusal *refusal);
/* As cli_voice_set_constant(); false if there is no sound. */
bool cli_join_set_constant(struct cli_join *join, bool is_constant);
/* Tells the front what the core has told up to now, so that what was read from
 * its view before can stand behind the events that it knows. */
void cli_join_tell_news(struct cli_join *join);
/* Leaves once what is under way was answered. */
void cli_join_quit(struct cli_join *join);

extern const struct cli_front cli_json_front;
extern const struct cli_front cli_screen_front;

#endif
