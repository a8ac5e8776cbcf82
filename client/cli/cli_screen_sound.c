/*
 * Sound on the screen: the own microphone, the devices, who is speaking now and
 * how loud that is.
 */
#include "client/cli/cli_screen.h"

#include "client/cli/cli_names.h"
#include "client/cli/cli_screen_booth.h"
#include "client/cli/cli_show.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct cli_speaking_told told;

static void say_no_sound(void)
{
    cli_paragraph_write(_("There is no sound in this session (--audio none)."),
                        stdout);
}

static void talk(struct cli_join *join)
{
    cli_screen_expect_voice();
    if (!cli_join_talk(join, !join->is_talking))
        say_no_sound();
    else if (!join->is_talking)
        cli_paragraph_write(_("Microphone off."), stdout);
    else if (join->facts.may_be_heard)
        cli_paragraph_write(
            _("Microphone on: all hear you. /talk switches it off."), stdout);
    else if (join->facts.is_blocked)
        cli_paragraph_write(
            _("Microphone on, but who leads has muted you: nobody hears "
              "you. When that is lifted, /unmute and /talk."),
            stdout);
    else if (join->facts.is_muted)
        cli_paragraph_write(
            _("Microphone on, but you are muted: nobody hears you. "
              "/unmute ends that."),
            stdout);
    else
        cli_paragraph_write(
            _("Microphone on, but you do not have the floor: nobody "
              "hears you. /hand asks for it."),
            stdout);
}

/* The button toggles: who does not know that it is off presses it wrongly. */
void cli_screen_sound_on_facts(const struct cli_join *join)
{
    if (!join->facts.was_switched_off)
        return;
    cli_screen_expect_voice();
    cli_screen_say("%s", join->facts.is_muted
                             ? _("Your microphone is switched off: you are "
                                 "muted.")
                             : _("Your microphone is switched off: you do not "
                                 "have the floor any more."));
}

void cli_screen_say_unheard_talk(const struct cli_join *join)
{
    if (join->facts.is_muted)
        cli_screen_say("%s", _("You are talking, but you are muted: nobody "
                               "hears you."));
    else if (!join->facts.may_be_heard)
        cli_screen_say("%s", _("You are talking, but you do not have the "
                               "floor: nobody hears you. /hand asks for it."));
    else
        cli_screen_say("%s",
                       _("You are talking, but your microphone is off: nobody "
                         "hears you. /talk switches it on."));
}

/* How the microphone is used, which is not the same for all. */
static void put_microphone(const struct cli_join *join, FILE *out)
{
    if (!join->voice)
        return;
    (void)fputs(_("Microphone: "), out);
    cli_microphone_write(&join->microphone, out);
    (void)fputs(".\n", out);
}

/* Of the same kind as are used. */
static bool list_devices(const struct cli_join *join, struct audio_listing *out)
{
    bool is_direct;

    switch (join->devices) {
    case VOICE_DEVICE_PULSE:
        return audio_listing_read(out) == RESULT_OK;
    case VOICE_DEVICE_PORTAUDIO:
        return audio_listing_read_direct(out) == RESULT_OK;
    case VOICE_DEVICE_AUTOMATIC:
        return audio_listing_read_any(out, &is_direct) == RESULT_OK;
    case VOICE_DEVICE_NONE:
    case VOICE_DEVICE_NULL:
    case VOICE_DEVICE_FILE:
    case VOICE_DEVICE_GIVEN:
        return false;
    }
    return false;
}

/* The list, or with a number that device, or the system's. */
static void choose_audio(struct cli_join *join, const char *number)
{
    static struct audio_listing listing;
    const struct audio_listed *device;
    char *text = NULL;
    size_t size = 0;
    FILE *out;

    if (!list_devices(join, &listing)) {
        cli_screen_put_problem(_("There are no devices to choose from."));
        return;
    }
    if (number && strcmp(number, "default") == 0) {
        if (!cli_join_choose_default(join))
            cli_screen_put_problem(_("The device was not chosen."));
        return;
    }
    if (number && number[0] != '\0') {
        device = cli_sound_numbered(&listing, &join->sound, number);
        if (!device)
            cli_screen_put_problem(_("No device has this number: see /audio"));
        else if (!cli_join_choose(join, device))
            cli_screen_put_problem(_("The device was not chosen."));
        return;
    }
    out = open_memstream(&text, &size);
    if (out) {
        cli_sound_show(&listing, &join->sound, out);
        put_microphone(join, out);
    }
    cli_screen_put_written(out, &text);
}

