"""What guessers try first: the commonest words of passwords, known phrases, walks on the keyboard.

zxcvbn knows single words of this kind; it takes a handful of them in a row for a good password.
"""

from functools import cache
from typing import Final

FEW: Final = 4
"""So many different words, phrases or walks are soon tried in every order."""

_SHORTEST_WALK: Final = 4
_SHORTEST_PHRASE: Final = 10
_SHORTEST_REPEAT: Final = 3

_WORDS: Final = """
password passwort passwd passphrase motdepasse contrasena senha parola wachtwoord haslo
admin administrator root user username login logon logmein letmein letmeout access account sysadmin
default changeme change secret secure security private public system server database computer
internet network windows linux apple google microsoft facebook twitter amazon samsung android
oracle cisco welcome hello world test testing tester guest demo master temp temporary example
emergency breakglass break glass backup office company team work working support service manager
monday tuesday wednesday thursday friday saturday sunday january february march april june july
august september october november december spring summer autumn fall winter morning night today
tomorrow yesterday week month year birthday christmas easter holiday weekend
love lover loveyou iloveyou ilove lovely forever always never baby babygirl babyboy angel princess
prince queen king heart sweet sweetie honey sugar kitty kitten puppy bunny teddy
dragon monkey tiger lion eagle falcon hawk wolf bear horse dolphin shark turtle snake spider
butterfly chicken panther jaguar dog doggy cat rabbit hunter ranger cowboy
football baseball basketball soccer hockey tennis golf golfer rugby cricket racing runner player
winner champion arsenal chelsea liverpool barcelona madrid juventus yankees cowboys lakers steelers
superman batman spiderman ironman hulk pokemon pikachu naruto mario zelda sonic starwars startrek
matrix hobbit gandalf frodo harry potter hogwarts vader yoda skywalker jedi
michael jordan jennifer jessica ashley andrew daniel thomas robert william james john david joseph
charlie george george matthew anthony joshua justin brandon tyler hunter taylor maggie ginger
buster cooper jackson phoenix pepper peanut cookie chocolate banana orange cherry lemon apple
strawberry cheese pizza coffee whiskey vodka beer
black white blue green yellow purple orange silver golden gold diamond crystal rainbow sunshine
sunset sunrise moon star stars shadow storm thunder lightning fire freedom liberty peace
killer hacker hacked ninja pirate soldier warrior knight wizard magic mystic merlin ghost devil
satan jesus christ christian heaven angels blessed faith grace hope
london paris berlin tokyo america canada england germany france italy spain russia brazil mexico
chicago dallas boston houston texas california florida newyork
mustang corvette ferrari porsche mercedes toyota honda harley yamaha suzuki camaro
flower flowers rose jasmine lily daisy violet summer ocean beach water river mountain forest
music guitar piano drummer rock metal metallica slipknot nirvana eminem beatles
money dollar million rich lucky happy smile smiley crazy stupid
whatever nothing something anything everything please thanks thank
this that these those with your mine have from what when where which here there they them then
than will want need make just only know very more most some such into over under about again
good great best better cool super mega ultra power strong hard easy simple open close stop start
first second last number three four five seven eight nine hundred thousand
mother father mommy daddy sister brother family friend friends home house school student teacher
college university girl boys girls woman women
zaqwsx qazwsx qwerty qwertz azerty asdf zxcv pass word trust trustno iamthe hunter correct battery
staple abcd starwars whoami noone nobody someone anyone
"""

