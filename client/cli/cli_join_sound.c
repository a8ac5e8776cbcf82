/* The sound of a meeting: what the user chooses of it, and what follows by
 * itself from what happens there. */
#include "client/cli/cli_join_internal.h"

#include <stdio.h>
#include <string.h>

/* --- what is chosen ------------------------------------------------------- */

bool cli_join_speak(struct cli_join *join, const char *path)
{
    return join->voice && cli_voice_speak(join->voice, path);
}

bool cli_join_talk(struct cli_join *join, bool is_talking)
{
    if (!join->voice)
        return false;
    join->is_talking = is_talking;
    cli_voice_set_talking(join->voice, is_talking);
    return true;
}

bool cli_join_set_deaf(struct cli_join *join, bool is_deaf)
{
    if (!join->voice || !cli_voice_set_deaf(join->voice, is_deaf))
        return false;
    join->room.is_deaf = is_deaf;
    return true;
}

static bool keep_sound(struct cli_join *join, const struct cli_sound *sound)
{
    if (!cli_sound_save(&join->profile, sound))
        return false;
    join->sound = *sound;
    return true;
}

bool cli_join_choose(struct cli_join *join, const struct audio_listed *device)
{
    struct cli_sound sound = join->sound;

    memcpy(sound.names[device->direction], device->name, AUDIO_NAME_SIZE);
    return join->voice && keep_sound(join, &sound) &&
           cli_voice_choose(join->voice, &sound);
}

bool cli_join_choose_default(struct cli_join *join)
{
    struct cli_sound sound = join->sound;

    sound.names[AUDIO_CAPTURE][0] = '\0';
    sound.names[AUDIO_PLAYBACK][0] = '\0';
    return join->voice && keep_sound(join, &sound) &&
           cli_voice_choose(join->voice, &sound);
}

void cli_join_follow_volumes(struct cli_join *join)
{
    const struct meeting_view *view;
    struct cli_slot_gains gains;

    if (!join->voice ||
        (join->sound.volumes.count == 0 && join->gains.count == 0))
        return;
    view = client_view_lock(join->session.client);
    cli_volumes_slots(&join->sound.volumes, view, &gains);
    client_view_unlock(join->session.client);
    if (cli_slot_gains_equal(&gains, &join->gains))
        return;
    join->gains = gains;
    cli_voice_set_gains(join->voice, &gains);
}

bool cli_join_set_volume(struct cli_join *join, const struct identifier *holder,
                         unsigned percent, enum result *result)
{
    struct cli_sound sound = join->sound;

    *result = cli_volume_set(&sound.volumes, holder, percent);
    if (*result != RESULT_OK)
        return false;
    if (!keep_sound(join, &sound)) {
        *result = RESULT_IO;
        return false;
    }
    cli_join_follow_volumes(join);
    return true;
}

bool cli_join_tell_speakers(struct cli_join *join, bool is_told)
{
    struct cli_sound sound = join->sound;

    sound.is_silent_about_speakers = !is_told;
    return keep_sound(join, &sound);
}

bool cli_join_set_constant(struct cli_join *join, bool is_constant)
{
    if (!join->voice)
        return false;
    cli_voice_set_constant(join->voice, is_constant);
    return true;
}

/* --- what follows by itself ----------------------------------------------- */

/* Recordings that follow the first one get a number before the suffix. */
static void start_recording(struct cli_join *join)
{
    const char *path = join->record_path;
    const char *dot = strrchr(path, '.');
    size_t stem =
        dot && !strchr(dot, '/') ? (size_t)(dot - path) : strlen(path);
    char numbered[CLI_VOICE_PATH_SIZE];

    join->record_count++;
    if (join->record_count > 1 && stem + 16 < sizeof numbered) {
        (void)snprintf(numbered, sizeof numbered, "%.*s-%u%s", (int)stem, path,
                       join->record_count, path + stem);
        path = numbered;
    }
    join->is_recording = cli_voice_record(join->voice, path);
}

static void follow_recording(struct cli_join *join)
{
    if (!join->voice || !join->record_path ||
        join->is_recording == join->facts.may_record)
        return;
    if (join->facts.may_record) {
        start_recording(join);
    } else {
        cli_voice_stop_recording(join->voice);
        join->is_recording = false;
    }
}

/*
 * Who may no longer be heard stops by himself: the microphone is not to come on
 * again with the next floor. A lost line changes nothing, nor does what is
 * caught up with after it, in which this device is gone for a while: what
 * counts is what holds before and after.
 */
static void follow_floor(struct cli_join *join)
{
    struct cli_facts *facts = &join->facts;

    if (facts->line != LINE_UP || facts->place != PLACE_IN)
        return;
    if (join->is_talking && join->could_be_heard && !facts->may_be_heard)
        facts->was_switched_off = cli_join_talk(join, false);
    join->could_be_heard = facts->may_be_heard;
}

void cli_join_follow_facts(struct cli_join *join,
                           const struct cli_facts *before)
{
    follow_recording(join);
    if (join->voice && join->facts.is_recorded != before->is_recorded)
        cli_voice_sound_tone(join->voice, before->is_recorded);
    if (join->facts.has_floor && join->facts.may_be_heard && join->speak_path &&
        cli_join_speak(join, join->speak_path))
        join->speak_path = NULL;
    follow_floor(join);
    if (join->voice)
        cli_voice_expect_talk(join->voice, join->facts.has_floor &&
                                               join->facts.may_be_heard);
}
