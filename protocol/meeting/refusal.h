/*
 * Why a command was refused. One list: the code travels, clients put it into
 * the user's language, `message` is the plain English fallback. {name} in a
 * message stands for an argument.
 */
#ifndef PROTOCOL_MEETING_REFUSAL_H
#define PROTOCOL_MEETING_REFUSAL_H

#include "protocol/base/identifier.h"

#include <jansson.h>
#include <stdint.h>

/* X(IDENTIFIER, code, rule, message) */
#define REFUSAL_LIST(X)                                                        \
    X(NOT_LOGGED_IN, not_logged_in, "login", "log in first")                   \
    X(ALREADY_LOGGED_IN, already_logged_in, "login",                           \
      "this connection is logged in already")                                  \
    X(LOGIN_FAILED, login_failed, "login",                                     \
      "the server does not know this device, or its signature is wrong")       \
    X(DEVICE_REVOKED, device_revoked, "login", "this device was revoked")      \
    X(PAUSED, paused, "login",                                                 \
      "this device sent too much at once and was cut off: it may log in "      \
      "again in {seconds} seconds")                                            \
    X(ATTACH_FAILED, attach_failed, "login",                                   \
      "this further connection was not taken: the one that it belongs to has " \
      "ended, or has enough of them")                                          \
    X(INVITATION_UNKNOWN, invitation_unknown, "enrolment",                     \
      "this invitation is unknown, used or withdrawn: ask for a new one")      \
    X(INVITATION_EXPIRED, invitation_expired, "enrolment",                     \
      "this invitation has expired: ask for a new one")                        \
    X(BAD_KEY, bad_key, "enrolment", "this device key cannot be used")         \
    X(TOO_MANY_DEVICES, too_many_devices, "enrolment",                         \
      "this holder has {max} devices already: revoke one first")               \
    X(BAD_MESSAGE, bad_message, "wire",                                        \
      "the message is malformed: {path} {problem}")                            \
    X(UNKNOWN_OP, unknown_op, "wire", "there is no operation of this name")    \
    X(TOO_LONG, too_long, "wire", "too long: {path}")                          \
    X(BUSY, busy, "limits", "the server is busy: try again in a moment")       \
    X(TOO_FAST, too_fast, "limits",                                            \
      "that was too much at once, and this device was cut off: in {seconds} "  \
      "seconds it may log in again")                                           \
    X(TOO_MANY, too_many, "limits", "no more than {max} of these")             \
    X(TOO_OFTEN, too_often, "limits",                                          \
      "that was often in a short while: wait {seconds} seconds, so that "      \
      "others come through as well")                                           \
    X(SHARE_USED, share_used, "limits",                                        \
      "this has been done {max} times in this meeting, and nobody does it "    \
      "more often: the log has room for everybody")                            \
    X(STORE_FAILED, store_failed, "storage",                                   \
      "the server could not store this: nothing was done, try again")          \
    X(NO_RULESET, no_ruleset, "minutes",                                       \
      "the ruleset of this meeting is not there any more, and no other takes " \
      "its place: have the file, as it was, put back into the rules folder")   \
    X(UNKNOWN_LOG, unknown_log, "meeting", "there is no such meeting")         \
    X(NOT_SUMMONED, not_summoned, "summons",                                   \
      "you are not on the roll of this meeting")                               \
    X(DEVICE_NOT_SUMMONED, device_not_summoned, "summons",                     \
      "this device is not on the roll of this meeting: use one that was "      \
      "registered before the meeting was closed")                              \
    X(NOT_ADMITTED, not_admitted, "lobby",                                     \
      "you are waiting in the lobby: the chair has to admit you")              \
    X(TURNED_AWAY, turned_away, "lobby", "the chair did not admit you")        \
    X(NOT_JOINED, not_joined, "meeting", "join the meeting first")             \
    X(NO_SUCH_HEAD, no_such_head, "chain",                                     \
      "the server does not hold the history you have seen")                    \
    X(NOT_SIGNED, not_signed, "acts",                                          \
      "this act has to be signed by your device")                              \
    X(BAD_SIGNATURE, bad_signature, "acts", "the signature is wrong")          \
    X(SEEN_WRONG, seen_wrong, "acts",                                          \
      "what you signed is not the history of this meeting")                    \
    X(SEEN_TOO_OLD, seen_too_old, "acts",                                      \
      "your device has not yet seen what this is about")                       \
    X(BAD_COMMITMENT, bad_commitment, "acts",                                  \
      "the text does not fit its commitment: {path}")                          \
    X(NOT_SEALED, not_sealed, "acts",                                          \
      "the text has to be sealed by its author: {path}")                       \
    X(NOT_ALLOWED, not_allowed, "roles", "only {who} may do this")             \
    X(NOT_SCHEDULED, not_scheduled, "meeting",                                 \
      "this meeting is not scheduled")                                         \
    X(NOT_OPEN, not_open, "meeting", "the meeting is not open")                \
    X(ALREADY_OPEN, already_open, "meeting", "the meeting is open already")    \
    X(LOBBY_OPEN, lobby_open, "meeting", "the lobby is open already")          \
    X(ADJOURNED, adjourned, "meeting", "the meeting is adjourned")             \
    X(NOT_ADJOURNED, not_adjourned, "meeting", "the meeting is not adjourned") \
    X(CLOSED, closed, "meeting",                                               \
      "the meeting is closed: nothing can be added")                           \
    X(VOTES_OPEN, votes_open, "meeting",                                       \
      "a vote is open: close or cancel {vote} first")                          \
    X(CHAIR_PRESENT, chair_present, "chair", "the chair is present")           \
    X(ALREADY_CHAIR, already_chair, "chair", "you are in the chair already")   \
    X(NO_SUCH_MEMBER, no_such_member, "roll",                                  \
      "there is no member {id} on the roll")                                   \
    X(NO_SUCH_SITE, no_such_site, "roll", "there is no site {id}")             \
    X(NOT_PRESENT, not_present, "roll", "{id} is not present")                 \
    X(ALREADY_PRESENT, already_present, "roll",                                \
      "{id} is present already, {mode}")                                       \
    X(CANNOT_ATTEND, cannot_attend, "roll",                                    \
      "{id} may not attend ({category})")                                      \
    X(WRONG_MODE, wrong_mode, "roll",                                          \
      "tick with mode site (and a site), in_person or voice_relay")            \
    X(NOT_THROUGHOUT, not_throughout, "roll",                                  \
      "only at a congress, and only with a reason that was accepted, is "      \
      "somebody absent throughout (rule {rule})")                              \
    X(NO_CHECK_IN, no_check_in, "check_in",                                    \
      "checking in by code is not open there")                                 \
    X(WRONG_CODE, wrong_code, "check_in",                                      \
      "the code is wrong, or no longer the one on the screen; {sum} tries "    \
      "are left")                                                              \
    X(CODE_LOCKED, code_locked, "check_in",                                    \
      "too many codes were wrong: ask the minute-taker to tick you")           \
    X(NOT_DECLARED, not_declared, "seats",                                     \
      "before anybody takes part {mode}, the chair has to declare that "       \
      "nothing in this meeting is a state secret (rule {rule})")               \
    X(NO_SCORE_SHEET, no_score_sheet, "score",                                 \
      "the ruleset {ruleset} has no score sheet")                              \
    X(TOO_MANY_POINTS, too_many_points, "score",                               \
      "{criterion} has {points} points, and the sheet gives it {max} at "      \
      "most (rule {rule})")                                                    \
    X(NOT_WAITING, not_waiting, "lobby", "{id} is not waiting in the lobby")   \
    X(NO_SUCH_ITEM, no_such_item, "agenda", "there is no agenda item {id}")    \
    X(ITEM_STATE, item_state, "agenda", "agenda item {id} is {state}")         \
    X(HAND_UP, hand_up, "floor",                                               \
      "the hand is up already, position {position}")                           \
    X(HAND_DOWN, hand_down, "floor", "the hand is not up")                     \
    X(HAS_FLOOR, has_floor, "floor", "{id} has the floor")                     \
    X(NO_FLOOR, no_floor, "floor", "nobody has the floor")                     \
    X(NO_RECORDING, no_recording, "recording",                                 \
      "the ruleset of this meeting ({ruleset}) lets nobody have it recorded")  \
    X(RECORDING_FULL, recording_full, "recording",                             \
      "recordings of this meeting have {max} MiB already, and get no more")    \
    X(RECORDED, recorded, "recording",                                         \
      "this meeting is being recorded: join only if you consent")              \
    X(TOO_MANY_SPEAKERS, too_many_speakers, "floor",                           \
      "{max} speak already: wait until one of them has stopped")               \
    X(CANNOT_SPEAK, cannot_speak, "floor", "{id} may not speak ({category})")  \
    X(NOT_MUTED, not_muted, "floor", "you are not muted")                      \
    X(MUTE_HOLDS, mute_holds, "floor",                                         \
      "you were muted: whoever leads or moderates has to release you first")   \
    X(CANNOT_LEAD, cannot_lead, "chair",                                       \
      "{id} cannot be made {role} ({category})")                               \
    X(CHAIR_AT_HAND, chair_at_hand, "chair",                                   \
      "{id} is here and can take the chair")                                   \
    X(NOT_OF_CHAIR, not_of_chair, "chair",                                     \
      "vote {vote} is not about who presides")                                 \
    X(NOT_IN_TURN, not_in_turn, "chair",                                       \
      "{id} is neither the chair who was called, nor the deputy, nor a "       \
      "co-chair")                                                              \
    X(NO_SUCH_VOTE, no_such_vote, "vote", "there is no vote {id}")             \
    X(VOTE_NOT_OPEN, vote_not_open, "vote", "vote {id} is not open")           \
    X(CANNOT_VOTE, cannot_vote, "vote",                                        \
      "{category} members have no vote on this matter ({matter})")             \
    X(NOT_COUNTED, not_counted, "vote",                                        \
      "{id} was not one of those counted when vote {vote} was opened "         \
      "(rule {rule})")                                                         \
    X(NO_MATTER, no_matter, "vote",                                            \
      "the ruleset of this meeting has no vote on this: {matter}")             \
    X(OTHER_FORM, other_form, "vote",                                          \
      "{matter}: this is not voted on {form} (rule {rule})")                   \
    X(REMOTE_NEVER, remote_never, "vote",                                      \
      "{matter}: remote seats have no vote, and {have} would vote from one "   \
      "(rule {rule})")                                                         \
    X(REMOTE_UNAUTHORISED, remote_unauthorised, "vote",                        \
      "{matter}: remote seats vote only once the document that allows it is "  \
      "named, and {have} would vote from one (rule {rule})")                   \
    X(BELOW_QUORUM, below_quorum, "vote",                                      \
      "{have} of {of} are there, and {need} have to be (rule {rule})")         \
    X(ROLL_STALE, roll_stale, "vote",                                          \
      "before a vote on this the roll is taken anew: confirm it when nobody "  \
      "comes or leaves any more ({matter}; rule {rule})")                      \
    X(NO_REFERENCE, no_reference, "vote",                                      \
      "a document has a number, a date and an issuer")                         \
    X(BAD_DATE, bad_date, "vote", "{date} is no date such as 2026-07-26")      \
    X(OTHER_CHANNEL, other_channel, "vote",                                    \
      "you attend by {mode}: your vote is taken there")                        \
    X(VOTED_ALREADY, voted_already, "vote", "your vote is counted already")    \
    X(TOO_MANY_VOTES, too_many_votes, "vote",                                  \
      "{sum} votes entered, but {ticked} entitled members are ticked there")   \
    X(NO_SUCH_ENTRY, no_such_entry, "minutes", "there is no entry {id}")       \
    X(ENTRY_CONFLICT, entry_conflict, "minutes",                               \
      "entry {id} is at version {version}: look at it first")                  \
    X(NO_OPINION, no_opinion, "minutes",                                       \
      "only an opinion is somebody's: entry of {member}")                      \
    X(NO_SUCH_EVENT, no_such_event, "minutes", "there is no event {seq} yet")  \
    X(MINUTES_LOCKED, minutes_locked, "minutes",                               \
      "the minutes are adopted or being voted on: their text does not "        \
      "change any more; write a correction")                                   \
    X(MINUTES_NOT_DRAWN, minutes_not_drawn, "minutes",                         \
      "the server did not draw these minutes just now: read them back again")  \
    X(MINUTES_DIFFER, minutes_differ, "minutes",                               \
      "from the record as this device has it follow other minutes than these " \
      "of the server: it puts no name to them")                                \
    X(MINUTES_UNCHECKED, minutes_unchecked, "minutes",                         \
      "this device cannot draw the minutes from the record by itself, and "    \
      "puts no name to what it has not checked")                               \
    X(NUMBER_TAKEN, number_taken, "minutes",                                   \
      "the last number of these papers in this term is {last}: only later "    \
      "ones can be given")                                                     \
    X(MINUTES_STALE, minutes_stale, "minutes",                                 \
      "the minutes were changed since they were drawn, or never read back: "   \
      "read them back (changed at {changed}, drawn up to {upto})")             \
    X(MINUTES_VERSION, minutes_version, "minutes",                             \
      "this is about version {version} of the minutes, the newest is {have}")  \
    X(MINUTES_OBJECTED, minutes_objected, "minutes",                           \
      "{count} objections to the minutes wait for an answer")                  \
    X(NO_SUCH_OBJECTION, no_such_objection, "minutes",                         \
      "there is no objection {id} without an answer")                          \
    X(MINUTES_NOT_ADOPTED, minutes_not_adopted, "minutes",                     \
      "the minutes are not adopted: the meeting votes on them first")          \
    X(SIGNED_ALREADY, signed_already, "minutes",                               \
      "you have signed these minutes as {role}")                               \
    X(NO_SUCH_BLOB, no_such_blob, "documents",                                 \
      "the file is not complete on the server")                                \
    X(AGENDA_VOTE, agenda_vote, "agenda",                                      \
      "by the rule {rule} the meeting decides on its agenda: name the newest " \
      "vote, "                                                                 \
      "and "                                                                   \
      "it has to have passed")                                                 \
    X(ITEM_PLACE, item_place, "agenda",                                        \
      "{id} cannot be moved there: before another item that waits, or to the " \
      "end")                                                                   \
    X(NO_SUCH_DOCUMENT, no_such_document, "documents",                         \
      "there is no document {id}")                                             \
    X(DOCUMENT_TYPE, document_type, "documents",                               \
      "by the rule {rule} no {type} files are taken")                          \
    X(DOCUMENT_SIZE, document_size, "documents",                               \
      "by the rule {rule} a file has at most {max} KiB, and this one has "     \
      "{have}")                                                                \
    X(COMMENTS_USED, comments_used, "documents",                               \
      "you have made {max} comments in this meeting, and no member makes "     \
      "more: say the rest in the meeting")                                     \
    X(NO_SUCH_TASK, no_such_task, "tasks", "there is no task {id}")            \
    X(NOT_YOUR_TASK, not_your_task, "tasks",                                   \
      "task {id} is not yours: whoever it was given to, the chair or the "     \
      "minute-taker tells its result")                                         \
    X(TASK_RESULT, task_result, "tasks",                                       \
      "a result is done, partly, not_done or dropped")                         \
    X(NO_SUCH_UNIT, no_such_unit, "register", "there is no unit {id}")         \
    X(WRONG_UNIT_KIND, wrong_unit_kind, "register", "{id} is not a {kind}")    \
    X(NOT_IN_UNIT, not_in_unit, "register",                                    \
      "{id} does not belong to cell {unit}")                                   \
    X(OFFICE_TAKEN, office_taken, "register",                                  \
      "{unit} has a {office} already: {id}")                                   \
    X(NOT_OF_COMMITTEE, not_of_committee, "register",                          \
      "{id} is not a member of the committee of cell {unit}")                  \
    X(NOT_OF_GROUP, not_of_group, "register",                                  \
      "{id} does not belong to party group {unit}")                            \
    X(NOT_BY_GROUPS, not_by_groups, "party_groups",                            \
      "a meeting of the kind {kind} is not held by party groups")              \
    X(NO_PARTY_GROUP, no_party_group, "party_groups",                          \
      "{id} belongs to none of the party groups that meet")                    \
    X(PART_OF_ANOTHER, part_of_another, "party_groups",                        \
      "meeting {id} is part of meeting {meeting} already")                     \
    X(TOO_FEW_FOR_GROUPS, too_few_for_groups, "party_groups",                  \
      "the cell has {have} members: it needs {need} to meet by party groups "  \
      "(rule {rule})")                                                         \
    X(GROUPS_TOO_OFTEN, groups_too_often, "party_groups",                      \
      "the cell has met by party groups {have} times in that year, and {max} " \
      "are allowed (rule {rule})")                                             \
    X(NOT_A_PART, not_a_part, "party_groups",                                  \
      "meeting {id} is no part of this one")                                   \
    X(GATHERED_ALREADY, gathered_already, "party_groups",                      \
      "the record of meeting {id} is gathered already")                        \
    X(NOT_OVER, not_over, "party_groups", "meeting {id} is not over yet")      \
    X(OTHER_END, other_end, "party_groups",                                    \
      "the record of meeting {id} does not end so")                            \
    X(NOT_GATHERED, not_gathered, "party_groups",                              \
      "the record of meeting {id} is not gathered yet")                        \
    X(NO_GROUP_VOTE, no_group_vote, "party_groups",                            \
      "meeting {id} closed no such vote: name one of each group")              \
    X(OTHER_MATTER, other_matter, "party_groups",                              \
      "meeting {id} voted on another matter")                                  \
    X(SUBROOMS_OPEN, subrooms_open, "subrooms",                                \
      "{count} sub-rooms are open: bring all back into the plenary first")     \
    X(NO_SUCH_SUBROOM, no_such_subroom, "subrooms",                            \
      "there is no sub-room {room}")                                           \
    X(NO_SUCH_INVITATION, no_such_invitation, "register",                      \
      "there is no open invitation {id}")                                      \
    X(NO_SUCH_DEVICE, no_such_device, "register", "there is no such device")   \
    X(NO_SUCH_MEETING, no_such_meeting, "register",                            \
      "there is no meeting {id}")                                              \
    X(MEETING_BEGUN, meeting_begun, "register",                                \
      "meeting {id} has begun already")                                        \
    X(MEETING_NOT_ENDED, meeting_not_ended, "minutes",                         \
      "meeting {id} has not ended: its minutes can still be objected to")      \
    X(ERRATUM_NUMBER, erratum_number, "minutes",                               \
      "the next erratum of these minutes has the number {next}")               \
    X(NO_SUCH_ERRATUM, no_such_erratum, "minutes",                             \
      "these minutes have no erratum number {number}")                         \
    X(NOT_ASKED_FOR, not_asked_for, "opinions",                                \
      "you are not asked for an opinion on {id}")                              \
    X(TIME_OVER, time_over, "opinions",                                        \
      "the time for opinions on {id} is over")                                 \
    X(EXISTS, exists, "register", "this exists already")                       \
    X(INSIDE_ITSELF, inside_itself, "register",                                \
      "{unit} lies inside {id}: a unit cannot be put under itself")            \
    X(NOT_VOUCHED, not_vouched, "trust",                                       \
      "this device is not vouched for: two members have to compare its code "  \
      "and vouch for it first")                                                \
    X(VOUCHED_ALREADY, vouched_already, "trust",                               \
      "this device is vouched for already")                                    \
    X(OWN_DEVICE, own_device, "trust",                                         \
      "other members vouch for a device, not its own holder")                  \
    X(HELD, held, "loss",                                                      \
      "events after {next} may have been lost: this goes on when a device "    \
      "brings them back, or when the loss is accepted")                        \
    X(NOT_HELD, not_held, "loss", "nothing is missing here")                   \
    X(BEHIND, behind, "loss",                                                  \
      "the server has only {next} events: it asks your device for the rest")   \
    X(OTHER_KEY, other_key, "loss",                                            \
      "the register does not name the key of this server: stop chibod and "    \
      "see \"chiboctl identity show\"")                                        \
    X(NOT_ASKED, not_asked, "checkpoint",                                      \
      "nobody asked for a signature at this place")                            \
    X(NO_SUCH_BALLOT, no_such_ballot, "ballot", "there is no ballot {id}")     \
    X(BALLOT_OPEN, ballot_open, "ballot",                                      \
      "ballot {id} is under way: it has to end first")                         \
    X(BALLOT_STATE, ballot_state, "ballot", "ballot {id} is {state}")          \
    X(BAD_FORM, bad_form, "ballot",                                            \
      "the questions of the ballot are not well-formed: {problem}")            \
    X(BAD_TELLER, bad_teller, "ballot",                                        \
      "{id} cannot count this ballot: a teller is a full member with a vote, " \
      "no candidate, and named once")                                          \
    X(BAD_THRESHOLD, bad_threshold, "ballot",                                  \
      "of {max} tellers, {sum} cannot be asked for: all of one or two, at "    \
      "least two of more")                                                     \
    X(NOT_ADOPTED, not_adopted, "ballot",                                      \
      "vote {vote} did not take this ballot: a vote begun after the draft "    \
      "has to pass")                                                           \
    X(NO_ROLL, no_roll, "ballot", "the roll is not confirmed yet")             \
    X(TOO_FEW_ONLINE, too_few_online, "ballot",                                \
      "{sum} members would vote by device: that is no secret; let them vote "  \
      "on paper, or be at least {min}, with paper ballots that are entered "   \
      "at a site's device")                                                    \
    X(OTHER_WAY, other_way, "ballot",                                          \
      "{id} votes by {channel} in this ballot")                                \
    X(NO_HALL, no_hall, "ballot",                                              \
      "no device at {id} that was vouched for is connected, or this ballot "   \
      "has no hall devices")                                                   \
    X(MIXED_SITE, mixed_site, "ballot",                                        \
      "the device at {id} serves members who vote at it, or paper ballots "    \
      "that are entered at it, not both")                                      \
    X(HOLDS_BALLOT, holds_ballot, "ballot",                                    \
      "{id} holds a ballot of this list already: drop that first")             \
    X(NOT_TELLER, not_teller, "ballot",                                        \
      "{id} is not teller {position} of this ballot")                          \
    X(OTHER_ATTEMPT, other_attempt, "ballot",                                  \
      "attempt {sum} of the keys is over")                                     \
    X(KEY_TAKEN, key_taken, "ballot",                                          \
      "this is the key of {id}: every teller makes a key of its own")          \
    X(DONE_ALREADY, done_already, "ballot", "this was done already")           \
    X(OTHER_RECORD, other_record, "ballot",                                    \
      "what your device signed is not the {what} of this ballot")              \
    X(BALLOT_ELSEWHERE, ballot_elsewhere, "ballot",                            \
      "your ballot was issued to another device of yours: {device}")           \
    X(CREDENTIAL_DIFFERS, credential_differs, "ballot",                        \
      "your device asked with another credential before")                      \
    X(WAITING_FOR, waiting_for, "ballot", "this waits for {ids}")              \
    X(NOT_LISTED, not_listed, "ballot",                                        \
      "{id} is not in the list of this ballot")                                \
    X(NOT_CONFIRMED, not_confirmed, "ballot",                                  \
      "the list is not confirmed by chair, minute-taker and most devices yet") \
    X(BELOW_K_MIN, below_k_min, "ballot",                                      \
      "{part}: {sum} ballots, fewer than {min}: the result can show how "      \
      "people voted; let them vote on paper, enter paper ballots at a site's " \
      "device to make one total, or go on knowingly")                          \
    X(BAD_BALLOT, bad_ballot, "ballot", "the ballot is not valid: {problem}")  \
    X(BAD_EVIDENCE, bad_evidence, "ballot",                                    \
      "what is shown proves nothing: {problem}")                               \
    X(PAPER_MISSING, paper_missing, "ballot",                                  \
      "the paper ballots are not entered, or not confirmed by another teller") \
    X(PAPER_SUMS, paper_sums, "ballot",                                        \
      "the numbers of the paper ballots contradict each other: {problem} "     \
      "({have} against {max})")                                                \
    X(OWN_ENTRY, own_entry, "ballot", "another teller has to confirm this")    \
    X(DECRYPTED, decrypted, "ballot",                                          \
      "ballot {id} is decrypted: it can only be completed")                    \
    X(SERVER_FIRST, server_first, "ballot",                                    \
      "the server decrypts before the tellers")                                \
    X(NO_SHARE, no_share, "ballot",                                            \
      "the server has lost its key of ballot {id}: it can only be void")       \
    X(NO_RECORDS, no_records, "ballot",                                        \
      "the server has lost records of ballot {id} and can never count it: it " \
      "can only be void")                                                      \
    X(MATTER_WANTED, matter_wanted, "rules",                                   \
      "say what the ballot is about: the ruleset of this meeting decides by "  \
      "that (rule {rule})")                                                    \
    X(BAD_SHEET, bad_sheet, "rules",                                           \
      "the paper does not fit {matter}: {problem} (rule {rule})")              \
    X(SUBJECT_VOTE, subject_vote, "rules",                                     \
      "the member whom it is about does not vote (rule {rule})")               \
    X(NOT_TIED, not_tied, "rules",                                             \
      "the second round is among exactly the {sum} who were level in ballot "  \
      "{id}, for {seats} seats (rule {rule})")                                 \
    X(SURPLUS, surplus, "rules",                                               \
      "{sum} names for {seats} seats are {have} more: at most {max} more "     \
      "(rule {rule})")                                                         \
    X(NO_SUCH_ELECTION, no_such_election, "election",                          \
      "there is no election {id}")                                             \
    X(LIST_CLOSED, list_closed, "election",                                    \
      "the list of election {id} is closed")                                   \
    X(LIST_OPEN, list_open, "election",                                        \
      "the list of election {id} has to be closed by a vote first (rule "      \
      "{rule})")                                                               \
    X(OTHER_LIST, other_list, "election",                                      \
      "the names and seats of the ballot are not those of the list of "        \
      "election {id}")                                                         \
    X(NO_SEATS, no_seats, "election", "say how many are to be elected")        \
    X(NO_COMMITTEE, no_committee, "election",                                  \
      "a cell of {have} full members elects its leader and no committee: "     \
      "that "                                                                  \
      "takes {need} (rule {rule})")                                            \
    X(CANNOT_STAND, cannot_stand, "election",                                  \
      "{id} may not stand for election ({category}; rule {rule})")             \
    X(NOT_ELECTED, not_elected, "election",                                    \
      "{id} was not elected into the committee in ballot {ballot}: leader "    \
      "and "                                                                   \
      "deputy come from it")                                                   \
    X(NOMINATED, nominated, "election", "{id} is nominated already")           \
    X(NOT_NOMINATED, not_nominated, "election", "{id} is not nominated")       \
    X(OTHER_SUPPORT, other_support, "election",                                \
      "vote {vote} is no closed show of hands on {id} after the nomination")   \
    X(UNSUPPORTED, unsupported, "election",                                    \
      "{id}, whom the committee did not propose, has the support of {have} "   \
      "of {of} present: {need} are needed (rule {rule})")                      \
    X(NO_NAMES, no_names, "election", "the list of election {id} is empty")    \
    X(LIST_NOT_TAKEN, list_not_taken, "election",                              \
      "vote {vote} did not take the list of election {id} as it stands: a "    \
      "vote on procedure that passed, about nobody, after the last change of " \
      "the list")                                                              \
    X(VOTE_SPENT, vote_spent, "vote",                                          \
      "vote {id} was carried out already: one vote is for one change of the "  \
      "agenda, or for one list; hold another")                                 \
    X(VOTE_FOR_OTHER, vote_for_other, "vote",                                  \
      "vote {vote} is for {id}, and carries out nothing else: hold another")   \
    X(VOTE_NAMES_NOTHING, vote_names_nothing, "vote",                          \
      "vote {vote} does not say that it is for {id}: hold another that names " \
      "it")                                                                    \
    X(BAD_PIN, bad_pin, "hall", "a PIN has at least {min} digits")             \
    X(NO_PIN, no_pin, "hall", "{id} has no PIN yet")                           \
    X(WRONG_PIN, wrong_pin, "hall", "the PIN is wrong; {sum} tries are left")  \
    X(PIN_LOCKED, pin_locked, "hall",                                          \
      "the PIN of {id} is locked: the minute-taker unlocks it")

