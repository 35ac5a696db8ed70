subject = Ihre Anfrage: { $topic } ({ $reference })
preheader = { $department } meldet sich innerhalb von { stunden } bei Ihnen.

# Nach dem Komma der Anrede geht der Satz klein weiter (siehe »thanks«).
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

topic-label = Ihr Betreff:
reference-label = Unser Zeichen:

next-step = Unsere Abteilung { $department } prüft Ihr Anliegen und antwortet Ihnen persönlich innerhalb von { stunden }.
keep-reference = Möchten Sie noch etwas ergänzen, antworten Sie bitte einfach auf diese Nachricht und lassen Sie unser Zeichen in der Betreffzeile stehen.
stunden = { $sla ->
    [one] einer Stunde
   *[other] { $sla } Stunden
}

closing = Mit freundlichen Grüßen
phone-label = Telefon:
automatic-note = Diese Eingangsbestätigung wurde automatisch versandt. Die Antwort auf Ihre Anfrage schreibt Ihnen eine Mitarbeiterin oder ein Mitarbeiter.