void cli_screen_sound_on_entered(struct cli_join *join)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = join->is_site ? open_memstream(&text, &size) : NULL;

    if (out)
        put_microphone(join, out);
    cli_screen_put_written(out, &text);
}

/* --- who is speaking ------------------------------------------------------ */

/* What becomes of what this user says. */
static const char *own_state(struct cli_join *join)
{
    if (!join->voice)
        return _("There is no sound in this session (--audio none).");
    if (join->speakers.am_heard)
        return _("You are heard.");
    if (join->is_talking && join->facts.may_be_heard &&
        cli_speaking_is_refused(&join->speaking))
        return _("Nobody hears you: as many speak already as can be heard at "
                 "once.");
    if (join->is_talking && join->facts.may_be_heard)
        return _("Your microphone is on: you are heard when you speak.");
    if (join->is_talking)
        return _("Your microphone is on, but you do not have the floor, or you "
                 "are muted: nobody hears you.");
    return _("Your microphone is off.");
}

static void put_speakers(struct cli_join *join, const struct meeting_view *view,
                         FILE *out)
{
    const struct cli_speakers *speakers = &join->speakers;

    (void)fputs("  ", out);
    cli_speakers_write(view, speakers, out);
    (void)fputc('\n', out);
    /* Where not all of them are named, and how loud. */
    for (size_t i = 0; i < speakers->count; i++) {
        const unsigned percent =
            cli_volume_of(&join->sound.volumes, &speakers->of[i]);

        if (speakers->count <= CLI_SPEAKERS_NAMED &&
            percent == CLI_VOLUME_USUAL)
            continue;
        (void)fprintf(out, "    %s", cli_who(view, &speakers->of[i]).text);
        cli_volume_write(percent, out);
        (void)fputc('\n', out);
    }
    (void)fprintf(out, "  %s\n", own_state(join));
}

static void show_speakers(struct cli_join *join)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out)
        put_speakers(join, view, out);
    client_view_unlock(join->session.client);
    cli_screen_put_written(out, &text);
}

static void take_speaking(struct cli_join *join, const char *word)
{
    const bool is_on = strcmp(word, "on") == 0;

    if (word[0] == '\0') {
        show_speakers(join);
        return;
    }
    if (!cli_join_tell_speakers(join, is_on))
        return;
    cli_screen_put_problem(
        is_on ? _("From now on it is told when somebody else speaks.")
              : _("From now on it is told only by /speaking who speaks."));
}

void cli_screen_on_speakers(struct cli_join *join)
{
    const struct meeting_view *view;
    char *text = NULL;
    size_t size = 0;
    FILE *out;

    if (join->sound.is_silent_about_speakers || cli_screen_booth_is_open() ||
        !cli_speaking_should_tell(&told, &join->speakers, cli_now_ms()))
        return;
    out = open_memstream(&text, &size);
    view = client_view_lock(join->session.client);
    if (out)
        cli_speakers_write(view, &join->speakers, out);
    client_view_unlock(join->session.client);
    if (out && fclose(out) == 0)
        cli_screen_say("%s", text);
    free(text);
}

/* --- how loud --------------------------------------------------------------
 */

static void show_volumes(struct cli_join *join)
{
    const struct cli_volumes *volumes = &join->sound.volumes;
    const struct meeting_view *view = client_view_lock(join->session.client);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out && volumes->count == 0)
        (void)fprintf(out, "  %s\n", _("You hear everybody as sent."));
    for (size_t i = 0; out && i < volumes->count; i++) {
        (void)fprintf(out, "  %s", cli_who(view, &volumes->of[i].holder).text);
        cli_volume_write(volumes->of[i].percent, out);
        (void)fputc('\n', out);
    }
    client_view_unlock(join->session.client);
    cli_screen_put_written(out, &text);
}

/* The only one beside this user who speaks now, for whom it is meant then. */
static bool find_speaker(struct cli_join *join, struct identifier *out)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    size_t count = 0;

    for (size_t i = 0; i < join->speakers.count; i++)
        if (!identifier_equal(&join->speakers.of[i], &view->me)) {
            *out = join->speakers.of[i];
            count++;
        }
    client_view_unlock(join->session.client);
    return count == 1;
}

static void say_volume(struct cli_join *join, const struct identifier *holder,
                       unsigned percent)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    const struct cli_who who = cli_who(view, holder);

    client_view_unlock(join->session.client);
    if (percent == CLI_VOLUME_USUAL)
        cli_screen_say(_("You hear %s as sent."), who.text);
    else if (percent == 0)
        cli_screen_say(_("You do not hear %s any more; the others do. /volume "
                         "NAME reset ends that."),
                       who.text);
    else
        cli_screen_say(_("You hear %s at %u %% of the loudness."), who.text,
                       percent);
}

