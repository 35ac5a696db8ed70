subject = Ihre Anfrage: { $topic } ({ $reference })
preheader = Unsere Abteilung { $department } meldet sich innerhalb von { stunden } bei Ihnen.

# After the comma of the salutation the sentence goes on in lower case: see "thanks".
salutation = { $recipient ->
    [none] Sehr geehrte Damen und Herren,
   *[named] { greeting } { $recipient },
}
greeting = { $day-period ->
    [morning1] Guten Morgen
    [evening1] Guten Abend
   *[neutral] Guten Tag
}
thanks = vielen Dank für Ihre Nachricht an { $company }. Ihre Anfrage ist bei uns eingegangen, und wir kümmern uns gern darum.

topic-line = Ihr Betreff: { $topic }
reference-line = Unser Zeichen: { $reference }

next-step = Unsere Abteilung { $department } prüft Ihr Anliegen und antwortet Ihnen persönlich innerhalb von { stunden }.
keep-reference = Möchten Sie noch etwas ergänzen, antworten Sie bitte einfach auf diese Nachricht und nennen Sie dabei unser Zeichen.
stunden = { $sla ->
    [one] einer Stunde
   *[other] { $sla } Stunden
}

closing = Mit freundlichen Grüßen
phone-line = Telefon: { $phone }
automatic-note = Diese Eingangsbestätigung wurde automatisch versandt. Die Antwort auf Ihre Anfrage schreibt Ihnen eine Mitarbeiterin oder ein Mitarbeiter.
