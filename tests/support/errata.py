"""Errata of a played meeting: minutes adopted and signed, the meeting closed,
then a correction that both sign in the register."""
import json

STANDS = "Chi bộ đã nghe và thảo luận báo cáo."
SHOULD = "Chi bộ đã nghe và thống nhất với báo cáo."
REASON = "Ghi thiếu kết luận của chi bộ."


def erratum_text(entry="e1", line=0, stands=STANDS, should=SHOULD,
                 reason=REASON, date="2026-11-29"):
    """One line, sorted, without blanks."""
    return json.dumps({"date": date, "entry": entry, "line": line,
                       "reason": reason, "should": should, "stands": stands,
                       "v": 1}, ensure_ascii=False, separators=(",", ":"))


def adopt(play):
    """m3, who has the minutes by now, reads them back; they are adopted and
    signed by both. What was adopted."""
    author = play.clients["m3"]
    drawn = author.ask("draw_minutes", log=play.meeting)
    play.do("m3", "present_minutes", minutes=drawn["blob"],
            size=drawn["size"], upto=drawn["upto"])
    vote = play.do("m1", "start_vote", matter="minutes",
                   motion="Thông qua")["made"]
    play.confirmed("vote_started", int(vote[1:]))
    for holder in ("m1", "m2", "m3", "m4"):
        play.do(holder, "vote", vote=vote, choice="yes")
    play.do("m1", "close_vote", vote=vote)
    play.settle()
    for holder, role in (("m3", "minute-taker"), ("m1", "chair")):
        adopted = play.clients[holder].log(play.meeting).all(
            "minutes_adopted")[0]
        play.do(holder, "sign_minutes", role=role, version=adopted["version"],
                c=adopted["c"])
    play.settle()
    return adopted


def propose(client, play, number, minutes, role, **text):
    client.join(play.organisation)
    client.settle()
    client.do("propose_erratum", play.organisation, meeting=play.meeting,
              number=number, minutes=minutes, role=role,
              erratum=erratum_text(**text))
    return client.wait_event(play.organisation, "erratum_proposed",
                             where=lambda e: e["number"] == number)


def sign(client, play, proposed, role):
    client.join(play.organisation)
    client.settle()
    client.do("sign_erratum", play.organisation, meeting=play.meeting,
              number=proposed["number"], minutes=proposed["minutes"],
              c=proposed["erratum"]["c"], role=role)
    return client.wait_event(play.organisation, "erratum_signed",
                             where=lambda e: e["number"]
                             == proposed["number"])
