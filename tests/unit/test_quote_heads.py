"""The lines by which mail programs introduce an earlier mail, as they stand in real mail."""

from __future__ import annotations

import pytest

from mailhub.reading.quotes import split

OWN = "Thank you, that is what I meant.\n\nAnn"
MARKED = "\n> old words\n>\n> Tom\n"
UNMARKED = "\nold words\n\nTom\n"

# Sure, whatever follows.
SURE = """
On Wed, Sep 25, 2013, at 03:57 PM, jorge_castro wrote:
On Thursday, June 27, 2013, knwang via Discourse Meta wrote:
On Wed, 2015-12-02 at 13:58 +0000, Tom Newsom wrote:
On 10/12/15 12:30, Jeff Atwood wrote:
---- On Tue, 22 Dec 2015 14:17:36 +0530 Sam Saffron<tom@anytown.example> wrote ----
Op 24 aug. 2013 16:48 schreef "ven88" <tom@anytown.example>:
Le 4 janv. 2016 19:03, "Neil Lalonde" <tom@anytown.example> a écrit :
Dnia 14 lip 2015 o godz. 00:25 Michael Downey <tom@anytown.example> napisał(a):
Em seg, 27 de jul de 2015 17:13, Neil Lalonde <tom@anytown.example> escreveu:
El jueves, 21 de noviembre de 2013, codinghorror escribió:
At 6/16/2016 08:32 PM, you wrote:
W dniu czwartek, 27 sierpnia 2015 jcoon napisał(a):
2015-10-18 0:17 GMT+03:00 Matt Palmer <tom@anytown.example>:
вт, 5 янв. 2016 г. в 23:39, Erlend Sogge Heggen <tom@anytown.example>:
ср, 1 апр. 2015, 18:29, Denis Didkovsky <tom@anytown.example>:
ma., 20. apr. 2015 kl. 09:51 skrev Jon <tom@anytown.example>:
codinghorror via Discourse Meta <tom@anytown.example> schrieb am Fr., 15. Jan. 2016 um 20:22 Uhr:
Sam Saffron <tom@anytown.example> wrote:
<tom@anytown.example> wrote:
Am 21.11.2015 um 11:12 schrieb Max Muster:
Il giorno 21/nov/2015, alle ore 11:12, Mario <tom@anytown.example> ha scritto:
El 21/11/2015 a las 11:12, Juan escribió:
El sáb., 21 nov. 2015 a las 11:12, Juan (<tom@anytown.example>) escribió:
2015-11-21 11:12 GMT+01:00 Juan <tom@anytown.example>:
Em 21 de nov de 2015 11:12, "Ana" <tom@anytown.example> escreveu:
Den lör 21 nov. 2015 kl 11:12 skrev Sven <tom@anytown.example>:
21 nov 2015 kl. 11:12 skrev Sven <tom@anytown.example>:
Den 21-11-2015 kl. 11:12 skrev Sven:
Sven <tom@anytown.example> skrev den 21. nov. 2015 kl. 11:12:
lau. 21. nóv. 2015 kl. 11:12 skrifaði Jón <tom@anytown.example>:
21.11.2015, 11:12, "Иван" <tom@anytown.example>:
21 ноября 2015 г., 11:12 пользователь Иван <tom@anytown.example> написал:
Суббота, 21 ноября 2015, 11:12 +03:00 от Иван <tom@anytown.example>:
21.11.2015 11:12, Иван пишет:
2015年11月21日 11:12 太郎 <tom@anytown.example>:
2015/11/21 11:12、太郎 <tom@anytown.example>のメール：
2015年11月21日(土) 11:12 太郎 <tom@anytown.example>:
(2015/11/21 11:12), 太郎 wrote:
在 2015年11月21日，上午11:12，小明 <tom@anytown.example> 写道：
小明 <tom@anytown.example>于2015年11月21日 周六11:12写道：
在 2015-11-21 11:12:13，"小明" <tom@anytown.example> 写道：
2015. 11. 21. 오전 11:12, 김 <tom@anytown.example> 작성:
2015년 11월 21일 오전 11:12, 김 <tom@anytown.example>님의 말:
21 Kasım 2015 11:12 tarihinde Ali <tom@anytown.example> yazdı:
Ali <tom@anytown.example> şunları yazdı (21 Kas 2015 11:12):
so 21. 11. 2015 v 11:12 odesílatel Jan <tom@anytown.example> napsal:
Dne 21.11.2015 v 11:12 Jan Novák napsal(a):
Dňa 21. 11. 2015 o 11:12 Jan Novák napísal(a):
2015.11.21. 11:12 keltezéssel, Kis Pál írta:
Kis Pál <tom@anytown.example> ezt írta (időpont: 2015. november 21. 11:12):
Pe 21.11.2015 11:12, Ion a scris:
În data de sâm., 21 nov. 2015, 11:12, Ion <tom@anytown.example> a scris:
La 21.11.2015 11:12, Ion a scris:
Στις Σάβ, 21 Νοε 2015, 11:12 ο χρήστης Νίκος <tom@anytown.example> έγραψε:
Στις 21/11/2015 11:12 πμ, ο/η Νίκος έγραψε:
la 21. marrask. 2015 klo 11.12 Matti <tom@anytown.example> kirjoitti:
Matti <tom@anytown.example> kirjoitti la 21.11.2015 klo 11.12:
21.11.2015 11:12, Matti kirjoitti:
Vào 11:12 Th 7, 21 thg 11, 2015 Minh <tom@anytown.example> đã viết:
Pada tanggal 21 Nov 2015 11.12, "Budi" <tom@anytown.example> menulis:
Pada Sab, 21 Nov 2015 pukul 11.12 Budi <tom@anytown.example> menulis:
ב-21 בנוב׳ 2015, בשעה 11:12, דוד <tom@anytown.example> כתב:
في 21 نوفمبر 2015 11:12 ص، كتب علي <tom@anytown.example>:
في ٢١ نوفمبر ٢٠١٥، الساعة ١١:١٢ ص، كتب/كتبت علي <tom@anytown.example>:
เมื่อ ส. 21 พ.ย. 2015 เวลา 11:12 สมชาย <tom@anytown.example> เขียนว่า:
Dana 21. 11. 2015. u 11:12 Ivan je napisao/la:
Dana sub, 21. stu 2015. u 11:12 Ivan <tom@anytown.example> je napisao:
sub., 21. nov. 2015. u 11:12 Ivan <tom@anytown.example> je napisao/la:
21. november 2015 11.12, Janez <tom@anytown.example> je napisal:
Dne 21.11.2015 (sob) ob 11:12 je Janez napisal(a):
На 21.11.2015 г. в 11:12, Иван написа:
На 21 ноември 2015 г. 11:12 Иван <tom@anytown.example> написа:
El ds., 21 nov. 2015, 11:12, Pere <tom@anytown.example> va escriure:
El dia 21/11/2015 a les 11:12, Pere ha escrit:
O 21/11/2015 ás 11:12, Xan escribiu:
2015-11-21 11:12(e)an, Ane igorleak idatzi zuen:
Ar an 21 Samhain 2015 11:12, scríobh Seán:
Ar 21/11/2015 11:12, ysgrifennodd Siân Jones:
Ar Sad, 21 Tach 2015, 11:12 Siân Jones, <tom@anytown.example> ysgrifennodd:
Sizwe <tom@anytown.example> het op Sa. 21 Nov. 2015 om 11:12 geskryf:
Op Sa. 21 Nov. 2015 om 11:12 het Sizwe <tom@anytown.example> geskryf:
Kuupäeval 21. november 2015 11:12 kirjutas Jaan <tom@anytown.example>:
Jaan <tom@anytown.example> kirjutas kuupäeval L, 21. november 2015 kell 11:12:
sestd., 2015. gada 21. nov., plkst. 11:12 — lietotājs Anna (<tom@anytown.example>) rakstīja:
2015-11-21 11:12, Jonas rašė:
št, 2015-11-21 11:12, Jonas <tom@anytown.example> rašė:
On Sat, Nov 21, 2015, 11:12 Jane Doe, <tom@anytown.example> wrote:
On Sat 21. Nov 2015 at 11:12, Jane Doe <tom@anytown.example> wrote:
On 21 Nov 2015 11:12 am, "Jane Doe" <tom@anytown.example> wrote:
On Nov 21, 2015 at 11:12:13, Jane Doe (tom@anytown.example) wrote:
On 21. Nov 2015, at 11:12, Jane Doe <tom@anytown.example> wrote:
On 21/11/15, 11:12, "Jane Doe" <tom@anytown.example> wrote:
On 21 Nov 2015, at 11:12, Jane Doe <tom@anytown.example<mailto:tom@anytown.example>> wrote:
On Saturday, 21 November 2015, Jane Doe <tom@anytown.example> wrote:
On November 21, 2015 11:12:13 AM GMT+00:00, Jane Doe <tom@anytown.example> wrote:
On 11/21/2015 11:12:13 AM, Jane Doe <tom@anytown.example> wrote:
On Sat, 21 Nov 2015 11:12:13 +0000 Jane Doe <tom@anytown.example> wrote:
Jane Doe <tom@anytown.example> wrote on Sat, 21 Nov 2015 at 11:12:
Jane Doe <tom@anytown.example> writes:
Jane Doe <tom@anytown.example> hat am 21.11.2015 11:12 geschrieben:
Jane Doe <tom@anytown.example> hat am 21. November 2015 um 11:12 geschrieben:
Le 21/11/2015 11:12, Jane Doe a écrit :
Le sam. 21 nov. 2015 à 11:12, Jane Doe <tom@anytown.example> a écrit :
Le samedi 21 novembre 2015 à 11:12 +0100, Jane Doe a écrit :
Le 21 nov. 2015 11:12 AM, "Jane Doe" <tom@anytown.example> a écrit :
Op za 21 nov. 2015 om 11:12 schreef Jane <tom@anytown.example>:
Op 21 november 2015 11:12 schreef Jane <tom@anytown.example>:
Jane schreef op 21-11-2015 11:12:
Op zaterdag 21 november 2015 11:12:13 schreef Jane:
W dniu 21.11.2015 o 11:12, Jane Doe pisze:
W dniu sob., 21.11.2015 o 11:12 Jane Doe <tom@anytown.example> napisał(a):
sob., 21 lis 2015 o 11:12 Jane Doe <tom@anytown.example> napisał(a):
Dnia 21 listopada 2015 11:12 Jane Doe <tom@anytown.example> napisał(a):
"""