_PHRASES: Final = """
correcthorsebatterystaple tobeornottobethatisthequestion maytheforcebewithyou
thequickbrownfoxjumpsoverthelazydog loremipsumdolorsitametconsecteturadipiscingelit winteriscoming
wearethechampions godsavethequeen godsavetheking livelongandprosper allyourbasearebelongtous
nevergonnagiveyouupnevergonnaletyoudown maryhadalittlelambitsfleecewaswhiteassnow
twinkletwinklelittlestarhowiwonderwhatyouare happybirthdaytoyou iamyourfather lukeiamyourfather
hakunamatata supercalifragilisticexpialidocious abracadabra opensesame knockknockwhosthere
youshallnotpass elementarymydearwatson tothemoonandback hastalavistababy ihaveadream callmeishmael
itwasthebestoftimesitwastheworstoftimes inthebeginninggodcreatedtheheavenandtheearth
fourscoreandsevenyearsago wethepeopleoftheunitedstates onceuponatime helloworldhelloworld
myvoiceismypassport myvoiceismypassportverifyme speakfriendandenter oneringtorulethemall
iamthewalrus stairwaytoheaven letitbeletitbe hotelcalifornia bohemianrhapsody smellsliketeenspirit
thisisnotapassword thisisapassword thisismypassword mypasswordispassword passwordpassword
ihavenopassword idontknowmypassword iforgotmypassword forgotmypassword pleaseletmein
iloveyousomuch iloveyouforever iloveyoubaby iloveyoumorethan ilovemyfamily ilovemydog ilovemycat
ilovemywife ilovemyhusband ilovejesus jesuslovesme jesusismylord jesusismysavior praisethelord
theforceisstrong thereisnospoon followthewhiterabbit whoyougonnacall roomservice
jesuischarlie liberteegalitefraternite alleslebeistimwandel vivalarevolution
forourfatherwhoartinheaven ourfatherwhoartinheaven trustnoonetrustnoone donttreadonme
winteriscomingsoon theworldisnotenough livefreeordie carpediemcarpediem
rosesareredvioletsareblue humptydumptysatonawall rowrowrowyourboat oldmacdonaldhadafarm
eenymeenyminymoe itsybitsyspider tobeornottobe ithinkthereforeiam cogitoergosum venividivici
amaterasuomikami antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis
passwordispassword administratorpassword letmeinletmein welcometothejungle welcomehome
breakglassincaseofemergency incaseofemergencybreakglass breaktheglass breakglassaccess
"""

_WALKS: Final = (
    "12345678901234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiop",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiop",
    "azertyuiopqsdfghjklmwxcvbn",
    "1q2w3e4r5t6z7u8i9o0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "zaqxswcdevfrbgtnhymjukilop",
    "1a2s3d4f5g6h7j8k9l",
    "a1b2c3d4e5f6g7h8i9",
    "159357258456",
    "147258369",
)
_LETTERS: Final = (
    str.maketrans("0134578@$!", "oieastbasi"),
    str.maketrans("0134578@$!", "oleastbasl"),
)
"""The letter that a look-alike character replaces."""


def is_common(password: str, little: int) -> bool:
    """Whether `password` is a few of these, with less than `little` letters and digits besides."""
    small = password.casefold()
    return any(_is_common(small, small.translate(letters), little) for letters in _LETTERS)


def _is_common(small: str, plain: str, little: int) -> bool:
    pairs = [
        (one, other)
        for one, other in zip(small, plain, strict=True)
        if one.isalnum() or other.isalnum()
    ]
    written = "".join(one for one, _ in pairs)
    meant = "".join(other for _, other in pairs)
    found: set[str] = set()
    rest, at = 0, 0
    while at < len(meant):
        length = _length(written, meant, at)
        if length:
            found.add(meant[at : at + length])
        else:
            rest += 1
        at += length or 1
    return rest < little and len(found) <= FEW


def _length(written: str, meant: str, at: int) -> int:
    """How long what begins here is, if it is one of these; otherwise 0."""
    words, walks, phrases = _known()
    word = next((size for size in range(16, 3, -1) if meant[at : at + size] in words), 0)
    return max(
        word,
        _part_of(walks, written, at, _SHORTEST_WALK),
        _part_of(phrases, meant, at, _SHORTEST_PHRASE),
        _repeat(written, at),
        4 if written[at : at + 2] in {"19", "20"} and written[at : at + 4].isdecimal() else 0,
    )


def _part_of(texts: str, text: str, at: int, shortest: int) -> int:
    """How much of `text` at this place is in one of `texts`, if enough is."""
    size = shortest
    if text[at : at + size] not in texts or at + size > len(text):
        return 0
    while at + size < len(text) and text[at : at + size + 1] in texts:
        size += 1
    return size


def _repeat(text: str, at: int) -> int:
    size = 1
    while at + size < len(text) and text[at + size] == text[at]:
        size += 1
    return size if size >= _SHORTEST_REPEAT else 0


@cache
def _known() -> tuple[frozenset[str], str, str]:
    """Words, walks to and fro, and phrases."""
    walks = [*_WALKS, *(walk[::-1] for walk in _WALKS)]
    words = frozenset(word for word in _WORDS.split() if len(word) >= _SHORTEST_WALK)
    return words, " ".join(walks), " ".join(_PHRASES.split())