static void set_volume(struct cli_join *join, const struct cli_typed *typed)
{
    struct identifier holder = typed->holder;
    enum result result;

    if (identifier_is_empty(&holder) && !find_speaker(join, &holder)) {
        cli_screen_put_problem(
            _("Whom? Without a name it is for the one who is speaking now."));
        return;
    }
    if (cli_join_set_volume(join, &holder, typed->percent, &result))
        say_volume(join, &holder, typed->percent);
    else if (result == RESULT_FULL)
        cli_screen_put_problem(_("You have set the loudness of too many "
                                 "people: /volume NAME reset for some."));
}

static void reset_volumes(struct cli_join *join)
{
    enum result result;

    while (join->sound.volumes.count > 0) {
        const struct identifier holder = join->sound.volumes.of[0].holder;

        if (!cli_join_set_volume(join, &holder, CLI_VOLUME_USUAL, &result))
            return;
    }
    cli_screen_say("%s", _("You hear everybody as sent."));
}

/* --- the roll ------------------------------------------------------------- */

static void show_roll(struct cli_join *join)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    const struct cli_roll_sound sound = { &join->speakers,
                                          &join->sound.volumes };
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out && view->state)
        cli_show_roll(view, &sound, out);
    else if (out)
        (void)fprintf(out, "%s\n", _("You are not in the meeting yet."));
    client_view_unlock(join->session.client);
    cli_screen_put_written(out, &text);
}

/* --- several in one room ------------------------------------------------- */

void cli_screen_on_same_room(struct cli_join *join, uint16_t slot)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    const struct meeting_holder *sender = meeting_view_sender(view, slot);
    char *text = NULL;
    size_t size = 0;
    FILE *out = NULL;

    if (sender && cli_room_should_tell(&join->room, &sender->id, cli_now_ms()))
        out = open_memstream(&text, &size);
    if (out)
        cli_room_write(view, &sender->id, out);
    client_view_unlock(join->session.client);
    if (out && fclose(out) == 0) {
        cli_screen_say("%s", text);
        (void)puts(_("  /same-room mute      switches off this microphone\n"
                     "  /same-room mute all  the loudspeaker, too\n"
                     "  /same-room ignore    leaves all as it is"));
    }
    free(text);
}

static void mute_here(struct cli_join *join, bool is_all)
{
    if (!cli_join_talk(join, false) ||
        (is_all && !cli_join_set_deaf(join, true)))
        say_no_sound();
    else if (is_all)
        cli_paragraph_write(
            _("Microphone and loudspeaker of this device are off. "
              "/talk and /same-room hear switch them on again."),
            stdout);
    else
        cli_paragraph_write(_("Microphone off."), stdout);
}

static void answer_same_room(struct cli_join *join, const char *word)
{
    if (strcmp(word, "mute") == 0)
        mute_here(join, false);
    else if (strcmp(word, "mute all") == 0)
        mute_here(join, true);
    else if (strcmp(word, "hear") == 0 && !cli_join_set_deaf(join, false))
        say_no_sound();
    else if (strcmp(word, "hear") == 0)
        cli_paragraph_write(_("The loudspeaker is on."), stdout);
    else if (cli_room_ignore(&join->room))
        cli_paragraph_write(
            _("It stays as it is, and is not said again in this "
              "meeting."),
            stdout);
    else
        cli_paragraph_write(_("Nobody was recognised in this room."), stdout);
}

bool cli_screen_sound_act(struct cli_join *join, const struct cli_typed *typed)
{
    switch ((int)typed->action) {
    case CLI_ACTION_TALK:
        talk(join);
        return true;
    case CLI_ACTION_AUDIO:
        choose_audio(join, typed->text);
        return true;
    case CLI_ACTION_LEVEL:
        if (!join->voice || !cli_voice_ask_level(join->voice))
            say_no_sound();
        return true;
    case CLI_ACTION_SPEAK:
        if (!cli_join_speak(join, typed->text))
            say_no_sound();
        return true;
    case CLI_ACTION_SPEAKING:
        take_speaking(join, typed->text);
        return true;
    case CLI_ACTION_VOLUMES:
        show_volumes(join);
        return true;
    case CLI_ACTION_VOLUME:
        set_volume(join, typed);
        return true;
    case CLI_ACTION_RESET_VOLUMES:
        reset_volumes(join);
        return true;
    case CLI_ACTION_SAME_ROOM:
        answer_same_room(join, typed->text);
        return true;
    case CLI_ACTION_ROLL:
        show_roll(join);
        return true;
    default:
        return false;
    }
}