# These might be somebody's own words, but for the marked quote that follows.
ABOVE_A_QUOTE = """
2013/10/2 camilohollanda <tom@anytown.example>
tom@anytown.example wrote:
Régis Hanol schrieb:
Régis Hanol schrieb am 21.11.2015 um 11:12:
Am Samstag, 21. November 2015 schrieb Max :
Missatge de Pere <tom@anytown.example> del dia ds., 21 de nov. 2015 a les 11:12:
Jane Doe writes:
[Jane Doe - Sat 21 Nov 2015 11:12]:
Quoting Jane Doe <tom@anytown.example>:
Zitat von Jane Doe <tom@anytown.example>:
Jane Doe a écrit :
Użytkownik Jane Doe napisał:
"""

# From, sent, to, subject; a date.
LABELS = """
From|Sent|To|Subject|05 March 2024 10:15
Oddi wrth|Anfonwyd|At|Pwnc|05 Mawrth 2024 10:15
De|Envoyé|À|Objet|mardi 5 mars 2024 10:15
Von|Gesendet|An|Betreff|Dienstag, 5. März 2024 10:15
Van|Verzonden|Aan|Onderwerp|dinsdag 5 maart 2024 10:15
Od|Wysłano|Do|Temat|wtorek, 5 marca 2024 10:15
De|Enviado el|Para|Asunto|martes, 5 de marzo de 2024 10:15
Da|Inviato|A|Oggetto|martedì 5 marzo 2024 10:15
De|Enviada|Para|Assunto|5 de março de 2024 10:15
De|Enviat|Per a|Assumpte|dimarts, 5 de març de 2024 10:15
Från|Skickat|Till|Ämne|den 5 mars 2024 10:15
Fra|Sendt|Til|Emne|5. marts 2024 10:15
Lähettäjä|Lähetetty|Vastaanottaja|Aihe|5. maaliskuuta 2024 10.15
Saatja|Saadetud|Adressaat|Teema|5. märts 2024 10:15
No|Nosūtīts|Kam|Tēma|2024. gada 5. marts 10:15
Nuo|Išsiųsta|Kam|Tema|2024 m. kovo 5 d. 10:15
Od|Odesláno|Komu|Předmět|úterý 5. března 2024 10:15
Od|Odoslané|Komu|Predmet|utorok 5. marca 2024 10:15
Feladó|Elküldve|Címzett|Tárgy|2024. március 5. 10:15
De la|Trimis|Către|Subiect|marți, 5 martie 2024 10:15
Από|Στάλθηκε|Προς|Θέμα|Τρίτη, 5 Μαρτίου 2024 10:15
Kimden|Gönderildi|Kime|Konu|5 Mart 2024 Salı 10:15
От|Отправлено|Кому|Тема|5 марта 2024 г. 10:15
Від|Надіслано|Кому|Тема|5 березня 2024 р. 10:15
От|Изпратено|До|Относно|5 март 2024 г. 10:15
Šalje|Poslano|Prima|Predmet|5. ožujka 2024. 10:15
Od|Poslano|Za|Zadeva|5. marec 2024 10:15
差出人|送信日時|宛先|件名|2024年3月5日 10:15
发件人|发送时间|收件人|主题|2024年3月5日 10:15
寄件者|寄件日期|收件者|主旨|2024年3月5日 10:15
보낸 사람|보낸 날짜|받는 사람|제목|2024년 3월 5일 10:15
Từ|Đã gửi|Đến|Chủ đề|05/03/2024 10:15
מאת|נשלח|אל|נושא|05/03/2024 10:15
من|تاريخ الإرسال|إلى|الموضوع|05/03/2024 10:15
"""


