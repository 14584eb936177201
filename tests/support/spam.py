"""What a real SpamAssassin says of a message: Debian's, with its own rules, offline, without learning."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

# Lengths and messages in, a line of JSON a message out: compiling the rules takes seconds, a message a tenth of one.
PERL = r"""
use strict; use warnings; use Mail::SpamAssassin; use JSON::PP;
my $sa = Mail::SpamAssassin->new({
  rules_filename => "/usr/share/spamassassin", site_rules_filename => "/etc/spamassassin",
  userprefs_filename => "/dev/null", userstate_dir => $ARGV[0], local_tests_only => 1, dont_copy_prefs => 1,
  post_config_text => "use_bayes 0\ntrusted_networks 198.51.100.0/24\ninternal_networks 198.51.100.0/24\n",
});
$sa->compile_now(0); binmode STDIN; $| = 1;
while (defined(my $size = <STDIN>)) {
  chomp $size; read(STDIN, my $raw, $size) == $size or die;
  my $mail = $sa->parse($raw); my $status = $sa->check($mail);
  my %rules = map { $_ => $status->{conf}{scores}{$_} } grep { length } split /,/, $status->get_names_of_tests_hit;
  print encode_json({ score => 0 + $status->get_score, rules => \%rules }), "\n"; $status->finish; $mail->finish;
}
"""


@dataclass(frozen=True)
class Score:
    """The sum, and what each rule gave."""

    score: float
    rules: dict[str, float]

    def more_than(self, other: Score) -> dict[str, float]:
        """What this one has that the other has not, and the other way round with its sign turned."""
        names = {*self.rules, *other.rules}
        rest = {name: self.rules.get(name, 0.0) - other.rules.get(name, 0.0) for name in names}
        return {name: value for name, value in sorted(rest.items()) if value}


def scores(messages: Sequence[bytes], folder: Path) -> list[Score]:
    """Score them all, in one process."""
    put_in = b"".join(b"%d\n%b" % (len(raw), raw) for raw in messages)
    command = ["perl", "-e", PERL, str(folder)]
    done = subprocess.run(command, input=put_in, capture_output=True, timeout=1500, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(messages), done.stderr.decode()[-2000:]
    return [Score(answer["score"], answer["rules"]) for answer in answers]


def as_received(raw: bytes, at: datetime, *, through: str = "[10.1.2.3] (unknown [10.1.2.3])") -> bytes:
    """The message at a parent's provider: handed over by the school's mail server, which had it from `through`."""
    moment = format_datetime(at)
    return (
        "Received: from mail.school.example (mail.school.example [192.0.2.25])\r\n"
        f"\tby mx.ouders.example (Postfix) with ESMTPS id 4ZQx1;\r\n\t{moment}\r\n"
        f"Received: from {through}\r\n\tby mail.school.example (Postfix) with ESMTPSA id 4ZQx0;\r\n\t{moment}\r\n"
    ).encode() + raw
