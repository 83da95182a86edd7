"""The lines that phones and mail programs write below the words, and sentences that only look so."""

from __future__ import annotations

import pytest

from mailhub.reading.phone_lines import is_phone_line

WRITTEN_BY_A_PROGRAM = """
Sent from my iPhone
Sent from my iPad
Sent from my iPhone.
Sent from my Verizon Wireless BlackBerry
Sent from my BlackBerry 10 smartphone on the O2 network.
Sent from my HTC
Sent from my Windows Phone
Sent from my Nokia phone
Sent from my Huawei phone
Sent from my Xperia by Sony smartphone
Sent from my Samsung Galaxy S8 - powered by Three
Sent from my Samsung Galaxy, an AT&T LTE smartphone
Sent from my T-Mobile 4G LTE Device
Sent from my Sprint Samsung Galaxy S® 6.
Sent from my mobile
Sent from my mobile phone, please excuse typos
Sent from my mobile device. Please excuse brevity.
Sent from my phone
Sent from a mobile device
Sent from Samsung Mobile
Sent from Samsung tablet
Sent from my Moto G4
Sent from my Pixel 7
Sent from my Fairphone
Sent from my Android device with K-9 Mail. Please excuse my brevity.
Sent from Outlook for iOS
Sent from Outlook for Android
Sent from Outlook
Sent from Mail for Windows
Sent from Mail for Windows 10
Sent from Yahoo Mail for iPhone
Sent from Yahoo Mail. Get the app
Sent from Yahoo Mail on Android
Sent from AOL Mobile Mail
Sent from the all-new AOL app for iOS
Sent from Gmail Mobile
Sent from ProtonMail mobile
Sent from Proton Mail Android
Sent from Proton Mail for iOS
Sent with Proton Mail secure email.
Sent with [Proton Mail](https://proton.me/) secure email.
Sent from BlueMail
Sent from Nine
Sent from Polymail
Sent from Mailspring
Sent from Airmail for iPad
Sent via Superhuman
Sent via BlackBerry from T-Mobile
Sent via the Samsung Galaxy S21 5G
Sent using Zoho Mail
Sent using Hushmail
Sent by Outlook for Android
Get Outlook for iOS
Get Outlook for Android<https://aka.ms/AAb9ysg>
Get Outlook for Android <https://aka.ms/ghei36>
Get [Outlook for iOS](https://aka.ms/o0ukef)
Envoyé de mon iPhone
Envoyé depuis mon iPhone
Envoyé de mon iPad
Envoyé à partir de Outlook pour iOS
Envoyé à partir d'Outlook pour Android
Envoyé de mon appareil mobile Samsung
Envoyé depuis l'application Mail Orange
Envoyé depuis mon mobile Orange
Télécharger Outlook pour iOS<https://aka.ms/o0ukef>
Obtenir Outlook pour Android
Provenance : Courrier pour Windows
Envoyé à partir de Courrier pour Windows 10
Von meinem iPhone gesendet
Von meinem iPad gesendet
Von meinem Samsung Galaxy Smartphone gesendet.
Von meinem Mobiltelefon gesendet
Gesendet von meinem iPhone
Gesendet von Mail für Windows 10
Gesendet von Outlook für Android<https://aka.ms/AAb9ysg>
Gesendet mit der GMX Mail App
Gesendet mit der Telekom Mail App
Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.
Holen Sie sich Outlook für iOS
Verstuurd vanaf mijn iPhone
Verzonden vanaf mijn iPad
Verzonden vanaf mijn Galaxy
Verzonden vanuit Mail voor Windows 10
Verzonden met Outlook voor Android
Outlook voor iOS downloaden
Outlook voor Android downloaden<https://aka.ms/AAb9ysg>
Wysłane z iPhone'a
Wysłane z mojego iPhone'a
Wysłane z mojego smartfonu Samsung Galaxy.
Wysłane z aplikacji Poczta dla systemu Windows
Pobierz aplikację Outlook dla systemu iOS
Wysłano z programu Outlook dla systemu Android
Enviado desde mi iPhone
Enviado desde mi Samsung Galaxy
Enviado desde Correo para Windows 10
Enviado desde Outlook para Android
Obtener Outlook para iOS<https://aka.ms/o0ukef>
Obtenga Outlook para Android
Inviato da iPhone
Inviato da mio iPad
Inviato dal mio Galaxy
Inviato da Posta per Windows
Inviato da Libero Mail per Android
Scarica Outlook per iOS
Ottieni Outlook per Android
Enviado do meu iPhone
Enviado a partir do meu iPad
Enviado do Email para Windows 10
Enviado via iPhone
Obter o Outlook para iOS
Skickat från min iPhone
Skickat från min iPad
Skickat från E-post för Windows 10
Skickat från Outlook för Android
Hämta Outlook för iOS
Sendt fra min iPhone
Sendt fra min iPad
Sendt fra Mail til Windows 10
Sendt fra Outlook for Android
Sendt fra min mobil
Hent Outlook til iOS
Få Outlook for iOS
Skaff deg Outlook for iOS
Lähetetty iPhonesta
Lähetetty iPadistani
Lähetetty Windowsin Sähköpostista
Hanki Outlook for Android
Hae Outlook iOS:lle
Odesláno z iPhonu
Odesláno z mého iPhonu
Odesláno z aplikace Pošta pro Windows
Odoslané z iPhonu
Získejte Outlook pro iOS
Az én iPhone-omról küldve
iPhone-omról küldve
Elküldve az iPhone-omról
Trimis de pe iPhone-ul meu
Trimis de pe telefonul meu Huawei
Στάλθηκε από το iPhone μου
Εστάλη από το iPhone μου
iPhone'umdan gönderildi
iPad'imden gönderildi
Отправлено с iPhone
Отправлено с моего iPhone
Отправлено из мобильной Почты Mail.ru
Отправлено из мобильной Яндекс.Почты
Надіслано з iPhone
Надіслано з мого iPhone
Изпратено от моя iPhone
Poslano z iPhonea
Poslano s mog iPhonea
Poslano iz mojega iPhone
Poslano sa mog iPhone-a
Saadetud minu iPhone'ist
Nosūtīts no mana iPhone
Išsiųsta iš mano iPhone
Enviat des del meu iPhone
Anfonwyd o fy iPhone
Anfonwyd o fy iPad
Wedi'i anfon o fy iPhone
Seolta ó mo iPhone
iPhoneから送信
iPadから送信
Outlook for iOS を入手
发自我的 iPhone
发自我的iPhone
從我的 iPhone 傳送
发自我的小米手机
从 Windows 版邮件发送
나의 iPhone에서 보냄
내 iPhone에서 보냄
Đã gửi từ iPhone của tôi
Dikirim dari iPhone saya
ส่งจาก iPhone ของฉัน
نُشرت من الـ iPhone
أرسلت من الـ iPhone الخاص بي
נשלח מה-iPhone שלי
Typed on my phone, sorry for typos
Apologies for typos, sent from my iPhone
Please excuse brevity - sent from my phone
Sent on the move, please excuse typos
Sent from iPhone
Sent from iCloud
Sent from my MacBook
Sent from Surface
Sent from Workspace ONE Boxer
Sent from VMware Boxer
Sent with BlackBerry Work (www.blackberry.com)
Sent from a Blackberry, please excuse typos
"""