/* X(IDENTIFIER, rule, where a person looks it up: file and section, words) */
#define REFUSAL_RULE_LIST(X)                                                   \
    X(LOGIN, login, "docs/administration.md, Invitations and devices",         \
      "logging in")                                                            \
    X(ENROLMENT, enrolment, "docs/administration.md, Invitations and devices", \
      "invitations and devices")                                               \
    X(WIRE, wire, "protocol/README.md, 4. Frames",                             \
      "messages between the programs")                                         \
    X(LIMITS, limits, "protocol/README.md, 21. Limits",                        \
      "limits of the server")                                                  \
    X(STORAGE, storage, "docs/administration.md, Watching",                    \
      "keeping the record")                                                    \
    X(MEETING, meeting, "docs/permissions.md, Who may do what, when",          \
      "phases of a meeting")                                                   \
    X(SUMMONS, summons, "docs/meeting.md, Before", "who is summoned")          \
    X(LOBBY, lobby, "docs/meeting.md, Letting people in", "letting people in") \
    X(CHAIN, chain, "protocol/README.md, 6. Join and resume",                  \
      "what the device has seen of the record")                                \
    X(ACTS, acts, "protocol/README.md, 8. Signed acts", "signed acts")         \
    X(ROLES, roles, "docs/permissions.md, Who may do what, when",              \
      "who may do what")                                                       \
    X(CHAIR, chair, "docs/meeting.md, In the meeting", "who leads")            \
    X(ROLL, roll, "docs/meeting.md, The roll", "the roll")                     \
    X(CHECK_IN, check_in, "docs/meeting.md, The roll", "checking in by code")  \
    X(SEATS, seats, "docs/meeting.md, The roll",                               \
      "where people take part from")                                           \
    X(SCORE, score, "docs/meeting.md, The meeting's own score",                \
      "the score of a meeting")                                                \
    X(AGENDA, agenda, "docs/meeting.md, Agenda, documents and tasks",          \
      "agenda")                                                                \
    X(FLOOR, floor, "docs/meeting.md, In the meeting", "the floor")            \
    X(RECORDING, recording, "docs/meeting.md, Recording",                      \
      "recording of the meeting")                                              \
    X(VOTE, vote, "docs/meeting.md, A vote by show of hands", "show of hands") \
    X(MINUTES, minutes, "docs/meeting.md, Minutes", "minutes")                 \
    X(DOCUMENTS, documents, "docs/meeting.md, Agenda, documents and tasks",    \
      "documents")                                                             \
    X(TASKS, tasks, "docs/meeting.md, Agenda, documents and tasks", "tasks")   \
    X(REGISTER, register, "docs/permissions.md, The register", "the register") \
    X(PARTY_GROUPS, party_groups,                                              \
      "docs/meeting.md, Meetings of the committee and of party groups",        \
      "meeting by party groups")                                               \
    X(SUBROOMS, subrooms, "docs/meeting.md, Sub-rooms", "sub-rooms")           \
    X(OPINIONS, opinions, "docs/meeting.md, Opinions on a draft",              \
      "opinions on a draft")                                                   \
    X(TRUST, trust, "docs/trust.md, In English",                               \
      "devices that are vouched for")                                          \
    X(LOSS, loss, "docs/trust.md, In English", "after a loss")                 \
    X(CHECKPOINT, checkpoint,                                                  \
      "docs/meeting.md, Whose devices, and what is confirmed",                 \
      "confirming the record")                                                 \
    X(BALLOT, ballot, "docs/meeting.md, A secret ballot", "secret ballot")     \
    X(RULES, rules, "docs/meeting.md, Elections, discipline, ratings",         \
      "votes on persons")                                                      \
    X(ELECTION, election, "docs/meeting.md, Elections, discipline, ratings",   \
      "elections")                                                             \
    X(HALL, hall, "docs/meeting.md, A secret ballot", "voting at a site")