def new_words(head: str, quote: str) -> str:
    return split(f"{OWN}\n\n{head}\n{quote}", subject="Re: Policy").new_text


def folded(head: str) -> str:
    """The same over two lines."""
    words = head.split(" ")
    return " ".join(words[:-2]) + "\n" + " ".join(words[-2:])


@pytest.mark.parametrize("head", SURE.strip().splitlines())
def test_a_sure_head_ends_the_new_words(head: str) -> None:
    assert new_words(head, MARKED) == OWN
    assert new_words(head, UNMARKED) == OWN


@pytest.mark.parametrize(
    "head", [head for head in SURE.strip().splitlines() if head.count(" ") > 4]
)
def test_a_head_folded_over_two_lines(head: str) -> None:
    assert new_words(folded(head), MARKED) == OWN
    assert new_words(folded(head), UNMARKED) == OWN


@pytest.mark.parametrize("head", ABOVE_A_QUOTE.strip().splitlines())
def test_a_head_above_a_marked_quote(head: str) -> None:
    assert new_words(head, MARKED) == OWN


@pytest.mark.parametrize("labels", LABELS.strip().splitlines())
@pytest.mark.parametrize("form", ["{}: {}", "*{}:* {}", "{} : {}", "  {}:\t{}"])
@pytest.mark.parametrize("sender", ["Tom Roe", "Tom Roe <tom@anytown.example>"])
def test_a_block_of_labels(labels: str, form: str, sender: str) -> None:
    *words, date = labels.split("|")
    values = (sender, date, "Policy", "RE: Indicator 6")
    block = "\n".join(form.format(*pair) for pair in zip(words, values, strict=True))
    assert new_words(block, UNMARKED) == OWN
    assert new_words("________________________________\n" + block, UNMARKED) == OWN