WRITTEN_BY_SOMEBODY = """
Sent from my desk, is much easier then my mobile phone.
Sent from a magnificent torch of pixels
Sent a magnificent torch of pixels
Sent from our office in Cardiff last week.
Sent from my phone yesterday but it never arrived, so here it is again
Sent from the chair to all members on 5 March
Get Outlook for everyone, and train them.
Sent with the minutes on Tuesday.
Von meinem Kollegen habe ich gehört, dass es klappt.
Envoyé de Paris hier soir, pas encore reçu
Inviato dal comune di Roma il 5 marzo
Sendt fra kommunen i går, se vedlagt.
Enviado por el ayuntamiento
Sent using the new template
I sent from my phone.
Sent via the portal, as you asked
Sent from the shared mailbox this morning
Verzonden met de post
Gesendet mit der Post am Montag
Wysłane z urzędu w poniedziałek
Skickat med posten
Sent from the new system? No idea.
Sent by post on Monday
Sent from Cardiff Council
Sent with love
Sent with thanks to all involved
"""


@pytest.mark.parametrize("line", WRITTEN_BY_A_PROGRAM.strip().splitlines())
def test_a_program_wrote_it(line: str) -> None:
    assert is_phone_line(line)
    assert is_phone_line(f"  {line} ")


@pytest.mark.parametrize("line", WRITTEN_BY_SOMEBODY.strip().splitlines())
def test_somebody_wrote_it(line: str) -> None:
    assert not is_phone_line(line)
