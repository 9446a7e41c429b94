"""How each kind of modem keeps phrases as files and says them to whoever was called: commands, as data.

- simcom: AT+CFTRANRX="E:/n",<length>, a prompt, the bytes, OK; AT+FSLS=2 names the files of the directory that AT+FSCD
  chose; AT+CCMXPLAY="E:/n",1,0 plays to the far side (1), once (0), and "+AUDIOSTATE: audio play stop" tells its end;
  AT+CCMXSTOP. From SIM7500_SIM7600 AT manual V2.00 and A76XX audio application note V1.03 (there the drive is C:).
- quectel: AT+QFUPL="n",<length>,<seconds>, CONNECT, the bytes, "+QFUPL: length,checksum", OK; AT+QFLST="*";
  AT+QPSND=1,"n",0 plays to the far side, once, and "+QPSND: 0" tells its end; AT+QPSND=0. From EC2x file and audio
  application notes. On some firmware QPSND wants ",1,1" after it to keep both directions open.
- tones: no files. SIM800 plays AMR only, which nothing here can make; Huawei sticks want the sound on a second serial
  port (AT^DDSETEX), which is not built. A tone (AT+VTS, 3GPP TS 27.007) tells that the line is not dead.

None of this was heard on a real modem yet: the texts come first, and a call that says nothing still rings.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# The fourth column of the keypad: no telephone has this key, and no answering machine listens for it.
TONE = 'AT+VTS="A"'


@dataclass(frozen=True, slots=True)
class Manner:
    """Commands of one kind of modem; ``{path}`` is a file's name with its drive, ``{length}`` in bytes.

    ``lists``: commands, the last of which names the files; ``named``: finds a name in a line of its answer. All empty
    where there are no files.
    """

    lists: tuple[str, ...] = ()
    named: str = ""
    upload: str = ""
    remove: str = ""
    play: str = ""
    stop: str = ""

    @property
    def keeps_files(self) -> bool:
        """Whether phrases can be kept at all."""
        return bool(self.upload)

    def names_in(self, line: str) -> str:
        """Return the file named in a line of the listing, or ""."""
        found = re.search(self.named, line) if self.named else None
        return found[1] if found else ""


NO_VOICE = ""
MANNERS: Mapping[str, Manner] = MappingProxyType(
    {
        NO_VOICE: Manner(),
        "tones": Manner(),
        "simcom": Manner(
            lists=("AT+FSCD={drive}", "AT+FSLS=2"),
            named=r"^(?:\+FSLS: FILES:)?\s*([\w.-]+)$",
            upload='AT+CFTRANRX="{path}",{length}',
            remove="AT+FSDEL={name}",
            play='AT+CCMXPLAY="{path}",1,0',
            stop="AT+CCMXSTOP",
        ),
        "quectel": Manner(
            lists=('AT+QFLST="*"',),
            named=r'^\+QFLST: ?"(?:\w+:)?([\w.-]+)",',
            upload='AT+QFUPL="{path}",{length},60',
            remove='AT+QFDEL="{path}"',
            play='AT+QPSND=1,"{path}",0',
            stop="AT+QPSND=0",
        ),
    }
)
