#!/bin/bash
# Whole Belenios election from the command line, one command per protocol message.
# Both the forms of belenios-tool 2.0 and of 3.x are known.
# usage: run_election.sh OUTDIR [VARIANT]
#   OUTDIR  is made anew: what was there is removed
#   VARIANT threshold (default: 3 trustees, 2 needed) | single (3 mandatory) | mixed (1 mandatory + 2-of-3)
#           | weights (threshold + weighted voters)
set -eu
BT=belenios-tool; GROUP=BELENIOS-2048; OUT=$1; VARIANT=${2:-threshold}
VER=$($BT --version | cut -d' ' -f1)
rm -rf "$OUT"; mkdir -p "$OUT"; cd "$OUT"; exec 3> run.log
say() { echo "### $*" >&3; echo "--- $*"; }
bt()  { printf '$ belenios-tool' >&3; printf ' %q' "$@" >&3; echo >&3; "$BT" "$@" 2> >(tee -a run.log >&2); }
case $VER in 2.*) CHOICE=--ballot;; *) CHOICE=--choice;; esac

say "0. election identifier (Base58, >= 14 characters)"
UUID=$(bt setup generate-token); echo "$UUID" > uuid.txt

say "1. credential authority: 5 credentials"
if [ "$VARIANT" = weights ]; then
  printf 'mau01@example.org,,3\nmau02@example.org,,1\nmau03@example.org,,2\nmau04@example.org,,1\nmau05@example.org,,5\n' > voters.txt
else
  printf 'mau01@example.org\nmau02@example.org\nmau03@example.org\nmau04@example.org\nmau05@example.org\n' > voters.txt
fi
bt setup generate-credentials --uuid "$UUID" --group "$GROUP" --file voters.txt | tee generate-credentials.out
mv ./*.pubcreds public_creds.json; mv ./*.privcreds private_creds.raw; chmod u+rw private_creds.raw public_creds.json
if [ "${VER%%.*}" -ge 3 ]; then   # 3.x: a JSON object login -> credential
  python3 -c 'import json;[print(k,v) for k,v in json.load(open("private_creds.raw")).items()]' > private_creds.txt
else cp private_creds.raw private_creds.txt; fi

say "2. trustees ($VARIANT)"
: > public_keys.jsons
singles=0; ped=1
case $VARIANT in single) singles=3; ped=0;; mixed) singles=1;; esac
for i in $(seq 1 $singles); do bt setup generate-trustee-key --group "$GROUP"; done
[ $singles -gt 0 ] && cat ./*.pubkey > public_keys.jsons
N=3; T=2
if [ $ped = 1 ]; then
  tt() { bt setup generate-trustee-key-threshold --group "$GROUP" "$@"; }
  if [ "${VER%%.*}" -ge 3 ]; then
    for i in $(seq $N); do tt --threshold-context $i/$T/$N --step 1 > $i.id; done
  else
    for i in $(seq $N); do before=$(ls); tt --step 1; ls ./*.cert | sed 's/^..//;s/.cert$//' | while read c; do grep -qsx $c ?.id || echo $c > $i.id; done; done
  fi
  for i in $(seq $N); do cat $(cat $i.id).cert; done > certs.jsons
  tt --certs certs.jsons --step 2
  for i in $(seq $N); do
    if [ "${VER%%.*}" -ge 3 ]; then tt --threshold-context $i/$T/$N --certs certs.jsons --key $(cat $i.id).key --step 3
    else tt --certs certs.jsons --key $(cat $i.id).key --step 3 --threshold $T; fi
  done > polynomials.jsons
  tt --certs certs.jsons --step 4 --polynomials polynomials.jsons
  for i in $(seq $N); do id=$(cat $i.id); tt --certs certs.jsons --key $id.key --step 5 < $id.vinput > $id.voutput; done
  for i in $(seq $N); do cat $(cat $i.id).voutput; done | tt --certs certs.jsons --step 6 --polynomials polynomials.jsons > threshold.json
fi
bt setup make-trustees

say "3. election parameters: a) yes/no/abstain b) up to 2 of 3 c) blank allowed"
cat > template.json <<'J'
{"description":"Mẫu thử: bỏ phiếu kín","name":"Hội nghị chi bộ (thử)","questions":[
{"answers":["Đồng ý","Không đồng ý","Không có ý kiến"],"min":1,"max":1,"question":"Thông qua \"nghị quyết\"?"},
{"answers":["Ứng viên A","Ứng viên B","Ứng viên C"],"min":1,"max":2,"question":"Bầu tối đa 2 người"},
{"answers":["X","Y","Z"],"blank":true,"min":1,"max":2,"question":"Có phiếu trắng"}],
"administrator":"Ban kiểm phiếu","credential_authority":"Ban tổ chức"}
J
bt setup make-election --uuid "$UUID" --group "$GROUP" --template template.json
bt archive init

say "4. votes (question c: first number is the blank flag)"
vote() { # voter-line-number choices-json
  local cred; cred=$(sed -n "${1}p" private_creds.txt | awk '{print $NF}')
  local c=$2
  echo "$cred" > tmp.cred; echo "$c" > tmp.choice; echo "voter $1: $c" >> votes.log
  bt election generate-ballot --privcred tmp.cred $CHOICE tmp.choice > ballot.$1.${3:-1}.json
  bt archive add-event --type=Ballot < ballot.$1.${3:-1}.json
}
vote 1 '[[1,0,0],[1,1,0],[0,1,0,0]]'
vote 2 '[[1,0,0],[1,0,0],[1,0,0,0]]'
vote 3 '[[0,1,0],[0,0,1],[0,1,1,0]]'
vote 4 '[[0,0,1],[0,1,0],[1,0,0,0]]'
mkdir before; cp "$UUID.bel" before/
say "4b. voter 2 votes again (the last ballot counts); voter 5 does not vote"
vote 2 '[[0,1,0],[0,1,1],[0,0,0,1]]' 2
bt election verify
bt election verify-diff --dir1=before --dir2=.
rm -rf before tmp.cred tmp.choice
bt election compute-ballot-summary > ballot-summary.json

say "5. close, encrypted tally"
bt archive add-event --type=EndBallots < /dev/null
bt election compute-encrypted-tally | tee encrypted_tally.jsons | bt archive add-event --type=EncryptedTally

say "6. partial decryptions (trustees 1 and 3 of the threshold group)"
k=1
for f in $(ls ./*.privkey 2>/dev/null); do
  bt election decrypt --privkey $f --trustee-id $k | tee pd.$k.jsons | bt archive add-event --type=PartialDecryption; k=$((k+1))
done
if [ $ped = 1 ]; then for i in 1 3; do id=$(cat $i.id); o=$((singles+i))
  bt election decrypt-threshold --key $id.key --decryption-key $id.dkey --trustee-id $o | tee pd.$o.jsons | bt archive add-event --type=PartialDecryption
done; fi

say "7. result"
bt election compute-result | tee result.json | bt archive add-event --type=Result
cat result.json

say "8. verification by an auditor"
bt election verify
bt election compute-checksums > checksums.json
if [ "${VER%%.*}" -ge 3 ]; then bt election compute-voters --privcreds private_creds.raw > voted.txt; else bt election compute-voters --privcreds private_creds.txt > voted.txt; fi
mkdir -p extracted; tar -xf "$UUID.bel" -C extracted; tar -tf "$UUID.bel" > archive-order.txt
echo OK