enum refusal_code {
    REFUSAL_NONE,
#define REFUSAL_ENUM(NAME, code, rule, message) REFUSAL_##NAME,
    REFUSAL_LIST(REFUSAL_ENUM)
#undef REFUSAL_ENUM
        REFUSAL_COUNT
};

enum { REFUSAL_ARGS_MAX = 6 };
struct refusal {
    enum refusal_code code;
    struct {
        const char *name; /* static */
        char text[96];
    } args[REFUSAL_ARGS_MAX];
    int arg_count;
};

/* Sets the code and clears the arguments. */
void refusal_set(struct refusal *refusal, enum refusal_code code);
/* Arguments over the sixth are dropped; texts are cut at 95 bytes, at a code
 * point. */
void refusal_add_text(struct refusal *refusal, const char *name,
                      struct text_view text);
void refusal_add_number(struct refusal *refusal, const char *name,
                        uint64_t number);
/* A name that arguments have, as static text; NULL if none is called so. Who
 * reads a refusal keeps others out. */
const char *refusal_argument(const char *name);

const char *refusal_code_text(enum refusal_code code); /* "not_open" */
const char *refusal_rule(enum refusal_code code);
const char *refusal_message(enum refusal_code code); /* with {name} in it */
enum refusal_code refusal_code_of(struct text_view code);

/* The rule in words, "the floor", and where it stands: "docs/meeting.md, In the
 * meeting". "" of no code. */
const char *refusal_rule_words(enum refusal_code code);
const char *refusal_rule_place(enum refusal_code code);

/* What is put behind a message that does not say its rule: the name of the rule
 * of the ruleset if an argument gives its place, else the rule in words.
 * Translated as a message is. */
#define REFUSAL_RULE_SUFFIX " (rule {rule})"
#define REFUSAL_WORDS_SUFFIX " (rule: {words})"
/* The one or the other; NULL if the message itself says the rule. */
const char *refusal_suffix(const struct refusal *refusal);

/* {"code":…,"rule":…,"args":{…},"message":…}; NULL when memory is out. */
json_t *refusal_to_json(const struct refusal *refusal);

#endif
