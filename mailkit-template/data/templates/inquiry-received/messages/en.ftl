subject = Your inquiry: { $topic } ({ $reference })
preheader = { $department } will get back to you within { hours }.

salutation = { $recipient ->
    [none] { greeting },
   *[named] { greeting } { $recipient },
}
# CLDR's English morning begins at midnight; there is no greeting for the night.
greeting = { $day-period ->
    [morning1] Good morning
    [afternoon1] Good afternoon
    [evening1] Good evening
   *[neutral] Hello
}
thanks = Thank you for contacting { $company }. We have received your inquiry and are glad to help.

topic-line = Your subject: { $topic }
reference-line = Our reference: { $reference }

next-step = Our { $department } team is looking into it and will answer you personally within { hours }.
keep-reference = If you would like to add anything, simply reply to this message and quote our reference.
hours = { $sla ->
    [one] one hour
   *[other] { $sla } hours
}

closing = Kind regards,
phone-line = Phone: { $phone }
automatic-note = This confirmation was sent automatically. The answer to your inquiry will come from a member of our team.
